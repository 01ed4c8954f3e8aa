// The four files, embedded by the compiler (C23's #embed); script/make-sample makes them.

#include "CDigits.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char train_images[] = {
#embed "train-images-idx3-ubyte.gz"
};
static const unsigned char train_labels[] = {
#embed "train-labels-idx1-ubyte.gz"
};
static const unsigned char test_images[] = {
#embed "t10k-images-idx3-ubyte.gz"
};
static const unsigned char test_labels[] = {
#embed "t10k-labels-idx1-ubyte.gz"
};

#define FILE_OF(bytes) ((struct embedded_file){bytes, sizeof bytes})

struct embedded_file digits_train_images(void) { return FILE_OF(train_images); }
struct embedded_file digits_train_labels(void) { return FILE_OF(train_labels); }
struct embedded_file digits_test_images(void) { return FILE_OF(test_images); }
struct embedded_file digits_test_labels(void) { return FILE_OF(test_labels); }
