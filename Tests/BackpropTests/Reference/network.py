"""Writes the reference files that the tests of Backprop compare with.

    python3 network.py

writes combinations.json, optimizers.json, nonfinite.json, random.json and digits.json beside this
file. digits100.bin, which digits.json is computed from, is made anew if BACKSTEP_DATA is set and
BACKSTEP_DATA/mnist has the files of MNIST, and read otherwise.

Made with Python 3.11, NumPy 2.4.6 and PyTorch 2.15.0 (float64, CPU), seed 20; combinations.json with
PyTorch 1.13.0, whose numbers are the same to 4e-15. Nothing here knows a
formula of backpropagation: deltas and gradients come from torch.autograd, optimizers from
torch.optim, the random numbers from the published C code written out in Python's integers.

digits100.bin: the first 100 training digits of MNIST, 784 bytes each, then their 100 labels. MNIST
is (c) Yann LeCun and Corinna Cortes, CC BY-SA 3.0.
"""

import gzip
import json
import math
import os
import warnings
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).resolve().parent
SEED = 20
MASK = 2**64 - 1

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

HIDDEN = {
    "identity": lambda z: z,
    "relu": torch.relu,
    "leaky-relu": lambda z: F.leaky_relu(z, 0.01),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    # logaddexp, since PyTorch's softplus is z itself from 20 on.
    "softplus": lambda z: torch.logaddexp(z, torch.zeros_like(z)),
    "elu": F.elu,
    "gelu": lambda z: F.gelu(z, approximate="tanh"),
    "leaky-relu=0.3": lambda z: F.leaky_relu(z, 0.3),
    "elu=0.5": lambda z: F.elu(z, alpha=0.5),
}
OUTPUT = HIDDEN | {"softmax": lambda z: torch.softmax(z, dim=1)}


def data_loss(loss, output, z, h, labels):
    """The mean over the samples."""
    targets = F.one_hot(labels, z.shape[1]).to(z.dtype)
    if loss == "squared-error":
        return (0.5 * (h - targets) ** 2).sum(dim=1).mean()
    if loss == "absolute-error":
        return F.l1_loss(h, targets, reduction="none").sum(dim=1).mean()
    if loss == "huber":
        return F.huber_loss(h, targets, reduction="none").sum(dim=1).mean()
    if output == "softmax":
        return F.cross_entropy(z, labels)
    return F.binary_cross_entropy_with_logits(z, targets, reduction="none").sum(dim=1).mean()


def run(weights, biases, hidden, output, loss, l2, x, labels):
    """Every number of one pass, as a list of tensors for each layer."""
    weights = [w.clone().requires_grad_() for w in weights]
    biases = [b.clone().requires_grad_() for b in biases]
    zs, activations = [], []
    for layer, (w, b) in enumerate(zip(weights, biases)):
        z = (activations[-1] if activations else x) @ w + b
        f = OUTPUT[output] if layer == len(weights) - 1 else HIDDEN[hidden]
        zs.append(z)
        activations.append(f(z))
    data = data_loss(loss, output, zs[-1], activations[-1], labels)
    penalty = l2 / 2 * sum((w**2).sum() for w in weights)
    # The derivative of the mean by z is 1/N of that of one sample's loss.
    deltas = [len(x) * d for d in torch.autograd.grad(data, zs, retain_graph=True)]
    gradients = torch.autograd.grad(data + penalty, weights + biases)
    depth = len(weights)
    return {
        "dataLoss": data.item(),
        "l2Loss": penalty.item(),
        "z": zs,
        "a": activations,
        "delta": deltas,
        "dW": list(gradients[:depth]),
        "db": list(gradients[depth:]),
    }


def rows(tensor):
    return tensor.detach().numpy().tolist()


def write(name, document):
    """One line for each case, every number with all its digits."""

    def text(value):
        return json.dumps(value, separators=(",", ":"), allow_nan=False)

    lines = []
    for key, value in document.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            inner = ",\n".join("  " + text(case) for case in value)
            lines.append(f"{text(key)}: [\n{inner}\n]")
        else:
            lines.append(f"{text(key)}: {text(value)}")
    (HERE / name).write_text("{\n" + ",\n".join(lines) + "\n}\n")


