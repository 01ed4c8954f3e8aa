// Other processors. On arm64 eight doubles are four of 32 registers.

#if !defined(__x86_64__)

#define VARIANT generic_kernels
#define VARIANT_NAME "generic"
#define TILE_ROWS 2
#define TILE_VECTORS 2
#define STRIP_VECTORS 5

#include "loops.h"

#endif
