// The loops that make a minibatch out of images. They round nothing, so one version serves all
// processors.

#include <string.h>

#include "CKernels.h"

/// Whether the eight bytes at `bytes` are 0: the border of a digit is empty, so two of three are.
static inline int is_empty(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word == 0;
}

void image_numbers(const uint8_t *bytes, const double *numbers, double *x, int64_t count) {
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    if (is_empty(bytes + i)) {
      for (int k = 0; k < 8; k++) x[i + k] = numbers[0];
    } else {
      for (int k = 0; k < 8; k++) x[i + k] = numbers[bytes[i + k]];
    }
  }
  for (; i < count; i++) x[i] = numbers[bytes[i]];
}

/// How many of at most 255 bytes are not 0: so few can be counted in a byte, sixteen at a time.
static inline uint8_t short_nonzero_count(const uint8_t *bytes, int64_t count) {
  uint8_t nonzeros = 0;
  for (int64_t i = 0; i < count; i++) nonzeros += bytes[i] != 0;
  return nonzeros;
}

int64_t image_nonzero_count(const uint8_t *bytes, int64_t size, const int64_t *indices,
                            int64_t count) {
  // The images lie anywhere in a set that no cache holds, and this is the first loop to read them:
  // it asks for each some images ahead. With that and the counts in bytes, the phase `batch` of
  // 784-300-10 takes 0.05 ms instead of 0.12 (`Benchmarks/run parts`).
  enum { ahead = 8, cache_line = 64, piece = 128 };
  int64_t nonzeros = 0;
  for (int64_t n = 0; n < count; n++) {
    if (n + ahead < count) {
      const uint8_t *later = bytes + indices[n + ahead] * size;
      for (int64_t i = 0; i < size; i += cache_line) __builtin_prefetch(later + i);
    }
    const uint8_t *image = bytes + indices[n] * size;
    int64_t i = 0;
    for (; i + piece <= size; i += piece) nonzeros += short_nonzero_count(image + i, piece);
    nonzeros += short_nonzero_count(image + i, size - i);
  }
  return nonzeros;
}

/// Lists one byte: it is written in any case, and stays if the place moves on.
static inline int64_t list(const uint8_t *bytes, const double *numbers, int64_t i, int64_t place,
                           int32_t *column, double *value) {
  column[place] = (int32_t)i;
  value[place] = numbers[bytes[i]];
  return place + (bytes[i] != 0);
}

int64_t image_nonzeros(const uint8_t *bytes, const double *numbers, int64_t count, int64_t place,
                       int32_t *column, double *value) {
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    if (is_empty(bytes + i)) continue;
    for (int64_t k = i; k < i + 8; k++) place = list(bytes, numbers, k, place, column, value);
  }
  for (; i < count; i++) place = list(bytes, numbers, i, place, column, value);
  return place;
}

void transpose_nonzeros(struct sparse a, int64_t rows, int64_t columns, int64_t *start,
                        int32_t *row, double *value) {
  // start[j + 2] counts column j, then start[j + 1] is its first place; filled, it is its end, which
  // is where the next one starts.
  memset(start, 0, (size_t)(columns + 2) * sizeof *start);
  for (int64_t p = 0; p < a.start[rows]; p++) start[a.column[p] + 2]++;
  for (int64_t j = 0; j < columns; j++) start[j + 2] += start[j + 1];
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t p = a.start[i]; p < a.start[i + 1]; p++) {
      int64_t place = start[a.column[p] + 1]++;
      row[place] = (int32_t)i;
      value[place] = a.value[p];
    }
  }
}