def write_combinations():
    """Every hidden activation with every output activation and loss that fits, on a 7-5-4-3."""
    generator = np.random.default_rng(SEED)
    sizes, samples, l2 = [7, 5, 4, 3], 6, 1e-3

    def draw(*shape, scale):
        return torch.from_numpy(scale * generator.standard_normal(shape))

    weights = [draw(i, o, scale=0.7) for i, o in zip(sizes, sizes[1:])]
    biases = [draw(o, scale=0.3) for o in sizes[1:]]
    x = draw(samples, sizes[0], scale=1.0)
    labels = torch.tensor([0, 2, 1, 0, 1, 2])

    cases = []
    for hidden in HIDDEN:
        for output in OUTPUT:
            for loss in ["squared-error", "cross-entropy", "absolute-error", "huber"]:
                if loss == "cross-entropy" and output not in ("sigmoid", "softmax"):
                    continue
                # What is between hidden layers does not depend on the loss: once is enough.
                if loss in ("absolute-error", "huber") and hidden != "sigmoid":
                    continue
                if "=" in hidden and (output != "softmax" or loss != "cross-entropy"):
                    continue
                if "=" in output:
                    continue
                result = run(weights, biases, hidden, output, loss, l2, x, labels)
                case = {"hidden": hidden, "output": output, "loss": loss}
                for name, value in result.items():
                    case[name] = [rows(v) for v in value] if isinstance(value, list) else value
                cases.append(case)
    write(
        "combinations.json",
        {
            "l2": l2,
            "x": rows(x),
            "labels": labels.tolist(),
            "weights": [rows(w) for w in weights],
            "biases": [rows(b) for b in biases],
            "cases": cases,
        },
    )


OPTIMIZERS = {
    "sgd": (
        lambda p, rate=0.1: torch.optim.SGD(p, lr=rate),
        [{}, {"rate": 0.03}],
    ),
    "momentum": (
        lambda p, rate=0.1, momentum=0.9: torch.optim.SGD(p, lr=rate, momentum=momentum),
        [{}, {"rate": 0.05, "momentum": 0.5}],
    ),
    "nesterov": (
        lambda p, rate=0.1, momentum=0.9: torch.optim.SGD(
            p, lr=rate, momentum=momentum, nesterov=True
        ),
        [{}, {"rate": 0.05, "momentum": 0.5}],
    ),
    # From here on a setting that is not given is PyTorch's own.
    "adagrad": (
        lambda p, rate=None, epsilon=None: torch.optim.Adagrad(p, **given(lr=rate, eps=epsilon)),
        [{}, {"rate": 0.2, "epsilon": 1e-3}],
    ),
    "rmsprop": (
        lambda p, rate=None, decay=None, epsilon=None: torch.optim.RMSprop(
            p, **given(lr=rate, alpha=decay, eps=epsilon)
        ),
        [{}, {"rate": 0.005, "decay": 0.8, "epsilon": 1e-4}],
    ),
    "adam": (
        lambda p, rate=None, beta1=None, beta2=None, epsilon=None: torch.optim.Adam(
            p,
            **given(
                lr=rate, betas=None if beta1 is None else (beta1, beta2), eps=epsilon
            ),
        ),
        [{}, {"rate": 0.02, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}],
    ),
}


def given(**settings):
    return {name: value for name, value in settings.items() if value is not None}


