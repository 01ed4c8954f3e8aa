"""Reference values of exp, log and tanh: writes elementary.txt beside this file.

Made with Python 3.11 and mpmath 1.3.0 at 200 bits, seed 1.  To make it again:

    pip install mpmath==1.3.0 && python3 Tests/BackpropTests/Reference/elementary.py

A line is `x y rest`: the bit patterns of the argument and of the nearest double to the true value,
and what the true value exceeds y by, in units in the last place of y.
"""

import math
import pathlib
import random
import struct

from mpmath import mp, mpf

mp.prec = 200
rng = random.Random(1)


def bits(x):
    return struct.unpack(">Q", struct.pack(">d", x))[0]


def from_bits(n):
    return struct.unpack(">d", struct.pack(">Q", n))[0]


def nearest(true):
    """The double nearest to `true` and the difference in ulps; right for subnormals too."""
    exponent = max(int(mp.frexp(true)[1]) - 53, -1074) if true else 0
    scaled = mp.ldexp(true, -exponent)
    units = int(mp.nint(scaled))
    return math.ldexp(units, exponent), float(scaled - units)


def neighbours(x):
    return [math.nextafter(x, -math.inf), x, math.nextafter(x, math.inf)]


def uniform(low, high, count):
    return [rng.uniform(low, high) for _ in range(count)]


def any_magnitude(low, high, count):
    """Positive doubles with every exponent between those of two doubles as likely."""
    return [from_bits(rng.randint(bits(low), bits(high))) for _ in range(count)]


def both_signs(xs):
    return [x if rng.random() < 0.5 else -x for x in xs]


HALF_LN_2 = math.log(2) / 2

POINTS = {
    "exp": uniform(-745, 709.7, 350)  # the whole range
    + uniform(-745.2, -708, 150)  # subnormal results
    + uniform(-1, 1, 200)
    + both_signs(any_magnitude(1e-20, 700.0, 200))
    + [x for k in range(-20, 21) for x in neighbours((2 * k + 1) * HALF_LN_2)]
    + [709.782712893384, -708.3964185322641, -745.1332191019411, 5e-324, -5e-324, 1.0, -1.0],
    "log": any_magnitude(5e-324, 1.7e308, 350)  # the whole range
    + any_magnitude(5e-324, 2.2e-308, 150)  # subnormal arguments
    + uniform(0.5, 2, 300)
    + [1 + x for x in both_signs(any_magnitude(3e-16, 0.5, 200))]
    + [x for k in range(-9, 10) for x in neighbours(math.sqrt(2) * 2.0**k)]
    + neighbours(1.0)
    + [5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, 10.0],
    "tanh": both_signs(
        any_magnitude(5e-324, 0.55, 200)
        + uniform(0, 0.55, 350)
        + uniform(0.55, 2, 300)
        + uniform(2, 20, 150)
        + neighbours(0.55)
        + [19.0, 19.0625, 19.1, 20.0, 21.0, 1e3, 1e300, 1.0, 5e-324]
    ),
}

FUNCTIONS = {"exp": mp.exp, "log": mp.log, "tanh": mp.tanh}

lines = []
for name, xs in POINTS.items():
    lines.append(name)
    for x in xs:
        y, rest = nearest(FUNCTIONS[name](mpf(x)))
        lines.append(f"{bits(x):016x} {bits(y):016x} {rest:.4f}")

pathlib.Path(__file__).with_name("elementary.txt").write_text("\n".join(lines) + "\n")
