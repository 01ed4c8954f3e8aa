// The variants, and which of them this processor can run.

#include "CKernels.h"

#if defined(__x86_64__)

extern const struct kernels avx512_kernels, avx2_kernels, sse2_kernels;
static const struct kernels *const all[] = {&avx512_kernels, &avx2_kernels, &sse2_kernels};

/// The place in `all` of the fastest that runs here; the slower ones after it run as well.
static int32_t first(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    return 0;
  }
  return __builtin_cpu_supports("avx2") ? 1 : 2;
}

#else

extern const struct kernels generic_kernels;
static const struct kernels *const all[] = {&generic_kernels};

static int32_t first(void) { return 0; }

#endif

int32_t kernels_count(void) { return (int32_t)(sizeof all / sizeof all[0]) - first(); }

const struct kernels *kernels_at(int32_t index) { return all[first() + index]; }