def write_optimizers():
    """Given gradients, and training with gradients of its own: 20 updates with each optimizer."""
    generator = np.random.default_rng(SEED + 1)
    updates, shape = 20, (4, 3)
    w = torch.from_numpy(generator.standard_normal(shape))
    b = torch.from_numpy(generator.standard_normal(shape[1]))
    # From 1 down to 1e-9, so that epsilon is seen in every place where it could stand; some zeros.
    scale_w = 10.0 ** torch.from_numpy(generator.uniform(-9, 0.3, shape))
    scale_b = 10.0 ** torch.from_numpy(generator.uniform(-9, 0.3, shape[1]))
    gradients = []
    for step in range(updates):
        dw = scale_w * torch.from_numpy(generator.standard_normal(shape))
        db = scale_b * torch.from_numpy(generator.standard_normal(shape[1]))
        dw[step % 4, step % 3] = 0
        gradients.append((dw, db))

    # A 5-4-3 on 9 samples of bytes: the gradient there has L2 in it, which is weight_decay.
    sizes, l2 = [5, 4, 3], 0.01
    samples = generator.integers(0, 256, (9, sizes[0]))
    labels = torch.tensor([0, 1, 2, 2, 1, 0, 1, 2, 0])
    weights = [
        torch.from_numpy(generator.standard_normal((i, o))) for i, o in zip(sizes, sizes[1:])
    ]
    biases = [torch.from_numpy(0.1 * generator.standard_normal(o)) for o in sizes[1:]]
    x = torch.from_numpy(samples / 255)

    def follow_gradients(make, settings):
        parameters = [w.clone().requires_grad_(), b.clone().requires_grad_()]
        optimizer = make(parameters, **settings)
        after = []
        for gradient in gradients:
            for parameter, g in zip(parameters, gradient):
                parameter.grad = g.clone()
            optimizer.step()
            after.append([v for p in parameters for v in p.detach().flatten().tolist()])
        return after

    def train(make, settings):
        ws = [v.clone().requires_grad_() for v in weights]
        bs = [v.clone().requires_grad_() for v in biases]
        optimizer = make(
            [{"params": ws, "weight_decay": l2}, {"params": bs, "weight_decay": 0}], **settings
        )
        losses = []
        for _ in range(updates):
            optimizer.zero_grad()
            z = torch.tanh(x @ ws[0] + bs[0]) @ ws[1] + bs[1]
            loss = F.cross_entropy(z, labels)
            losses.append((loss + l2 / 2 * sum((v**2).sum() for v in ws)).item())
            loss.backward()
            optimizer.step()
        return {"losses": losses, "weights": [rows(v) for v in ws], "biases": [rows(v) for v in bs]}

    cases = []
    for name, (make, choices) in OPTIMIZERS.items():
        for settings in choices:
            cases.append(
                {
                    "optimizer": name,
                    "settings": settings,
                    "after": follow_gradients(make, settings),
                    "training": train(make, settings),
                }
            )
    write(
        "optimizers.json",
        {
            "weights": rows(w),
            "biases": rows(b),
            "gradientWeights": [rows(dw) for dw, _ in gradients],
            "gradientBiases": [rows(db) for _, db in gradients],
            "training": {
                "l2": l2,
                "bytes": samples.flatten().tolist(),
                "labels": labels.tolist(),
                "weights": [rows(v) for v in weights],
                "biases": [rows(v) for v in biases],
            },
            "cases": cases,
        },
    )


