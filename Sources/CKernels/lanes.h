// Eight doubles at a time, on every processor: the compiler makes one, two or four registers of
// them, and each lane rounds as a lone double does.

#ifndef LANES_H
#define LANES_H

#include <stdint.h>
#include <string.h>

// A product and a sum round separately, or the variants would differ in the last bit.
#pragma STDC FP_CONTRACT OFF

// Each variant would pass vectors in other registers, but no vector leaves a variant.
#pragma clang diagnostic ignored "-Wpsabi"

#define LANES 8
#define INLINE static inline __attribute__((always_inline))

typedef double lanes __attribute__((ext_vector_type(LANES)));
typedef long masks __attribute__((ext_vector_type(LANES)));  // of a comparison
typedef uint64_t words __attribute__((ext_vector_type(LANES)));

/// The first `count` of eight lanes, the rest 0. A constant count of 8 is a single instruction.
INLINE lanes load(const double *x, int64_t count) {
  lanes result = 0;
  memcpy(&result, x, (size_t)count * sizeof(double));
  return result;
}

INLINE void store(double *x, lanes values, int64_t count) {
  memcpy(x, &values, (size_t)count * sizeof(double));
}

/// The same for a count that is almost always 8.
INLINE lanes load_some(const double *x, int64_t count) {
  return count == LANES ? load(x, LANES) : load(x, count);
}
INLINE void store_some(double *x, lanes values, int64_t count) {
  if (count == LANES) {
    store(x, values, LANES);
  } else {
    store(x, values, count);
  }
}

INLINE words bits(lanes x) { return (words)x; }
INLINE lanes from_bits(words x) { return (lanes)x; }

/// yes where the mask of a comparison is set, no elsewhere.
INLINE lanes choose(masks mask, lanes yes, lanes no) { return mask ? yes : no; }

#define SIGN_BIT 0x8000000000000000u

INLINE lanes magnitude(lanes x) { return from_bits(bits(x) & ~SIGN_BIT); }
INLINE lanes with_sign_of(lanes x, lanes positive) {
  return from_bits(bits(positive) | (bits(x) & SIGN_BIT));
}
INLINE lanes square_root(lanes x) { return __builtin_elementwise_sqrt(x); }

#endif
