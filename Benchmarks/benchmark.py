"""Backstep beside NumPy, PyTorch and JAX: the same work, one after another in one run.

Each figure is the median of several rounds; in a round every contestant has its turn, so that a
machine that slows down slows down for all. Two threads everywhere.

    python3 benchmark.py PATH-OF-BACKSTEP [--quick]
"""

import gzip
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "2"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=true intra_op_parallelism_threads=2"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402

jax.config.update("jax_enable_x64", True)
torch.set_num_threads(2)

BACKSTEP = sys.argv[1]
QUICK = "--quick" in sys.argv
ROUNDS = 3 if QUICK else 7
BATCH, RATE, DECAY, EPSILON, L2 = 100, 0.001, 0.99, 1e-8, 0.001


def backstep(*commands):
    """The seconds of each command, as `--json` reports them, and the last command's blocks."""
    arguments = [BACKSTEP, "--json", "--no-init", "--threads", "2"]
    for command in commands:
        arguments += ["-c", command]
    result = subprocess.run(arguments, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return [line["seconds"] for line in lines], lines[-1]["blocks"]


def batch():
    """A real minibatch: the sample's first, as Backstep itself has it."""
    (_, x), (_, labels) = (
        backstep("load mnist", "network 784-10", "phase", f"print {name}") for name in ("X", "labels")
    )
    return np.array(x[0]["values"]), np.array(labels[0]["values"], dtype=int)


X, LABELS = batch()
Y = np.eye(10)[LABELS]


def weights(sizes, dtype=np.float64):
    random = np.random.default_rng(1)
    return [
        (
            random.uniform(-1, 1, (a, b)).astype(dtype) * (6 / (a + b)) ** 0.5,
            np.zeros(b, dtype=dtype),
        )
        for a, b in zip(sizes, sizes[1:])
    ]


# One training step: sigmoid hidden layers, softmax and cross-entropy, L2, RMSprop.


def backstep_step(sizes):
    count = 100 if len(sizes) == 3 else 20
    seconds, _ = backstep(
        "load mnist", "network " + "-".join(map(str, sizes)), f"set batch={BATCH} l2={L2}",
        f"optimizer rmsprop rate={RATE} decay={DECAY}", "step 20", f"step {count}",
    )
    return seconds[-1] / count


def numpy_step(sizes):
    parameters = weights(sizes)
    state = [(np.zeros_like(w), np.zeros_like(b)) for w, b in parameters]

    def step():
        a = [X]
        for w, b in parameters[:-1]:
            a.append(1 / (1 + np.exp(-(a[-1] @ w + b))))
        z = a[-1] @ parameters[-1][0] + parameters[-1][1]
        h = np.exp(z - z.max(1, keepdims=True))
        delta = h / h.sum(1, keepdims=True) - Y
        gradients = []
        for l in range(len(parameters) - 1, -1, -1):
            gradients.insert(
                0, (a[l].T @ delta / BATCH + L2 * parameters[l][0], delta.mean(0))
            )
            if l > 0:
                delta = (delta @ parameters[l][0].T) * a[l] * (1 - a[l])
        for p, g, s in zip(parameters, gradients, state):
            for w, d, v in zip(p, g, s):
                v *= DECAY
                v += (1 - DECAY) * d * d
                w -= RATE * d / (np.sqrt(v) + EPSILON)

    return timed(step)


def torch_step(sizes, dtype):
    layers = []
    for (w, b), last in zip(weights(sizes), [False] * (len(sizes) - 2) + [True]):
        linear = torch.nn.Linear(*w.shape).to(dtype)
        layers += [linear] if last else [linear, torch.nn.Sigmoid()]
    network = torch.nn.Sequential(*layers)
    x, labels = torch.tensor(X, dtype=dtype), torch.tensor(LABELS)
    optimizer = torch.optim.RMSprop(network.parameters(), lr=RATE, alpha=DECAY, weight_decay=L2)

    def step():
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(x), labels).backward()
        optimizer.step()

    return timed(step)


def jax_step(sizes, dtype):
    x, y = jnp.array(X, dtype=dtype), jnp.array(Y, dtype=dtype)
    parameters = [(jnp.array(w), jnp.array(b)) for w, b in weights(sizes, dtype)]
    state = jax.tree.map(jnp.zeros_like, parameters)

    def loss(parameters):
        a = x
        for w, b in parameters[:-1]:
            a = jax.nn.sigmoid(a @ w + b)
        z = a @ parameters[-1][0] + parameters[-1][1]
        data = -(y * jax.nn.log_softmax(z)).sum(1).mean()
        return data + L2 / 2 * sum((w * w).sum() for w, _ in parameters)

    @jax.jit
    def update(parameters, state):
        gradients = jax.grad(loss)(parameters)
        state = jax.tree.map(lambda v, g: DECAY * v + (1 - DECAY) * g * g, state, gradients)
        parameters = jax.tree.map(
            lambda w, g, v: w - RATE * g / (jnp.sqrt(v) + EPSILON), parameters, gradients, state
        )
        return parameters, state

    def step():
        nonlocal parameters, state
        parameters, state = jax.block_until_ready(update(parameters, state))

    return timed(step)


