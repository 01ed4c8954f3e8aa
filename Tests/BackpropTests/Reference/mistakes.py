"""Writes mistakes.json, which MistakeTests.swift compares with: what every mistake of the catalogue
makes of deltas and gradients.

    python3 mistakes.py

Made with Python 3.11 and NumPy 2.4.6, seed 20. The backward pass below is written for this file,
layer by layer as people write it, with one question at each place where it can go wrong.

A batch of seven, networks 9-6-4 and 9-6-6-4 of sigmoid units; SE is squared error with sigmoid
outputs, BCE and SCE are cross-entropy with sigmoid and softmax outputs. An array is kept as three
numbers: its norm, and its sums with the weights i -> (7 i) % 11 - 5 and i -> (5 i) % 13 - 6 over
its entries in row order. Only arrays that differ from the right ones are there.
"""

import json
from pathlib import Path

import numpy as np

L2, N, CLASSES = 1e-3, 7, 4
RATE, FACTOR, ENTRY_BOUND, NORM_BOUND = 0.1, 3.0, 1e-4, 1e-2
# What Random(seed: 1).permutation(of: 7) gives; any order would do.
ORDER = [5, 0, 6, 1, 2, 3, 4]

rng = np.random.default_rng(20)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def digits(x, count=4):
    return np.round(x, count)


def network(sizes):
    pairs = list(zip(sizes, sizes[1:]))
    return {
        "weights": [digits(rng.uniform(-1, 1, pair)) for pair in pairs],
        "biases": [digits(rng.uniform(-1, 1, pair[1])) for pair in pairs],
        "x": digits(rng.uniform(0, 1, (N, sizes[0])), 3),
        "labels": rng.integers(0, CLASSES, N),
    }


def forward(net, kind):
    z, a = [], [net["x"]]
    for l, (W, b) in enumerate(zip(net["weights"], net["biases"])):
        z.append(a[-1] @ W + b)
        last = l == len(net["weights"]) - 1
        a.append(softmax(z[-1]) if last and kind == "SCE" else sigmoid(z[-1]))
    return z, a


def output_delta(mistake, kind, z, h, y):
    """From the table "The output delta"."""
    e = h - y
    tail = h * (1 - h) if kind == "SE" else 1.0
    # A rule for the place of h(1-h): under squared error it stands there, under cross-entropy
    # nothing should.
    places = {
        "output-derivative-missing": ("SE", lambda: np.ones_like(h)),
        "output-derivative-at-activation": (None, lambda: sigmoid(h) * (1 - sigmoid(h))),
        "output-derivative-raw": (None, lambda: z * (1 - z)),
        "output-derivative-of-tanh": (None, lambda: 1 - h**2),
        "output-activation-only": (None, lambda: h),
    }
    if mistake in places and places[mistake][0] in (None, kind):
        return e * places[mistake][1]()
    if mistake == "output-derivative-extra":
        return e * tail * h * (1 - h)
    if mistake == "softmax-jacobian-extra" and kind != "SE":
        return np.stack([(np.diag(p) - np.outer(p, p)) @ d for p, d in zip(h, e)])
    errors = {
        "cross-entropy-positive-term-only": ("BCE", lambda: -y * (1 - h)),
        "loss-derivative-by-output": ("SE BCE SCE", lambda: -y / h),
        "output-sigmoid-for-softmax": ("SCE", lambda: sigmoid(z) - y),
        "output-softmax-for-sigmoid": ("BCE SE", lambda: softmax(z) - y),
        "target-missing": ("SE BCE SCE", lambda: h),
        "target-rows-rolled": ("SE BCE SCE", lambda: h - np.roll(y, 1, axis=0)),
        "target-rows-shuffled": ("SE BCE SCE", lambda: h - y[ORDER]),
        "target-classes-rolled": ("SE BCE SCE", lambda: h - np.roll(y, 1, axis=1)),
        "prediction-rounded": ("SE BCE SCE", lambda: np.eye(CLASSES)[h.argmax(axis=1)] - y),
        "error-sign-only": ("SE BCE SCE", lambda: np.sign(e)),
    }
    if mistake in errors and kind in errors[mistake][0].split():
        return errors[mistake][1]() * tail
    return e * tail