def write_nonfinite():
    """Where plain NumPy has NaN and infinities once a weight or a bias is one.

    The output is softmax with cross-entropy, or sigmoid with the squared error. Entries as signs:
    N for NaN, + and - for the infinities, a dot for a finite number.
    """
    generator = np.random.default_rng(SEED + 2)
    sizes, l2 = [6, 4, 3], 1e-3
    x = generator.integers(1, 256, (5, sizes[0]))
    x[generator.uniform(size=x.shape) < 0.6] = 0
    x[:, 2] = [9, 0, 200, 0, 31]  # a column with zeros and others
    x[:, 4] = 0  # an input that is always 0
    x[3] = 0  # a sample that is all 0
    labels = np.array([0, 1, 2, 1, 0])
    weights = [generator.standard_normal(s) for s in zip(sizes, sizes[1:])]
    biases = [generator.standard_normal(s) for s in sizes[1:]]

    def signs(array):
        def sign(v):
            return "N" if math.isnan(v) else "." if math.isfinite(v) else "+" if v > 0 else "-"

        return "".join(sign(v) for v in np.asarray(array).flatten())

    def exp_softmax(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    functions = {
        "identity": (lambda z: z, lambda z, a: np.ones_like(z)),
        "relu": (lambda z: np.maximum(z, 0), lambda z, a: np.where(z > 0, 1.0, 0.0)),
        "leaky-relu": (
            lambda z: np.where(z < 0, 0.01 * z, z),
            lambda z, a: np.where(z > 0, 1.0, 0.01),
        ),
        "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z, a: a * (1 - a)),
        "tanh": (np.tanh, lambda z, a: 1 - a * a),
    }
    heads = {
        "softmax": (exp_softmax, lambda a, y: a - y),
        "sigmoid": (functions["sigmoid"][0], lambda a, y: (a - y) * (a * (1 - a))),
    }
    places = [("W", 1, 2, 1), ("W", 1, 4, 0), ("W", 2, 1, 2), ("b", 1, 0, 3), ("b", 2, 0, 1)]
    faults = [(*place, value) for place in places for value in ["NaN", "Infinity", "-Infinity"]]
    cases = []
    for hidden, (f, derivative) in functions.items():
        for output, (head, output_delta) in heads.items():
            for array, layer, i, j, value in faults:
                w, b = [v.copy() for v in weights], [v.copy() for v in biases]
                if array == "W":
                    w[layer - 1][i, j] = float(value)
                else:
                    b[layer - 1][j] = float(value)
                a0, y = x / 255, np.eye(3)[labels]
                z1 = a0 @ w[0] + b[0]
                a1 = f(z1)
                z2 = a1 @ w[1] + b[1]
                h = head(z2)
                delta2 = output_delta(h, y)
                delta1 = (delta2 @ w[1].T) * derivative(z1, a1)
                n = len(x)
                cases.append(
                    {
                        "hidden": hidden,
                        "output": output,
                        "array": array,
                        "layer": layer,
                        "row": i,
                        "column": j,
                        "value": value,
                        "z": [signs(z1), signs(z2)],
                        "a": [signs(a1), signs(h)],
                        "delta": [signs(delta1), signs(delta2)],
                        "dW": [
                            signs(a0.T @ delta1 / n + l2 * w[0]),
                            signs(a1.T @ delta2 / n + l2 * w[1]),
                        ],
                        "db": [signs(delta1.mean(axis=0)), signs(delta2.mean(axis=0))],
                    }
                )
    write(
        "nonfinite.json",
        {
            "l2": l2,
            "bytes": x.flatten().tolist(),
            "labels": labels.tolist(),
            "weights": [v.tolist() for v in weights],
            "biases": [v.tolist() for v in biases],
            "cases": cases,
        },
    )


# After splitmix64.c and xoshiro256starstar.c at https://prng.di.unimi.it (Vigna; Blackman, Vigna).
class Xoshiro256StarStar:
    def __init__(self, seed):
        self.s = []
        for _ in range(4):
            seed, value = splitmix64(seed)
            self.s.append(value)

    def next(self):
        s = self.s
        result = rotl(s[1] * 5 & MASK, 7) * 9 & MASK
        t = s[1] << 17 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 45)
        return result

    def uniform(self):
        return (self.next() >> 11) / 2**53

    def normal(self):
        """Marsaglia's polar method; the second of each pair is not used."""
        s = 0
        while not 0 < s < 1:
            u, v = 2 * self.uniform() - 1, 2 * self.uniform() - 1
            s = u * u + v * v
        return u * math.sqrt(-2 * math.log(s) / s)

    def below(self, bound):
        """Lemire, "Fast random integer generation in an interval": a product, its high half."""
        while True:
            high, low = divmod(self.next() * bound, 2**64)
            if low >= 2**64 % bound:
                return high

    def permutation(self, count):
        order = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order


def splitmix64(state):
    state = (state + 0x9E3779B97F4A7C15) & MASK
    z = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return state, z ^ z >> 31


def rotl(x, bits):
    return (x << bits | x >> 64 - bits) & MASK


