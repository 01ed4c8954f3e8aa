// The built-in sample: the first 5,000 training and 1,000 test digits of MNIST as gzipped IDX files,
// embedded in the executable.
// MNIST is © Yann LeCun and Corinna Cortes, CC BY-SA 3.0.

#ifndef CDIGITS_H
#define CDIGITS_H

#include <stddef.h>

struct embedded_file {
  const unsigned char *bytes;
  size_t count;
};

struct embedded_file digits_train_images(void);
struct embedded_file digits_train_labels(void);
struct embedded_file digits_test_images(void);
struct embedded_file digits_test_labels(void);

#endif