def hidden_delta(mistake, kind, l, net, z, a, delta, gradient, y):
    """From the table "The hidden deltas": layer l, from 0; a[l + 1] is its activation."""
    W, act, pre, back = net["weights"][l + 1], a[l + 1], z[l], delta[l + 1]
    last = l + 1 == len(z) - 1
    h = a[-1]
    if mistake == "hidden-delta-from-error" and kind == "SE" and last:
        back = h - y
    if mistake == "hidden-delta-derivative-extra" and last:
        back = back * h * (1 - h)
    if mistake == "weights-already-updated":
        W = W - RATE * gradient(l + 1)
    if mistake == "weights-absolute":
        W = np.abs(W)
    product = back @ (W if mistake == "weights-not-transposed" and W.shape[0] == W.shape[1] else W.T)
    if mistake == "hidden-delta-averaged":
        product = np.tile(product.mean(axis=0), (N, 1))
    if mistake == "hidden-gradient-lost":
        return np.zeros_like(product)
    slope = act * (1 - act)
    neighbours = {
        "hidden-derivative-of-previous-layer": l - 1,
        "hidden-derivative-of-next-layer": l + 1,
    }
    if mistake in neighbours and neighbours[mistake] >= 0:
        other = a[neighbours[mistake] + 1]
        if other.shape == act.shape:
            slope = other * (1 - other)
    f_of_a = sigmoid(act)
    slopes = {
        "hidden-derivative-missing": np.ones_like(act),
        "hidden-derivative-at-activation": f_of_a * (1 - f_of_a),
        "hidden-derivative-raw": pre * (1 - pre),
        "hidden-activation-only": act,
        "hidden-one-minus-activation": 1 - act,
        "hidden-derivative-of-tanh": 1 - act**2,
        "hidden-derivative-of-relu": (pre > 0).astype(float),
        "hidden-derivative-twice": slope**2,
    }
    return product * slopes.get(mistake, slope)


def data_part(mistake, l, depth, z, a, delta):
    """From the table "From deltas to gradients": dW and db of layer l, from 0."""
    inputs, d = a[l], delta[l]
    per_sample = [np.outer(x, row) for x, row in zip(inputs, d)]
    dW, db = sum(per_sample) / N, d.sum(axis=0) / N
    scales = {
        "sum-not-mean": N,
        "factor-two": 2,
        "factor-half": 0.5,
        "sign-flipped": -1,
        "divided-by-classes": 1 / CLASSES,
        "twice-divided-by-classes": 2 / CLASSES,
        "divided-twice": 1 / N,
        "divided-at-each-layer": 1 / N ** (depth - 1 - l),
    }
    if mistake in scales:
        return dW * scales[mistake], db * scales[mistake]
    if mistake == "array-scaled" and l == 0:
        return dW * FACTOR, db
    if mistake == "input-is-preactivation" and l > 0:
        dW = z[l - 1].T @ d / N
    if mistake == "activation-applied-twice" and l > 0:
        dW = sigmoid(inputs).T @ d / N
    if mistake == "first-sample-only":
        dW, db = per_sample[0], d[0]
    if mistake == "last-sample-only":
        dW, db = per_sample[-1], d[-1]
    if mistake == "last-sample-over-batch":
        dW, db = per_sample[-1] / N, d[-1] / N
    if mistake == "outer-product-of-means":
        dW = np.outer(inputs.mean(axis=0), d.mean(axis=0))
    if mistake == "gradient-transposed" and dW.shape[0] == dW.shape[1]:
        dW = dW.T
    if mistake == "gradient-reshaped":
        dW = (d.T @ inputs / N).reshape(dW.shape)
    if mistake == "bias-sum-not-mean":
        db = d.sum(axis=0)
    if mistake == "bias-zero":
        db = np.zeros_like(db)
    if mistake == "bias-first-sample":
        db = d[0]
    if mistake == "bias-averaged-over-units":
        db = np.full_like(db, d.mean())
    return dW, db


def l2_part(mistake, l, depth, W, b):
    """From the table "The regulariser"."""
    right = L2 * W
    parts = {
        "l2-missing": 0 * W,
        "l2-doubled": 2 * right,
        "l2-halved": right / 2,
        "l2-negated": -right,
        "l2-over-batch": right / N,
        "l2-times-batch": right * N,
        "l2-last-layer-only": right if l == depth - 1 else 0 * W,
        "l2-first-layer-only": right if l == 0 else 0 * W,
        "l2-sum-of-weights": np.full_like(W, L2 * W.sum()),
        "l1-instead-of-l2": L2 * np.sign(W),
    }
    return parts.get(mistake, right), L2 * b if mistake == "biases-regularised" else 0 * b


