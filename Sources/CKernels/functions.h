// exp, log and tanh, within 1 ulp of the true value. They use bit patterns and +, -, *, / only,
// rounded as IEEE 754 says, so they have the same bits on every processor. The C library's do not.

#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include "lanes.h"

// ln 2 in two parts. The first has 40 bits, so its product with an exponent (11 bits) is exact.
#define LN2_HIGH 0x1.62e42fefa2000p-1
#define LN2_LOW 0x1.9ef35793c7673p-41
#define LOG2_E 0x1.71547652b82fep+0
#define SQRT_2 0x1.6a09e667f3bcdp+0

#define MANTISSA_BITS 52
#define MANTISSA 0x000fffffffffffffu
#define EXPONENT_BIAS 1023
#define ONE_BITS 0x3ff0000000000000u  // of 1.0
#define TWO_52_BITS 0x4330000000000000u  // of 2^52

// Adding 1.5 * 2^52 leaves no bits for a fraction: x is rounded to an integer, which stands in the
// low bits of the sum as a two's complement.
#define ROUNDER 0x1.8p52

INLINE lanes nearest_integer(lanes x) { return (x + ROUNDER) - ROUNDER; }

/// 2^k for an integer -1022 <= k <= 1023: its biased exponent moved to where an exponent stands.
INLINE lanes power_of_two(lanes k) {
  return from_bits(bits(k + (ROUNDER + EXPONENT_BIAS)) << MANTISSA_BITS);
}

/// (x * 2^(k/2)) * 2^(k/2), for 2^k itself may be out of range. The first product is exact, so a
/// subnormal result is rounded once.
INLINE lanes times_power_of_two(lanes x, lanes k) {
  lanes half = nearest_integer(k * 0.5);
  return x * power_of_two(half) * power_of_two(k - half);
}

/// e^x = (high + low) 2^exponent; high is the sum rounded.
struct exponential {
  lanes high, low, exponent;
};

/// e^x = 2^k e^r with k = round(x / ln 2), so |r| <= ln 2 / 2, and the Taylor series
/// e^r = 1 + r + r²/2! + … + r^13/13!, whose remainder is below 2^-57. For |x| < 800.
///
/// r = rough - fine, where rough = x - k LN2_HIGH is exact and fine = k LN2_LOW is small. Summed
/// from the smallest term on, 1 + (rough + (r² (1/2! + …) - fine)) errs by half an ulp in the last
/// sum, by a quarter at most in the one before it and by less in the rest; `low` is the errors of
/// these two.
INLINE struct exponential exponential(lanes x) {
  lanes k = nearest_integer(x * LOG2_E);
  lanes rough = x - k * LN2_HIGH;
  lanes fine = k * LN2_LOW;
  lanes r = rough - fine;

  lanes series = 1.0 / 6227020800;  // 1/13!
  series = series * r + 1.0 / 479001600;
  series = series * r + 1.0 / 39916800;
  series = series * r + 1.0 / 3628800;
  series = series * r + 1.0 / 362880;
  series = series * r + 1.0 / 40320;
  series = series * r + 1.0 / 5040;
  series = series * r + 1.0 / 720;
  series = series * r + 1.0 / 120;
  series = series * r + 1.0 / 24;
  series = series * r + 1.0 / 6;
  series = series * r + 1.0 / 2;

  lanes rest = r * r * series - fine;
  lanes sum = rough + rest;
  lanes high = 1 + sum;
  lanes low = (sum - (high - 1)) + (rest - (sum - rough));
  return (struct exponential){high, low, k};
}

/// e^x, within 1 ulp. Below -746 it is 0 and above 710 infinite, as at these bounds; a NaN compares
/// false and passes.
INLINE lanes exp_lanes(lanes x) {
  x = choose(x > 710, 710, x);
  x = choose(x < -746, -746, x);
  struct exponential e = exponential(x);
  return times_power_of_two(e.high, e.exponent);
}