def dense_products(sizes):
    """The matrix products of a step alone, dense, through OpenBLAS."""
    random = np.random.default_rng(2)
    a = [random.random((BATCH, n)) for n in sizes]
    w = [random.random((m, n)) for m, n in zip(sizes, sizes[1:])]

    def step():
        for l, weight in enumerate(w):
            a[l] @ weight
            a[l].T @ a[l + 1]
            if l > 0:
                a[l + 1] @ weight.T

    return timed(step)


def timed(step):
    """The median time of a step, in seconds."""
    for _ in range(10):
        step()
    times = []
    end = time.perf_counter() + (0.3 if QUICK else 1.0)
    while time.perf_counter() < end or len(times) < 5:
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


# The check of a whole gradient, for each parameter.


def backstep_check():
    seconds, _ = backstep(
        "load mnist", "network 784-300-10", f"set l2={L2}", "step 30", "check"
    )
    return seconds[-1] / 238_510


def torch_gradcheck():
    """torch.autograd.gradcheck moves each entry too, but runs the whole network for each."""
    rows = 10
    x = torch.tensor(X[:, :rows], dtype=torch.float64)
    w = torch.rand(rows, 30, dtype=torch.float64, requires_grad=True)
    v = torch.rand(30, 10, dtype=torch.float64, requires_grad=True)
    labels = torch.tensor(LABELS)

    def loss(w, v):
        return torch.nn.functional.cross_entropy(torch.sigmoid(x @ w) @ v, labels)

    start = time.perf_counter()
    torch.autograd.gradcheck(loss, (w, v), atol=1e-3)
    return (time.perf_counter() - start) / (w.numel() + v.numel())


# Start-up, saving and restoring.


def start_up(*command):
    start = time.perf_counter()
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return time.perf_counter() - start


def load_full():
    return backstep("load mnist full")[0][-1]


def load_full_in_python():
    """The same four files: gunzipped, checked by their SHA-256, as arrays."""
    folder = os.path.join(os.environ["BACKSTEP_DATA"], "mnist")
    start = time.perf_counter()
    for name in sorted(os.listdir(folder)):
        with gzip.open(os.path.join(folder, name)) as file:
            data = file.read()
        hashlib.sha256(data).hexdigest()
        np.frombuffer(data, dtype=np.uint8, offset=16 if "images" in name else 8)
    return time.perf_counter() - start


def save_and_restore():
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


def main():
    print(f"numpy {np.__version__}, torch {torch.__version__}, jax {jax.__version__}, two threads\n")
    for sizes in ([784, 300, 10], [784, 800, 800, 10]):
        contestants = {
            "Backstep, float64": lambda: backstep_step(sizes),
            "NumPy, float64": lambda: numpy_step(sizes),
            "PyTorch, float64": lambda: torch_step(sizes, torch.float64),
            "PyTorch, float32": lambda: torch_step(sizes, torch.float32),
            "JAX jit, float64": lambda: jax_step(sizes, np.float64),
            "JAX jit, float32": lambda: jax_step(sizes, np.float32),
            "dense products alone, OpenBLAS float64": lambda: dense_products(sizes),
        }
        show("a training step of " + "-".join(map(str, sizes)), contestants, 1e3, "ms")
    show(
        "the check of one parameter",
        {"Backstep, 784-300-10": backstep_check, "gradcheck, 10-30-10": torch_gradcheck},
        1e6, "µs",
    )
    show(
        "start-up",
        {
            "Backstep": lambda: start_up(BACKSTEP, "--no-init", "-c", "help"),
            "Python": lambda: start_up(sys.executable, "-c", "pass"),
            "Python with NumPy": lambda: start_up(sys.executable, "-c", "import numpy"),
        },
        1e3, "ms",
    )
    if "BACKSTEP_DATA" in os.environ:
        show(
            "loading full MNIST",
            {"Backstep": load_full, "Python, gzip and hashlib": load_full_in_python},
            1e3, "ms",
        )
    rounds = [save_and_restore() for _ in range(ROUNDS)]
    medians = [statistics.median(times) for times in zip(*rounds)]
    names = ["Backstep save", "Backstep restore", "Python json.dump", "Python json.load"]
    table("a saved session of 784-300-10", dict(zip(names, medians)), 1e3, "ms")


def show(title, contestants, scale, unit):
    rounds = [{name: run() for name, run in contestants.items()} for _ in range(ROUNDS)]
    table(
        title, {name: statistics.median(r[name] for r in rounds) for name in contestants}, scale, unit
    )


def table(title, figures, scale, unit):
    first = next(iter(figures.values()))
    print(f"| {title} | {unit} | ratio to the first |\n|---|---:|---:|")
    for name, value in figures.items():
        print(f"| {name} | {value * scale:.3g} | {value / first:.2f} |")
    print(flush=True)


main()