def backward(mistake, kind, net, previous=None):
    z, a = forward(net, kind)
    y, depth = np.eye(CLASSES)[net["labels"]], len(z)
    delta = [None] * depth
    delta[-1] = output_delta(mistake, kind, z[-1], a[-1], y)

    def gradient(l):
        return a[l].T @ delta[l] / N + L2 * net["weights"][l]

    for l in reversed(range(depth - 1)):
        delta[l] = hidden_delta(mistake, kind, l, net, z, a, delta, gradient, y)
    arrays = {f"delta{l + 1}": delta[l] for l in range(depth)}
    gradients = {}
    for l, (W, b) in enumerate(zip(net["weights"], net["biases"])):
        (dW, db), (pW, pb) = data_part(mistake, l, depth, z, a, delta), l2_part(mistake, l, depth, W, b)
        gradients[f"dW{l + 1}"], gradients[f"db{l + 1}"] = dW + pW, db + pb
    if mistake == "gradient-accumulated":
        gradients = {name: g + previous[name] for name, g in gradients.items()}
    if mistake == "gradient-clipped":
        gradients = {name: np.clip(g, -ENTRY_BOUND, ENTRY_BOUND) for name, g in gradients.items()}
    if mistake == "gradient-norm-clipped":
        norm = np.sqrt(sum((g**2).sum() for g in gradients.values()))
        gradients = {name: g * min(1, NORM_BOUND / norm) for name, g in gradients.items()}
    return arrays | gradients


IDS = """
output-derivative-missing output-derivative-extra softmax-jacobian-extra
output-derivative-at-activation output-derivative-raw output-derivative-of-tanh
output-activation-only cross-entropy-positive-term-only loss-derivative-by-output
output-sigmoid-for-softmax output-softmax-for-sigmoid target-missing target-rows-rolled
target-rows-shuffled target-classes-rolled prediction-rounded error-sign-only
hidden-derivative-missing hidden-derivative-at-activation hidden-derivative-raw
hidden-activation-only hidden-one-minus-activation hidden-derivative-of-tanh
hidden-derivative-of-relu hidden-derivative-twice hidden-derivative-of-previous-layer
hidden-derivative-of-next-layer hidden-delta-from-error hidden-delta-derivative-extra
hidden-delta-averaged hidden-gradient-lost weights-already-updated weights-not-transposed
weights-absolute
sum-not-mean factor-two factor-half sign-flipped divided-by-classes twice-divided-by-classes
divided-twice divided-at-each-layer array-scaled input-is-preactivation activation-applied-twice
first-sample-only last-sample-only last-sample-over-batch outer-product-of-means
gradient-transposed gradient-reshaped gradient-accumulated gradient-clipped gradient-norm-clipped
bias-sum-not-mean bias-zero bias-first-sample bias-averaged-over-units
l2-missing l2-doubled l2-halved l2-negated l2-over-batch l2-times-batch l2-last-layer-only
l2-first-layer-only l2-sum-of-weights l1-instead-of-l2 biases-regularised
""".split()


def summary(array):
    flat = array.ravel()
    i = np.arange(flat.size)
    numbers = np.linalg.norm(flat), flat @ ((7 * i) % 11 - 5), flat @ ((5 * i) % 13 - 6)
    return [float(f"{number:.13g}") for number in numbers]


def rows(net):
    return {name: value.tolist() if name in ("x", "labels") else [v.tolist() for v in value]
            for name, value in net.items()}


def main():
    networks, cases = {}, []
    for sizes in ([9, 6, 4], [9, 6, 6, 4]):
        name = "-".join(map(str, sizes))
        net, before = network(sizes), network(sizes)
        networks[name] = {"net": rows(net), "before": rows(before)}
        for kind in ("SE", "BCE", "SCE"):
            right = backward(None, kind, net)
            previous = backward(None, kind, before)
            cases.append({"id": "right", "network": name, "loss": kind,
                          "arrays": {key: summary(value) for key, value in right.items()}})
            for mistake in IDS:
                wrong = backward(mistake, kind, net, previous)
                changed = {key: summary(value) for key, value in wrong.items()
                           if np.linalg.norm(value - right[key])
                           > 1e-12 * np.linalg.norm(right[key])}
                cases.append({"id": mistake, "network": name, "loss": kind, "arrays": changed})
    document = {"ids": IDS, "l2": L2, "rate": RATE, "networks": networks, "cases": cases}

    def text(value):
        return json.dumps(value, separators=(",", ":"), allow_nan=False)

    lines = [text(case) for case in cases]
    head = text({key: document[key] for key in ("ids", "l2", "rate", "networks")})
    body = head[:-1] + ',\n"cases":[\n' + ",\n".join(lines) + "\n]}\n"
    (Path(__file__).resolve().parent / "mistakes.json").write_text(body)


if __name__ == "__main__":
    main()
