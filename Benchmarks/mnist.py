"""Full MNIST: loading it, and evaluating a network on its 10,000 test digits.

The four files are where Backstep looks for them first: $BACKSTEP_DATA/mnist.
"""

import gzip
import hashlib
import os
import time

from steps import weights  # isort: skip, for it sets the number of threads

import jax
import jax.numpy as jnp
import numpy as np

from timing import timed

FOLDER = os.path.join(os.environ.get("BACKSTEP_DATA", ""), "mnist")
IS_THERE = os.path.isdir(FOLDER)
SIZES = [784, 300, 10]


def load_by_backstep(backstep):
    return backstep("load mnist full")[0][-1]


def load_by_python():
    """The same four files: gunzipped, checked by their SHA-256, as arrays."""
    start = time.perf_counter()
    for name in sorted(os.listdir(FOLDER)):
        read(name)
    return time.perf_counter() - start


def read(name):
    path = os.path.join(FOLDER, name)
    with gzip.open(path) if name.endswith(".gz") else open(path, "rb") as file:
        data = file.read()
    hashlib.sha256(data).hexdigest()
    return np.frombuffer(data, dtype=np.uint8, offset=16 if "images" in name else 8)


def test_digits():
    """(10,000, 784) bytes, and (10,000) labels."""
    names = sorted(name for name in os.listdir(FOLDER) if name.startswith("t10k"))
    images, labels = (read(name) for name in names)
    return images.reshape(-1, 784), labels.astype(int)


# Evaluation: from bytes to loss, accuracy and how often each label is taken for each class.


def evaluate_by_backstep(backstep):
    return backstep("load mnist full", "network 784-300-10", "evaluate")[0][-1]


def evaluate_by_numpy():
    images, labels = test_digits()
    parameters = weights(SIZES)

    def evaluate():
        a = images / 255
        for w, b in parameters[:-1]:
            a = 1 / (1 + np.exp(-(a @ w + b)))
        z = a @ parameters[-1][0] + parameters[-1][1]
        z -= z.max(1, keepdims=True)
        losses = np.log(np.exp(z).sum(1)) - z[np.arange(len(z)), labels]
        predictions = z.argmax(1)
        confusion = np.bincount(labels * 10 + predictions, minlength=100)
        return losses.mean(), (predictions == labels).mean(), confusion

    return timed(evaluate)


def evaluate_by_jax():
    images, labels = map(jnp.array, test_digits())
    parameters = [(jnp.array(w), jnp.array(b)) for w, b in weights(SIZES)]

    @jax.jit
    def evaluate(images, labels):
        a = images / 255.0
        for w, b in parameters[:-1]:
            a = jax.nn.sigmoid(a @ w + b)
        z = a @ parameters[-1][0] + parameters[-1][1]
        losses = -jnp.take_along_axis(jax.nn.log_softmax(z), labels[:, None], 1)
        predictions = z.argmax(1)
        confusion = jnp.bincount(labels * 10 + predictions, length=100)
        return losses.mean(), (predictions == labels).mean(), confusion

    return timed(lambda: jax.block_until_ready(evaluate(images, labels)))
