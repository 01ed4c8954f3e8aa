// SSE2, which every x86-64 has: eight doubles are four of 16 registers.

#if defined(__x86_64__)

#define VARIANT sse2_kernels
#define VARIANT_NAME "sse2"
#define TILE_ROWS 2
#define TILE_VECTORS 1
#define STRIP_VECTORS 3

#include "loops.h"

#endif
