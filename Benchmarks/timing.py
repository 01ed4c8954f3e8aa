"""How long something takes: the median of many times."""

import os
import statistics
import sys
import time

# OpenBLAS reads it when NumPy is imported.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "2"

QUICK = "--quick" in sys.argv
ROUNDS = 3 if QUICK else 7


def timed(step, seconds=None):
    """The median time of a step, in seconds, out of those that fit into so many seconds."""
    for _ in range(10):
        step()
    times = []
    end = time.perf_counter() + (seconds or (0.3 if QUICK else 1.0))
    while time.perf_counter() < end or len(times) < 5:
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
