// The loops over matrices, once for each vector width, all with the same bits.
//
// Every sum runs over its index ascending, starting from +0, one rounding a multiplication and one
// an addition (no fused multiply-add), so a result depends neither on the width of the vectors nor
// on how callers divide a result among threads; only a NaN's sign and payload may vary. All matrices
// are row-major. A result is another array than the operands, unless it says otherwise.

#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdint.h>

/// The nonzero entries of a matrix, row by row: those of row i stand at p in start[i]..<start[i+1],
/// `value[p]` in column `column[p]`, columns ascending.
struct sparse {
  const int64_t *start;
  const int32_t *column;
  const double *value;
};

/// The hyperparameters of an optimizer; each loop reads those that its formula names.
struct optimizer {
  double rate, momentum, decay, epsilon, beta1, beta2;
  /// 1 - beta1^t and sqrt(1 - beta2^t), the bias corrections of Adam at update t.
  double correction1, correction2;
};

/// A part of a result: rows from_row..<to_row, columns from_column..<to_column. Several threads may
/// fill blocks of one result that do not overlap.
struct block {
  int64_t from_row, to_row, from_column, to_column;
};

/// One implementation of every loop.
struct kernels {
  const char *name;

  /// Columns that a sparse product computes at a time, and a multiple or nearly of what a dense one
  /// does: so wide a block is efficient.
  int64_t strip_columns;

  /// z = a w + bias: a (samples, inputs), w (inputs, outputs), bias (outputs) or NULL,
  /// z (samples, outputs).
  void (*forward)(const double *a, const double *w, const double *bias, double *z,
                  struct block block, int64_t inputs, int64_t outputs);

  /// The same for a sparse a. Equal to `forward` in every bit as long as w is finite.
  void (*forward_sparse)(struct sparse a, const double *w, const double *bias, double *z,
                         struct block block, int64_t inputs, int64_t outputs);

  /// result = delta wᵀ: delta (samples, outputs), w (inputs, outputs), result (samples, inputs).
  void (*backward)(const double *delta, const double *w, double *result, struct block block,
                   int64_t inputs, int64_t outputs);

  /// dw = (aᵀ delta) * scale + l2 * w: a (samples, inputs), delta (samples, outputs),
  /// w and dw (inputs, outputs). With l2 = 0 the last term is left out.
  void (*gradient)(const double *a, const double *delta, const double *w, double *dw,
                   struct block block, int64_t samples, int64_t inputs, int64_t outputs,
                   double scale, double l2);

  /// The same for a sparse a, given as its transpose (inputs, samples). Equal to `gradient` in
  /// every bit as long as delta is finite.
  void (*gradient_sparse)(struct sparse a_transposed, const double *delta, const double *w,
                          double *dw, struct block block, int64_t samples, int64_t outputs,
                          double scale, double l2);

  /// result[j] = (Σ_i a[i,j], rows ascending) * scale: a (rows, columns).
  void (*column_sums)(const double *a, double *result, int64_t rows, int64_t columns,
                      double scale);

  /// Σ x², in eight interleaved partial sums (entry i goes to sum i mod 8) added in order.
  double (*sum_of_squares)(const double *x, int64_t count);

  /// Σ x y, in the same partial sums.
  double (*inner_product)(const double *x, const double *y, int64_t count);

  /// 1 when no entry is infinite or NaN.
  int32_t (*all_finite)(const double *x, int64_t count);

  /// result (columns, rows) = aᵀ for a (rows, columns).
  void (*transpose)(const double *a, double *result, int64_t rows, int64_t columns);

  // Elementwise: y[i] = f(x[i]); x and y may be the same array. exp, log and tanh are within 1 ulp,
  // and a NaN stays one in all. leaky_relu is z or slope z, elu z or alpha (e^z - 1), gelu has tanh.
  void (*exp)(const double *x, double *y, int64_t count);
  void (*log)(const double *x, double *y, int64_t count);
  void (*tanh)(const double *x, double *y, int64_t count);
  void (*sigmoid)(const double *x, double *y, int64_t count);
  void (*relu)(const double *x, double *y, int64_t count);
  void (*leaky_relu)(double slope, const double *x, double *y, int64_t count);
  void (*elu)(double alpha, const double *x, double *y, int64_t count);
  void (*softplus)(const double *x, double *y, int64_t count);
  void (*gelu)(const double *x, double *y, int64_t count);

