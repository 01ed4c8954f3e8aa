// AVX-512: eight doubles are one of 32 registers.

#if defined(__x86_64__)

#define VARIANT avx512_kernels
#define VARIANT_NAME "avx512"
#define TILE_ROWS 4
#define TILE_VECTORS 6
#define STRIP_VECTORS 8

// The system's own functions are not for this target.
#include <math.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512cd,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#include "loops.h"
#pragma clang attribute pop

#endif
