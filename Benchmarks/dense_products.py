"""The matrix products of a training step alone, with no zero left out, through OpenBLAS.

Reads networks with their batches and prints the seconds of each as JSON, the median of three rounds:

    echo 784-300-10 100 | python3 dense_products.py    # {"784-300-10 100": 0.0011}
"""

import json
import statistics
import sys

from timing import timed  # isort: skip, for it sets the number of threads

import numpy as np


def dense_products(sizes, batch, first=1, seconds=None):
    """Forward, gradient and, but for layer 1, delta, of the layers from `first` on."""
    random = np.random.default_rng(2)
    a = [random.random((batch, n)) for n in sizes]
    w = [random.random((m, n)) for m, n in zip(sizes, sizes[1:])]

    def step():
        for l in range(first - 1, len(w)):
            a[l] @ w[l]
            a[l].T @ a[l + 1]
            if l > 0:
                a[l + 1] @ w[l].T

    return timed(step, seconds)


def main():
    cases = [line.strip() for line in sys.stdin if line.strip()]
    rounds = {case: [] for case in cases}
    for _ in range(3):
        for case in cases:
            network, batch = case.split()
            sizes = [int(size) for size in network.split("-")]
            rounds[case].append(dense_products(sizes, int(batch), seconds=0.3))
    print(json.dumps({case: statistics.median(times) for case, times in rounds.items()}))


if __name__ == "__main__":
    main()