  // The same of complex numbers x + iy, in place.
  void (*complex_exp)(double *x, double *y, int64_t count);
  void (*complex_sigmoid)(double *x, double *y, int64_t count);
  void (*complex_tanh)(double *x, double *y, int64_t count);

  // delta[i] *= f'(z[i]), from a = f(z) or from z itself: a (1 - a); 1 - a a; 1 for z > 0, else 0,
  // the slope, or alpha e^z. It multiplies where the factor is 0, too: NaN times 0 is NaN.
  void (*times_sigmoid_derivative)(const double *a, double *delta, int64_t count);
  void (*times_tanh_derivative)(const double *a, double *delta, int64_t count);
  void (*times_relu_derivative)(const double *z, double *delta, int64_t count);
  void (*times_leaky_relu_derivative)(double slope, const double *z, double *delta,
                                      int64_t count);
  void (*times_elu_derivative)(double alpha, const double *z, double *delta, int64_t count);
  void (*times_softplus_derivative)(const double *z, double *delta, int64_t count);
  void (*times_gelu_derivative)(const double *z, double *delta, int64_t count);

  // One update each, w[i] = w_old[i] + u[i] with the optimizer's change u: g is the gradient; m and
  // v are its state and are updated in place. w and w_old may be the same array. The operations run
  // in the order in which C reads them: -rate * g / d is ((-rate) * g) / d.
  //   sgd       u = -rate * g
  //   momentum  m = momentum * m + g;                    u = -rate * m
  //   nesterov  m = momentum * m + g;                    u = -rate * (g + momentum * m)
  //   adagrad   v = v + g * g;                           u = -rate * g / (sqrt(v) + epsilon)
  //   rmsprop   v = decay * v + (1 - decay) * (g * g);   u = -rate * g / (sqrt(v) + epsilon)
  //   adam      m = beta1 * m + (1 - beta1) * g;  v = beta2 * v + (1 - beta2) * (g * g);
  //             u = -(rate / correction1) * m / (sqrt(v) / correction2 + epsilon)
  void (*sgd)(struct optimizer o, const double *g, const double *w_old, double *w, int64_t count);
  void (*momentum)(struct optimizer o, const double *g, double *m, const double *w_old, double *w,
                   int64_t count);
  void (*nesterov)(struct optimizer o, const double *g, double *m, const double *w_old, double *w,
                   int64_t count);
  void (*adagrad)(struct optimizer o, const double *g, double *v, const double *w_old, double *w,
                  int64_t count);
  void (*rmsprop)(struct optimizer o, const double *g, double *v, const double *w_old, double *w,
                  int64_t count);
  void (*adam)(struct optimizer o, const double *g, double *m, double *v, const double *w_old,
               double *w, int64_t count);
};

// A minibatch out of images of one byte a pixel, given the number that each byte stands for.

/// x[i] = numbers[bytes[i]]
void image_numbers(const uint8_t *bytes, const double *numbers, double *x, int64_t count);

/// How many bytes are not 0 in `count` images of `size` bytes, those at `indices`.
int64_t image_nonzero_count(const uint8_t *bytes, int64_t size, const int64_t *indices,
                            int64_t count);

/// Lists the bytes that are not 0 from `place` on, and returns the place after them. The lists have
/// room for one entry more, whose contents change.
int64_t image_nonzeros(const uint8_t *bytes, const double *numbers, int64_t count, int64_t place,
                       int32_t *column, double *value);

/// The transpose of a (rows, columns), whose own start, column and value are given room:
/// columns + 2 starts, of which the first columns + 1 count.
void transpose_nonzeros(struct sparse a, int64_t rows, int64_t columns, int64_t *start,
                        int32_t *row, double *value);

/// How many implementations this processor can run, and each of them, the fastest first:
/// "avx512", "avx2" and "sse2" on x86-64, "generic" elsewhere.
int32_t kernels_count(void);
const struct kernels *kernels_at(int32_t index);

#endif