/// ln x = k ln 2 + ln(1 + f) for x = 2^k (1 + f) with √½ <= 1 + f <= √2, within 1 ulp.
///
/// With s = f / (2 + f), ln(1 + f) = 2 artanh s = 2s + s R for R = 2/3 s² + 2/5 s⁴ + …, where the
/// terms after s²⁰ are below 2^-60 of the sum. As 2s = f - s f = f - (f²/2 - s f²/2), it is
/// f - (f²/2 - s (f²/2 + R)): f, which is exact, less a term that is small beside it.
INLINE lanes log_lanes(lanes x) {
  // A subnormal is made normal first.
  masks tiny = x < 0x1p-1022;
  lanes scaled = choose(tiny, x * 0x1p54, x);
  lanes m = from_bits((bits(scaled) & MANTISSA) | ONE_BITS);
  lanes k = from_bits((bits(scaled) >> MANTISSA_BITS) | TWO_52_BITS) - 0x1p52;
  k -= choose(tiny, EXPONENT_BIAS + 54, EXPONENT_BIAS);
  masks upper = m > SQRT_2;
  m = choose(upper, m * 0.5, m);
  k = choose(upper, k + 1, k);

  lanes f = m - 1;
  lanes s = f / (2 + f);
  lanes z = s * s;
  lanes series = 2.0 / 21;
  series = series * z + 2.0 / 19;
  series = series * z + 2.0 / 17;
  series = series * z + 2.0 / 15;
  series = series * z + 2.0 / 13;
  series = series * z + 2.0 / 11;
  series = series * z + 2.0 / 9;
  series = series * z + 2.0 / 7;
  series = series * z + 2.0 / 5;
  series = series * z + 2.0 / 3;

  lanes half_square = 0.5 * f * f;
  lanes correction = half_square - (s * (half_square + z * series) + k * LN2_LOW);
  lanes result = k * LN2_HIGH - (correction - f);

  result = choose(x < __builtin_inf(), result, x);  // infinity and NaN
  result = choose(x < 0, __builtin_nan(""), result);
  return choose(x == 0, -__builtin_inf(), result);
}

/// tanh x for 0 <= x < 0.55 by Lambert's continued fraction
///
///     tanh x = x - x³ / (3 + x² + t),  t = x² / (5 + x² / (7 + … x² / 15)),
///
/// cut off where the rest is below 2^-59. A tail c + x² / (c + 2 + …) is p(c) / p(c + 2), where
/// p(c) = c p(c + 2) + x² p(c + 4). To the half ulp of the last sum come four roundings, of x², x³,
/// the denominator and the quotient, which is at most a tenth of the result: 0.91 ulp in all.
INLINE lanes tanh_near_zero(lanes x) {
  lanes square = x * x;
  lanes p15 = 15;
  lanes p13 = 13 * p15 + square;
  lanes p11 = 11 * p13 + square * p15;
  lanes p9 = 9 * p11 + square * p13;
  lanes p7 = 7 * p9 + square * p11;
  lanes p5 = 5 * p7 + square * p9;
  lanes t = square * p7 / p5;
  return x - x * square / (3 + (square + t));
}

/// tanh x = 1 - 2 / (e^2x + 1) for 0.55 <= x <= 20.
///
/// e^2x + 1 is kept in two parts, d and the small `low`, and 2 / (d + low) = q - q²/2 low with
/// q = 2 / d. There remain half an ulp from the last sum, a quarter from q if q <= 1/2, hence the
/// 0.55 (q is 1/2 at ln 3 / 2), and a little from the error of e^2x.
INLINE lanes tanh_far_from_zero(lanes x) {
  struct exponential e = exponential(2 * x);
  lanes scale = power_of_two(e.exponent);
  lanes high = e.high * scale;
  lanes d = high + 1;
  lanes low = (1 - (d - high)) + e.low * scale;
  lanes q = 2 / d;
  lanes difference = 1 - q;
  return difference + (((1 - difference) - q) + 0.5 * q * q * low);
}

/// tanh x, within 1 ulp; beyond 20 it is 1 to the last bit.
INLINE lanes tanh_lanes(lanes x) {
  lanes size = magnitude(x);
  lanes far = tanh_far_from_zero(choose(size > 20, 20, size));
  lanes near = tanh_near_zero(size);
  return with_sign_of(x, choose(size < 0.55, near, far));
}

#endif
