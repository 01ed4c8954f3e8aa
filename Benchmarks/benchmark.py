"""Backstep beside NumPy, PyTorch and JAX: the same work, one after another in one run.

Each figure is the median of several rounds; in a round every contestant has its turn, so that a
machine that slows down slows down for all. Two threads everywhere.

    python3 benchmark.py PATH-OF-BACKSTEP PATH-OF-PROFILE [--quick]
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import steps  # isort: skip, for it sets the number of threads

import jax
import numpy as np
import torch

import mnist
from backstep import Backstep
from dense_products import dense_products
from timing import QUICK, ROUNDS

PARAMETERS = 238_510  # of 784-300-10


def main():
    backstep = Backstep(sys.argv[1], sys.argv[2])
    print(f"numpy {np.__version__}, torch {torch.__version__}, jax {jax.__version__}, two threads\n")
    data = steps.minibatch(backstep)
    small = compare_steps(backstep, data, [784, 300, 10])
    large = compare_steps(backstep, data, [784, 800, 800, 10])
    dense = compare_dense_layers(backstep, [784, 800, 800, 10])
    checks = compare_checks(backstep, data)
    starts = compare_starts(backstep)
    full = compare_full_mnist(backstep) if mnist.IS_THERE else None
    files = compare_files(backstep)
    aims(small, large, dense, checks, starts, full, files)


# A training step.


def compare_steps(backstep, data, sizes):
    return show(
        "a training step of " + "-".join(map(str, sizes)),
        {
            "Backstep, float64": lambda: steps.backstep_step(backstep, sizes),
            "NumPy, float64": lambda: steps.numpy_step(sizes, data),
            "PyTorch, float64": lambda: steps.torch_step(sizes, data, torch.float64),
            "PyTorch, float32": lambda: steps.torch_step(sizes, data, torch.float32),
            "JAX jit, float64": lambda: steps.jax_step(sizes, data, np.float64),
            "JAX jit, float32": lambda: steps.jax_step(sizes, data, np.float32),
            "dense products alone, OpenBLAS float64": lambda: dense_products(sizes, steps.BATCH),
        },
        1e3, "ms",
    )


def compare_dense_layers(backstep, sizes):
    """The layers after the first, which has the zeros: Backstep's phases, with their sigmoid, its
    derivative and λW, beside their three products."""
    depth = len(sizes) - 1

    def phases():
        seconds = backstep.phases(sizes, steps=20 if QUICK else 100)
        names = [f"forward {l}" for l in range(2, depth + 1)]
        names += [f"delta {l - 1}" for l in range(2, depth + 1)]
        names += [f"gradient {l}" for l in range(2, depth + 1)]
        return sum(seconds[name] for name in names)

    return show(
        "the dense layers of " + "-".join(map(str, sizes)),
        {
            "Backstep, forward, delta and gradient": phases,
            "products alone, OpenBLAS float64": lambda: dense_products(sizes, steps.BATCH, first=2),
        },
        1e3, "ms",
    )


# The check of a whole gradient.


def compare_checks(backstep, data):
    figures = show(
        "the check of one parameter",
        {
            "Backstep, 784-300-10": lambda: backstep_check(backstep),
            "gradcheck, 10-30-10": lambda: torch_gradcheck(data),
        },
        1e6, "µs",
    )
    whole = {"Backstep": figures["Backstep, 784-300-10"] * PARAMETERS}
    table(f"the check of all {PARAMETERS:,} parameters of 784-300-10", whole, 1, "s")
    return whole


def backstep_check(backstep):
    seconds, _ = backstep(
        "load mnist", "network 784-300-10", f"set l2={steps.L2}", "step 30", "check"
    )
    return seconds[-1] / PARAMETERS


def torch_gradcheck(data):
    """torch.autograd.gradcheck moves each entry too, but runs the whole network for each."""
    rows = 10
    x = torch.tensor(data.x[:, :rows], dtype=torch.float64)
    w = torch.rand(rows, 30, dtype=torch.float64, requires_grad=True)
    v = torch.rand(30, 10, dtype=torch.float64, requires_grad=True)
    labels = torch.tensor(data.labels)

    def loss(w, v):
        return torch.nn.functional.cross_entropy(torch.sigmoid(x @ w) @ v, labels)

    start = time.perf_counter()
    torch.autograd.gradcheck(loss, (w, v), atol=1e-3)
    return (time.perf_counter() - start) / (w.numel() + v.numel())


# Starting, loading, evaluating, saving and restoring.


def compare_starts(backstep):
    def start(*command):
        start = time.perf_counter()
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True)
        return time.perf_counter() - start

    return show(
        "start-up",
        {
            "Backstep, to its prompt at a terminal": backstep.prompt,
            "Backstep, one command": lambda: start(backstep.program, "--no-init", "-c", "help"),
            "Python": lambda: start(sys.executable, "-c", "pass"),
            "Python with NumPy": lambda: start(sys.executable, "-c", "import numpy"),
        },
        1e3, "ms",
    )


def compare_full_mnist(backstep):
    return show(
        "loading full MNIST",
        {
            "Backstep": lambda: mnist.load_by_backstep(backstep),
            "Python, gzip and hashlib": mnist.load_by_python,
        },
        1e3, "ms",
    ), show(
        "evaluating 784-300-10 on 10,000 test digits",
        {
            "Backstep, float64": lambda: mnist.evaluate_by_backstep(backstep),
            "NumPy, float64": mnist.evaluate_by_numpy,
            "JAX jit, float64": mnist.evaluate_by_jax,
        },
        1e3, "ms",
    )


def compare_files(backstep):
    rounds = [save_and_restore(backstep) for _ in range(ROUNDS)]
    names = ["Backstep save", "Backstep restore", "Python json.dump", "Python json.load"]
    medians = [statistics.median(times) for times in zip(*rounds)]
    return table("a saved session of 784-300-10", dict(zip(names, medians)), 1e3, "ms")


def save_and_restore(backstep):
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "session.json")
        seconds, _ = backstep(
            "load mnist", "network 784-300-10", "optimizer rmsprop", "step 20", f"save {file}",
            f"restore {file}",
        )
        start = time.perf_counter()
        with open(file) as stream:
            document = json.load(stream)
        load = time.perf_counter() - start
        start = time.perf_counter()
        with open(file, "w") as stream:
            json.dump(document, stream)
        return seconds[-2], seconds[-1], time.perf_counter() - start, load


# What is printed.


def show(title, contestants, scale, unit):
    """Measures all contestants in rounds, prints their medians and returns them in seconds."""
    rounds = [{name: run() for name, run in contestants.items()} for _ in range(ROUNDS)]
    medians = {name: statistics.median(r[name] for r in rounds) for name in contestants}
    return table(title, medians, scale, unit)


def table(title, figures, scale, unit):
    first = next(iter(figures.values()))
    print(f"| {title} | {unit} | ratio to the first |\n|---|---:|---:|")
    for name, value in figures.items():
        print(f"| {name} | {value * scale:.3g} | {value / first:.2f} |")
    print(flush=True)
    return figures


def aims(small, large, dense, checks, starts, full, files):
    """What Backstep wants to reach, beside what this run has measured."""
    products = "dense products alone, OpenBLAS float64"
    own, blas = dense.values()
    rows = [
        ("a step of 784-300-10, of JAX's in float64", small["Backstep, float64"],
         small["JAX jit, float64"], 0.65),
        ("a step of 784-300-10, of its dense products", small["Backstep, float64"],
         small[products], 1),
        ("the dense layers of 784-800-800-10, of their products", own, blas, 2),
        ("`save`, of Python's json.dump", files["Backstep save"], files["Python json.dump"], 1),
        ("`restore`, of Python's json.load", files["Backstep restore"], files["Python json.load"],
         1),
        (f"`check` of all {PARAMETERS:,} parameters, s", checks["Backstep"], 1, 3),
        ("the prompt, ms", starts["Backstep, to its prompt at a terminal"], 1e-3, 20),
    ]
    if full:
        loading, evaluating = full
        rows += [
            ("`load mnist full`, s", loading["Backstep"], 1, 0.2),
            ("`evaluate` on 10,000 digits, s", evaluating["Backstep, float64"], 1, 0.1),
        ]
    print("| aim | at most | measured | reached |\n|---|---:|---:|---|")
    for name, figure, unit, most in rows:
        reached = "yes" if figure / unit <= most else "no"
        print(f"| {name} | {most:g} | {figure / unit:.3g} | {reached} |")


main()
