// SHA-256 of blocks, the compression function of FIPS 180-4, section 6.2.2.

#ifndef CSHA256_H
#define CSHA256_H

#include <stdint.h>

/// Mixes blocks of 64 bytes each into the eight words of a hash value.
void sha256_blocks(uint32_t state[8], const uint8_t *bytes, int64_t count);

/// The same with plain arithmetic, on any processor.
void sha256_blocks_portable(uint32_t state[8], const uint8_t *bytes, int64_t count);

#endif
