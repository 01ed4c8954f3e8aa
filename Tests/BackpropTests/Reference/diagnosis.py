"""Plants every mistake of the catalogue, and combinations of them, in gradients of real networks, for
DiagnosisExperimentTests.swift to find.

    python3 diagnosis.py MNIST FOLDER [COMBINATIONS]

MNIST is a folder with train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz; FOLDER gets
index.json and one file of numbers for each network, loss and precision, about 2 GB. Made with
Python 3.11 and NumPy 2.4.6, seed 21. The backward pass is that of mistakes.py.

784-300-10 and 784-32-32-10 of sigmoid units, after 30 steps of 100 digits at rate 0.5 with l2 =
1e-3; float64, and float32 throughout. A combination has an output rule, a hidden rule in each
hidden layer, and in each array a scale and a regulariser of its own; "right" is among them.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np

import mistakes as m

N, CLASSES, STEPS, TRAINING_RATE = 100, 10, 30, 0.5
rng = np.random.default_rng(21)


def configure():
    m.N, m.CLASSES, m.ORDER = N, CLASSES, rng.permutation(N)
    # Small enough that it bites in every array.
    m.ENTRY_BOUND, m.NORM_BOUND = 1e-4, 1e-2


def digits(folder):
    def read(name, header):
        return np.frombuffer(gzip.open(Path(folder) / name).read(), np.uint8)[header:]

    images = read("train-images-idx3-ubyte.gz", 16).reshape(-1, 784)
    return images, read("train-labels-idx1-ubyte.gz", 8).astype(int)


def batch(net, images, labels, rows):
    return net | {"x": images[rows] / 255, "labels": labels[rows]}


def trained(sizes, kind, images, labels):
    pairs = list(zip(sizes, sizes[1:]))
    net = {
        "weights": [rng.uniform(-1, 1, pair) * np.sqrt(6 / sum(pair)) for pair in pairs],
        "biases": [np.zeros(pair[1]) for pair in pairs],
    }
    order = rng.permutation(len(labels))
    for step in range(STEPS):
        net = batch(net, images, labels, order[step * N:(step + 1) * N])
        g = m.backward(None, kind, net)
        for l in range(len(pairs)):
            net["weights"][l] = net["weights"][l] - TRAINING_RATE * g[f"dW{l + 1}"]
            net["biases"][l] = net["biases"][l] - TRAINING_RATE * g[f"db{l + 1}"]
    # What float32 can hold, so that both precisions have the same network.
    net["weights"] = [W.astype(np.float32).astype(float) for W in net["weights"]]
    net["biases"] = [b.astype(np.float32).astype(float) for b in net["biases"]]
    before = batch(net, images, labels, order[(STEPS - 1) * N:STEPS * N])
    return batch(net, images, labels, order[STEPS * N:(STEPS + 1) * N]), before


def in_precision(net, precision):
    return {"weights": [W.astype(precision) for W in net["weights"]],
            "biases": [b.astype(precision) for b in net["biases"]],
            "x": net["x"].astype(precision), "labels": net["labels"]}


def backward(plan, kind, net, precision, previous=None):
    """mistakes.backward with a mistake of its own at each place: plan(place, layer from 0)."""
    z, a = m.forward(net, kind)
    y, depth = np.eye(CLASSES, dtype=precision)[net["labels"]], len(z)
    delta = [None] * depth
    delta[-1] = m.output_delta(plan("output", depth - 1), kind, z[-1], a[-1], y).astype(precision)

    def gradient(l):
        return a[l].T @ delta[l] / N + m.L2 * net["weights"][l]

    for l in reversed(range(depth - 1)):
        mistake = plan("hidden", l)
        delta[l] = m.hidden_delta(mistake, kind, l, net, z, a, delta, gradient, y).astype(precision)
    arrays = {f"delta{l + 1}": delta[l] for l in range(depth)}
    gradients = {}
    for l, (W, b) in enumerate(zip(net["weights"], net["biases"])):
        data = [m.data_part(plan(array, l), l, depth, z, a, delta)[i]
                for i, array in enumerate(("dW", "db"))]
        l2 = [m.l2_part(plan(array + " l2", l), l, depth, W, b)[i]
              for i, array in enumerate(("dW", "db"))]
        gradients[f"dW{l + 1}"] = data[0] + l2[0]
        gradients[f"db{l + 1}"] = data[1] + l2[1]
    whole = plan("whole", 0)
    if whole == "gradient-accumulated":
        gradients = {name: g + previous[name] for name, g in gradients.items()}
    if whole == "gradient-clipped":
        gradients = {name: np.clip(g, -m.ENTRY_BOUND, m.ENTRY_BOUND)
                     for name, g in gradients.items()}
    if whole == "gradient-norm-clipped":
        norm = np.sqrt(sum((g**2).sum() for g in gradients.values()))
        gradients = {name: g * min(1, m.NORM_BOUND / norm) for name, g in gradients.items()}
    return {name: value.astype(precision) for name, value in (arrays | gradients).items()}


GROUPS = {
    "output": m.IDS[:17],
    "hidden": m.IDS[17:34],
    "scale": ["sum-not-mean", "factor-two", "factor-half", "sign-flipped", "divided-by-classes",
              "twice-divided-by-classes", "divided-twice"],
    "l2": ["l2-missing", "l2-doubled", "l2-halved", "l2-negated", "l2-over-batch",
           "l2-times-batch", "l2-sum-of-weights", "l1-instead-of-l2"],
}


def combination(kind, depth, applies):
    """A mistake in two of three places."""
    def any_of(group):
        names = [None] + [name for name in GROUPS[group] if group == "l2" or name in applies]
        names = [name for name in names if name != "target-rows-shuffled"]
        return str(rng.choice(names[1:])) if rng.random() < 2 / 3 else None

    plan = {("output", depth - 1): any_of("output")}
    for l in range(depth):
        if l < depth - 1:
            plan["hidden", l] = any_of("hidden")
        plan["dW", l], plan["db", l] = any_of("scale"), any_of("scale")
        plan["dW l2", l] = any_of("l2")
        plan["db l2", l] = "biases-regularised" if rng.random() < 1 / 3 else None
    return plan


def main():
    images, labels = digits(sys.argv[1])
    folder = Path(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 40
    folder.mkdir(parents=True, exist_ok=True)
    configure()
    groups = []
    for sizes in ([784, 300, 10], [784, 32, 32, 10]):
        for kind in ("SE", "BCE", "SCE"):
            net, before = trained(sizes, kind, images, labels)
            depth = len(sizes) - 1
            right = m.backward(None, kind, net)
            previous = m.backward(None, kind, before)
            applies = [name for name in m.IDS if any(
                np.linalg.norm(value - right[key]) > 1e-12 * np.linalg.norm(right[key])
                for key, value in m.backward(name, kind, net, previous).items())]
            plans = [combination(kind, depth, applies) for _ in range(count)]
            for precision in (np.float64, np.float32):
                name = f"{'-'.join(map(str, sizes))} {kind} {precision.__name__}"
                file = open(folder / f"{name}.bin", "wb")
                group = {"name": name, "sizes": sizes, "kind": kind, "cases": [],
                         "bits": 64 if precision == np.float64 else 32}
                place = 0

                def write(arrays):
                    nonlocal place
                    result = []
                    for key, value in arrays.items():
                        value = np.ascontiguousarray(value, precision)
                        file.write(value.tobytes())
                        result.append({"name": key, "shape": list(value.shape), "start": place})
                        place += value.size
                    return result

                group["network"] = write(
                    {f"W{l + 1}": W for l, W in enumerate(net["weights"])}
                    | {f"b{l + 1}": b for l, b in enumerate(net["biases"])}
                    | {"x": np.rint(net["x"] * 255), "labels": net["labels"]}
                    | {"previous_" + key: value for key, value in previous.items()
                       if not key.startswith("delta")})
                theirs = in_precision(net, precision)
                for mistake in [None] + applies:
                    arrays = backward(lambda place, l: mistake, kind, theirs, precision, previous)
                    group["cases"].append({"id": mistake or "right", "arrays": write(arrays)})
                for plan in plans:
                    arrays = backward(lambda place, l: plan.get((place, l)), kind, theirs,
                                      precision)
                    truth = {f"{place} {l + 1}": value for (place, l), value in plan.items()}
                    group["cases"].append({"plan": truth, "arrays": write(arrays)})
                file.close()
                groups.append(group)
    (folder / "index.json").write_text(json.dumps(groups))


if __name__ == "__main__":
    main()
