// Functions of complex numbers x + iy, for derivatives by the complex step. The forms hold for any y
// and lose nothing when y is 1e-20 and |x| is 800.

#include <math.h>

#include "functions.h"

/// sin y and cos y for the small y of a complex step by their series, the same on every machine; for
/// a large y, which only a huge step or a diverged network brings, the C library's.
INLINE void sine_and_cosine(lanes y, lanes *sine, lanes *cosine) {
  lanes s = y * y;
  *sine = y * (1 - s / 6 * (1 - s / 20 * (1 - s / 42 * (1 - s / 72 * (1 - s / 110)))));
  *cosine = 1 - s / 2 * (1 - s / 12 * (1 - s / 30 * (1 - s / 56 * (1 - s / 90))));
  masks small = magnitude(y) < 0.5;
  int all_small = 1;
  for (int lane = 0; lane < LANES; lane++) all_small &= small[lane] != 0;
  if (all_small) return;
  for (int lane = 0; lane < LANES; lane++) {
    if (small[lane]) continue;
    (*sine)[lane] = sin(y[lane]);
    (*cosine)[lane] = cos(y[lane]);
  }
}

/// e^(x + iy) = e^x (cos y + i sin y)
INLINE void complex_exp_lanes(lanes *x, lanes *y) {
  lanes sine, cosine;
  sine_and_cosine(*y, &sine, &cosine);
  lanes power = exp_lanes(*x);
  *x = power * cosine;
  *y = power * sine;
}

/// 1 / (1 + p) with p = e^-z for x > 0, and p / (1 + p) with p = e^z else: nothing overflows.
INLINE void complex_sigmoid_lanes(lanes *x, lanes *y) {
  masks positive = *x > 0;
  lanes c = choose(positive, -*x, *x);
  lanes d = choose(positive, -*y, *y);
  complex_exp_lanes(&c, &d);
  lanes re = choose(positive, 1, c);
  lanes im = choose(positive, 0, d);
  c = 1 + c;
  lanes size = c * c + d * d;
  *x = (re * c + im * d) / size;
  *y = (im * c - re * d) / size;
}

/// tanh(x + iy) = (t (1 + tan² y) + i tan y (1 - t²)) / (1 + t² tan² y) with t = tanh x
INLINE void complex_tanh_lanes(lanes *x, lanes *y) {
  lanes sine, cosine;
  sine_and_cosine(*y, &sine, &cosine);
  lanes t = tanh_lanes(*x);
  lanes tangent = sine / cosine;
  lanes divisor = 1 + t * t * tangent * tangent;
  *x = t * (1 + tangent * tangent) / divisor;
  *y = tangent * (1 - t * t) / divisor;
}

/// f of every x + iy, in place.
INLINE void map_complex(void (*f)(lanes *, lanes *), double *x, double *y, int64_t count) {
  for (int64_t i = 0; i < count; i += LANES) {
    int64_t n = count - i < LANES ? count - i : LANES;
    lanes re = load_some(x + i, n), im = load_some(y + i, n);
    f(&re, &im);
    store_some(x + i, re, n);
    store_some(y + i, im, n);
  }
}

static void complex_exp(double *x, double *y, int64_t count) {
  map_complex(complex_exp_lanes, x, y, count);
}
static void complex_sigmoid(double *x, double *y, int64_t count) {
  map_complex(complex_sigmoid_lanes, x, y, count);
}
static void complex_tanh(double *x, double *y, int64_t count) {
  map_complex(complex_tanh_lanes, x, y, count);
}