def write_random():
    cases = []
    for seed in [0, 1, 42, 1234567, MASK]:
        state = Xoshiro256StarStar(seed).s
        numbers, uniform = Xoshiro256StarStar(seed), Xoshiro256StarStar(seed)
        normal, below = Xoshiro256StarStar(seed), Xoshiro256StarStar(seed)
        epochs = []
        for epoch in [0, 1, 2, 100]:
            # An epoch's generator: the seed mixed once, then exclusive or with the epoch's number.
            generator = Xoshiro256StarStar(splitmix64(seed)[1] ^ epoch)
            epochs.append({"epoch": epoch, "order": generator.permutation(23)})
        cases.append(
            {
                "seed": str(seed),
                "state": [str(v) for v in state],
                "next": [str(numbers.next()) for _ in range(8)],
                "uniform": [uniform.uniform() for _ in range(8)],
                "normal": [normal.normal() for _ in range(8)],
                "below": [below.below(b) for b in [1, 2, 3, 10, 1000, 60000, 2**40, 3 << 61]],
                "epochs": epochs,
            }
        )
    write("random.json", {"cases": cases})


def read_digits():
    path = HERE / "digits100.bin"
    folder = Path(os.environ.get("BACKSTEP_DATA", HERE)) / "mnist"

    def first(name, header, size):
        for candidate, opener in [(folder / name, open), (folder / (name + ".gz"), gzip.open)]:
            if candidate.exists():
                with opener(candidate, "rb") as file:
                    file.read(header)
                    return file.read(size)
        return None

    images = first("train-images-idx3-ubyte", 16, 78_400)
    labels = first("train-labels-idx1-ubyte", 8, 100)
    if images and labels:
        path.write_bytes(images + labels)
    data = path.read_bytes()
    pixels = np.frombuffer(data[:78_400], dtype=np.uint8).reshape(100, 784)
    return pixels, np.frombuffer(data[78_400:], dtype=np.uint8)


def write_digits():
    """A 784-300-10 on the 100 digits; of each array its norm, its sum and forty entries."""
    pixels, labels = read_digits()
    x = torch.from_numpy(pixels / 255)
    labels = torch.from_numpy(labels.astype(np.int64))
    generator = np.random.default_rng(SEED + 3)

    # Whole numbers divided once: every language gets the same bits.
    def parameters(inputs, outputs):
        i, j = np.arange(inputs)[:, None], np.arange(outputs)[None, :]
        w = ((i * 31 + j * 17) % 101 - 50) / 1000.0
        b = ((np.arange(outputs) * 13) % 7 - 3) / 100.0
        return torch.from_numpy(w), torch.from_numpy(b)

    (w1, b1), (w2, b2) = parameters(784, 300), parameters(300, 10)
    positions = {}

    def summary(name, tensor):
        values = tensor.detach().numpy().flatten()
        if name not in positions:
            count = min(40, values.size)
            # Half anywhere, half where there is something: most pixels have no gradient but L2's.
            anywhere = generator.choice(values.size, count // 2, replace=False)
            largest = np.argsort(-np.abs(values))[: values.size // 4]
            among = generator.choice(largest, min(count // 2, largest.size), replace=False)
            positions[name] = sorted({int(p) for p in np.concatenate([anywhere, among])})
        return {
            "norm": float(np.linalg.norm(values)),
            "sum": math.fsum(values),
            "positions": positions[name],
            "entries": [float(values[p]) for p in positions[name]],
        }

    cases = []
    for output, loss in [("softmax", "cross-entropy"), ("sigmoid", "squared-error")]:
        result = run([w1, w2], [b1, b2], "sigmoid", output, loss, 1e-3, x, labels)
        arrays = {}
        for kind in ["z", "a", "delta", "dW", "db"]:
            for layer, tensor in enumerate(result[kind], start=1):
                arrays[f"{kind}{layer}"] = summary(f"{kind}{layer}", tensor)
        cases.append(
            {
                "output": output,
                "loss": loss,
                "dataLoss": result["dataLoss"],
                "l2Loss": result["l2Loss"],
                "arrays": arrays,
            }
        )
    write("digits.json", {"l2": 1e-3, "cases": cases})


if __name__ == "__main__":
    warnings.simplefilter("ignore", RuntimeWarning)  # NaN and infinities are the point there
    write_combinations()
    write_optimizers()
    write_nonfinite()
    write_random()
    write_digits()
