"""One training step by each contestant: sigmoid hidden layers, softmax and cross-entropy, L2, RMSprop."""

import os
from collections import namedtuple

from timing import timed  # isort: skip, for it sets the number of threads

os.environ["XLA_FLAGS"] = (
    "--xla_cpu_multi_thread_eigen=true intra_op_parallelism_threads=2"
)

import jax
import jax.numpy as jnp
import numpy as np
import torch

jax.config.update("jax_enable_x64", True)
torch.set_num_threads(2)

BATCH, RATE, DECAY, EPSILON, L2 = 100, 0.001, 0.99, 1e-8, 0.001

Data = namedtuple("Data", "x labels y")


def minibatch(backstep):
    """A real one: the sample's first, as Backstep itself has it."""
    (_, x), (_, labels) = (
        backstep("load mnist", "network 784-10", "phase", f"print {name}")
        for name in ("X", "labels")
    )
    labels = np.array(labels[0]["values"], dtype=int)
    return Data(np.array(x[0]["values"]), labels, np.eye(10)[labels])


def weights(sizes, dtype=np.float64):
    random = np.random.default_rng(1)
    return [
        (
            random.uniform(-1, 1, (a, b)).astype(dtype) * (6 / (a + b)) ** 0.5,
            np.zeros(b, dtype=dtype),
        )
        for a, b in zip(sizes, sizes[1:])
    ]


def backstep_step(backstep, sizes):
    count = 1000 if len(sizes) == 3 else 100
    seconds, _ = backstep(
        "load mnist", "network " + "-".join(map(str, sizes)), f"set batch={BATCH} l2={L2}",
        f"optimizer rmsprop rate={RATE} decay={DECAY}", "step 100", f"step {count}",
    )
    return seconds[-1] / count


def numpy_step(sizes, data):
    parameters = weights(sizes)
    state = [(np.zeros_like(w), np.zeros_like(b)) for w, b in parameters]

    def step():
        a = [data.x]
        for w, b in parameters[:-1]:
            a.append(1 / (1 + np.exp(-(a[-1] @ w + b))))
        z = a[-1] @ parameters[-1][0] + parameters[-1][1]
        h = np.exp(z - z.max(1, keepdims=True))
        delta = h / h.sum(1, keepdims=True) - data.y
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


def torch_step(sizes, data, dtype):
    layers = []
    for (w, b), last in zip(weights(sizes), [False] * (len(sizes) - 2) + [True]):
        linear = torch.nn.Linear(*w.shape).to(dtype)
        layers += [linear] if last else [linear, torch.nn.Sigmoid()]
    network = torch.nn.Sequential(*layers)
    x, labels = torch.tensor(data.x, dtype=dtype), torch.tensor(data.labels)
    optimizer = torch.optim.RMSprop(network.parameters(), lr=RATE, alpha=DECAY, weight_decay=L2)

    def step():
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(x), labels).backward()
        optimizer.step()

    return timed(step)


def jax_step(sizes, data, dtype):
    x, y = jnp.array(data.x, dtype=dtype), jnp.array(data.y, dtype=dtype)
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
