#!/usr/bin/env python3
"""The backpropagation of the question that Backstep was built from, as far as the question shows it.

Written anew, with its faults: one sample after another; the derivative in the delta of the output
weights, none in that of the output bias; h - Y, not the delta, sent back to the hidden layer. The
cost is squared error; RMSprop at 0.001, l2 = 0.001 added to the batch's mean.

  python3 the-question.py PASS.npz MINE.npz [--mend bias] [--mend hidden]
      the gradient of the pass that Backstep exported
  python3 the-question.py --train 30 --data FOLDER [--mend ...] [--l2 0.001] [--seed 1]
      trains 784-300-10 on MNIST's four files (gzipped) and prints the test error
"""
import argparse
import gzip
from pathlib import Path

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(a):
    """The derivative of the sigmoid, from its value: a is sigmoid(z), so this is right."""
    return a * (1 - a)


def backward_by_sample(X, Y, a1, h, W1, W2, l2, mended):
    """The gradient, summed up one sample after another."""
    dW1, db1 = np.zeros_like(W1), np.zeros(W1.shape[1])
    dW2, db2 = np.zeros_like(W2), np.zeros(W2.shape[1])
    for x, y, a, out in zip(X, Y, a1, h):
        error = out - y
        delta = error * sigmoid_prime(out)
        dW2 += np.outer(a, delta)
        db2 += delta if "bias" in mended else error
        sent = delta if "hidden" in mended else error
        hidden = (W2 @ sent) * sigmoid_prime(a)
        dW1 += np.outer(x, hidden)
        db1 += hidden
    N = len(X)
    return dW1 / N + l2 * W1, db1 / N, dW2 / N + l2 * W2, db2 / N


def backward(X, Y, a1, h, W1, W2, l2, mended):
    """The same for all samples at once: training would take hours otherwise."""
    error = h - Y
    delta = error * sigmoid_prime(h)
    sent = delta if "hidden" in mended else error
    hidden = (sent @ W2.T) * sigmoid_prime(a1)
    bias = delta if "bias" in mended else error
    N = len(X)
    return (X.T @ hidden / N + l2 * W1, hidden.mean(axis=0),
            a1.T @ delta / N + l2 * W2, bias.mean(axis=0))


def gradient_of(file, mended):
    p = np.load(file)
    arguments = (p["X"], p["Y"], p["a1"], p["a2"], p["W1"], p["W2"], float(p["l2"]), mended)
    gradient = backward_by_sample(*arguments)
    for one, other in zip(gradient, backward(*arguments)):
        assert np.allclose(one, other, rtol=1e-10, atol=1e-15)
    error = p["a2"] - p["Y"]
    cost = (error**2).sum() / 2 / len(error)
    return dict(zip(("dW1", "db1", "dW2", "db2"), gradient)), cost


def read(folder, name):
    data = gzip.decompress((Path(folder) / f"{name}.gz").read_bytes())
    sizes = np.frombuffer(data, ">i4", data[3], 4)
    return np.frombuffer(data, np.uint8, -1, 4 + 4 * data[3]).reshape(sizes)


def train(epochs, folder, mended, l2, seed):
    X = read(folder, "train-images-idx3-ubyte").reshape(-1, 784) / 255
    labels = read(folder, "train-labels-idx1-ubyte")
    test = read(folder, "t10k-images-idx3-ubyte").reshape(-1, 784) / 255
    test_labels = read(folder, "t10k-labels-idx1-ubyte")
    Y = np.eye(10)[labels]
    random = np.random.default_rng(seed)
    sizes = [784, 300, 10]
    p = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        bound = np.sqrt(6 / (inputs + outputs))
        p += [random.uniform(-bound, bound, (inputs, outputs)), np.zeros(outputs)]
    v = [np.zeros_like(x) for x in p]
    for epoch in range(epochs):
        order = random.permutation(len(X))
        for k in range(0, len(X), 100):
            batch = order[k:k + 100]
            a1 = sigmoid(X[batch] @ p[0] + p[1])
            h = sigmoid(a1 @ p[2] + p[3])
            for i, g in enumerate(backward(X[batch], Y[batch], a1, h, p[0], p[2], l2, mended)):
                v[i] = 0.99 * v[i] + 0.01 * g * g
                p[i] -= 0.001 * g / (np.sqrt(v[i]) + 1e-8)
    h = sigmoid(sigmoid(test @ p[0] + p[1]) @ p[2] + p[3])
    wrong = (h.argmax(axis=1) != test_labels).mean()
    print(f"mended {sorted(mended) or 'nothing'}, l2 {l2}, {epochs} epochs: test error {wrong:.2%}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", metavar="PASS.npz MINE.npz")
    parser.add_argument("--mend", action="append", choices=["bias", "hidden"], default=[])
    parser.add_argument("--train", type=int, metavar="EPOCHS")
    parser.add_argument("--data", metavar="FOLDER")
    parser.add_argument("--l2", type=float, default=0.001)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.train:
        train(options.train, options.data, set(options.mend), options.l2, options.seed)
    else:
        source, target = options.files
        arrays, cost = gradient_of(source, set(options.mend))
        np.savez_compressed(target, cost=cost, **arrays)


main()
