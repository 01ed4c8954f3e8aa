// AVX2: eight doubles are two of 16 registers.

#if defined(__x86_64__)

#define VARIANT avx2_kernels
#define VARIANT_NAME "avx2"
#define TILE_ROWS 2
#define TILE_VECTORS 2
#define STRIP_VECTORS 5

// The system's own functions are not for this target.
#include <math.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "loops.h"
#pragma clang attribute pop

#endif
