"""The training step that the README quotes, in PyTorch: 784-300-10, sigmoid, softmax, RMSprop, L2.

Run with `python3 pytorch_step.py` where torch is installed (measured with torch 2.15, two threads).
"""

import statistics
import time

import torch

torch.set_num_threads(2)


def median_milliseconds(dtype):
    torch.manual_seed(0)
    pixels = torch.rand(100, 784, dtype=dtype) * (torch.rand(100, 784) < 0.19)
    labels = torch.randint(0, 10, (100,))
    network = torch.nn.Sequential(
        torch.nn.Linear(784, 300), torch.nn.Sigmoid(), torch.nn.Linear(300, 10)
    ).to(dtype)
    optimizer = torch.optim.RMSprop(network.parameters(), lr=0.001, weight_decay=0.001)

    def step():
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(pixels), labels).backward()
        optimizer.step()

    for _ in range(50):
        step()
    times = []
    for _ in range(500):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


for dtype in (torch.float64, torch.float32):
    print(f"{dtype}: {median_milliseconds(dtype):.3f} ms a step")
