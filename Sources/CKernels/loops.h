// Every loop of `struct kernels`, compiled once for each variant. A variant's file defines
//
//     VARIANT, VARIANT_NAME    its table and its name
//     TILE_ROWS, TILE_VECTORS  how many vectors of sums a dense product keeps in registers
//     STRIP_VECTORS            and a sparse product, a row at a time
//
// and sets the target before it includes this.

#include "CKernels.h"
#include "complex.h"
#include "functions.h"
#include "lanes.h"
#include "products.h"

// MARK: Sums

/// A row of ones times a. Products by 1 are exact.
static void column_sums(const double *a, double *result, int64_t rows, int64_t columns,
                        double scale) {
  const double one = 1;
  struct dense ones = {&one, 0, 0};
  struct right right = {a, rows, columns, 0};
  struct output out = {result, columns, scale, NULL, 0, 0};
  dense_product(ones, right, out, (struct block){0, 1, 0, columns});
}

static double sum_of_squares(const double *x, int64_t count) {
  lanes sums = 0;
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    lanes entries = load(x + i, LANES);
    sums += entries * entries;
  }
  if (i < count) {
    lanes rest = load(x + i, count - i);
    sums += rest * rest;
  }

  double total = 0;
  for (int lane = 0; lane < LANES; lane++) total += sums[lane];
  return total;
}

static double inner_product(const double *x, const double *y, int64_t count) {
  lanes sums = 0;
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) sums += load(x + i, LANES) * load(y + i, LANES);
  if (i < count) sums += load(x + i, count - i) * load(y + i, count - i);

  double total = 0;
  for (int lane = 0; lane < LANES; lane++) total += sums[lane];
  return total;
}

/// 0 x is 0 for a finite x and NaN for any other, and a NaN stays in a sum.
static int32_t all_finite(const double *x, int64_t count) {
  lanes sums[4] = {0};
  int64_t i = 0;
  for (; i + 4 * LANES <= count; i += 4 * LANES) {
    UNROLL for (int v = 0; v < 4; v++) sums[v] += 0 * load(x + i + LANES * v, LANES);
  }
  double total = 0;
  for (; i < count; i++) total += 0 * x[i];
  for (int v = 0; v < 4; v++) {
    for (int lane = 0; lane < LANES; lane++) total += sums[v][lane];
  }
  return total == 0;
}

// MARK: Transpose

static void transpose(const double *a, double *result, int64_t rows, int64_t columns) {
  int64_t block_rows = rows - rows % LANES, block_columns = columns - columns % LANES;
  for (int64_t j = 0; j < block_columns; j += LANES) {
    for (int64_t i = 0; i < block_rows; i += LANES) {
      lanes block[LANES];
      UNROLL for (int r = 0; r < LANES; r++) block[r] = load(a + (i + r) * columns + j, LANES);
      transpose_block(block);
      UNROLL for (int r = 0; r < LANES; r++) store(result + (j + r) * rows + i, block[r], LANES);
    }
  }
  // What the blocks leave: the last columns, then the last rows.
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = i < block_rows ? block_columns : 0; j < columns; j++) {
      result[j * rows + i] = a[i * columns + j];
    }
  }
}

// MARK: Activations

/// y[i] = f(x[i])
INLINE void map(lanes (*f)(lanes), const double *x, double *y, int64_t count) {
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) store(y + i, f(load(x + i, LANES)), LANES);
  if (i < count) store(y + i, f(load(x + i, count - i)), count - i);
}

/// 1 / (1 + e^-z), written for a negative z as e^z / (1 + e^z): e^-|z| cannot overflow.
INLINE lanes sigmoid_lanes(lanes z) {
  lanes e = exp_lanes(-magnitude(z));
  return choose(z >= 0, 1, e) / (1 + e);
}

// A NaN is not less than 0, so it stays.
INLINE lanes relu_lanes(lanes z) { return choose(z < 0, 0, z); }

/// max(z, 0) + log(1 + e^-|z|), with Kahan's correction of what 1 + e rounds away.
INLINE lanes softplus_lanes(lanes z) {
  lanes e = exp_lanes(-magnitude(z));
  lanes u = 1 + e;
  return choose(z < 0, 0, z) + (log_lanes(u) - ((u - 1) - e) / u);
}

/// The argument of tanh in gelu, sqrt(2 / pi) (z + 0.044715 z³), and its derivative.
#define GELU_SCALE 0.79788456080286536
#define GELU_CUBIC 0.044715
INLINE lanes gelu_inner(lanes z) { return GELU_SCALE * (z + GELU_CUBIC * (z * z * z)); }
INLINE lanes gelu_inner_derivative(lanes z) {
  return GELU_SCALE * (1 + 3 * GELU_CUBIC * (z * z));
}

// Far from 0 a factor is 0 and the other may be infinite; the limits are 0 and z, slopes 0 and 1.
INLINE lanes gelu_lanes(lanes z) {
  lanes result = 0.5 * z * (1 + tanh_lanes(gelu_inner(z)));
  return choose(z < -40, 0, result);
}

static void exp_all(const double *x, double *y, int64_t count) { map(exp_lanes, x, y, count); }
static void log_all(const double *x, double *y, int64_t count) { map(log_lanes, x, y, count); }
static void tanh_all(const double *x, double *y, int64_t count) { map(tanh_lanes, x, y, count); }
static void sigmoid(const double *x, double *y, int64_t count) { map(sigmoid_lanes, x, y, count); }
static void relu(const double *x, double *y, int64_t count) { map(relu_lanes, x, y, count); }
static void softplus(const double *x, double *y, int64_t count) {
  map(softplus_lanes, x, y, count);
}
static void gelu(const double *x, double *y, int64_t count) { map(gelu_lanes, x, y, count); }

/// y[i] = f(x[i]), with a parameter of f.
INLINE void map_with(lanes (*f)(double, lanes), double parameter, const double *x, double *y,
                     int64_t count) {
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) store(y + i, f(parameter, load(x + i, LANES)), LANES);
  if (i < count) store(y + i, f(parameter, load(x + i, count - i)), count - i);
}

INLINE lanes leaky_relu_lanes(double slope, lanes z) { return choose(z < 0, slope * z, z); }

/// alpha (e^z - 1) below 0, with e^z - 1 = 2t / (1 - t), t = tanh(z / 2): no digits are lost near 0.
INLINE lanes elu_lanes(double alpha, lanes z) {
  lanes t = tanh_lanes(choose(z < 0, z, 0) * 0.5);
  return choose(z < 0, alpha * (2 * t / (1 - t)), z);
}

static void leaky_relu(double slope, const double *x, double *y, int64_t count) {
  map_with(leaky_relu_lanes, slope, x, y, count);
}
static void elu(double alpha, const double *x, double *y, int64_t count) {
  map_with(elu_lanes, alpha, x, y, count);
}

// MARK: Derivatives

/// delta[i] *= f(x[i])
INLINE void multiply(lanes (*f)(lanes), const double *x, double *delta, int64_t count) {
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    store(delta + i, load(delta + i, LANES) * f(load(x + i, LANES)), LANES);
  }
  if (i < count) {
    int64_t rest = count - i;
    store(delta + i, load(delta + i, rest) * f(load(x + i, rest)), rest);
  }
}

INLINE lanes sigmoid_derivative(lanes a) { return a * (1 - a); }
INLINE lanes tanh_derivative(lanes a) { return 1 - a * a; }
// Factors, not conditions on delta: NaN times 0 is NaN.
INLINE lanes relu_derivative(lanes z) { return choose(z > 0, 1, 0); }
INLINE lanes gelu_derivative(lanes z) {
  lanes t = tanh_lanes(gelu_inner(z));
  lanes result = 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * gelu_inner_derivative(z);
  return choose(z > 40, 1, choose(z < -40, 0, result));
}

static void times_sigmoid_derivative(const double *a, double *delta, int64_t count) {
  multiply(sigmoid_derivative, a, delta, count);
}
static void times_tanh_derivative(const double *a, double *delta, int64_t count) {
  multiply(tanh_derivative, a, delta, count);
}
static void times_relu_derivative(const double *z, double *delta, int64_t count) {
  multiply(relu_derivative, z, delta, count);
}
/// softplus' is the sigmoid.
static void times_softplus_derivative(const double *z, double *delta, int64_t count) {
  multiply(sigmoid_lanes, z, delta, count);
}
static void times_gelu_derivative(const double *z, double *delta, int64_t count) {
  multiply(gelu_derivative, z, delta, count);
}

/// delta[i] *= f(x[i]), with a parameter of f.
INLINE void multiply_with(lanes (*f)(double, lanes), double parameter, const double *x,
                          double *delta, int64_t count) {
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    store(delta + i, load(delta + i, LANES) * f(parameter, load(x + i, LANES)), LANES);
  }
  if (i < count) {
    int64_t rest = count - i;
    store(delta + i, load(delta + i, rest) * f(parameter, load(x + i, rest)), rest);
  }
}

INLINE lanes leaky_relu_derivative(double slope, lanes z) { return choose(z > 0, 1, slope); }
INLINE lanes elu_derivative(double alpha, lanes z) {
  return choose(z > 0, 1, alpha * exp_lanes(choose(z > 0, 0, z)));
}

static void times_leaky_relu_derivative(double slope, const double *z, double *delta,
                                        int64_t count) {
  multiply_with(leaky_relu_derivative, slope, z, delta, count);
}
static void times_elu_derivative(double alpha, const double *z, double *delta, int64_t count) {
  multiply_with(elu_derivative, alpha, z, delta, count);
}

// MARK: Optimizers

/// The change u of eight weights; m and v are their state, for the optimizers that have it.
typedef lanes change(struct optimizer o, lanes g, lanes *m, lanes *v);

INLINE lanes sgd_change(struct optimizer o, lanes g, lanes *m, lanes *v) {
  (void)m, (void)v;
  return -o.rate * g;
}

INLINE lanes momentum_change(struct optimizer o, lanes g, lanes *m, lanes *v) {
  (void)v;
  *m = o.momentum * *m + g;
  return -o.rate * *m;
}

INLINE lanes nesterov_change(struct optimizer o, lanes g, lanes *m, lanes *v) {
  (void)v;
  *m = o.momentum * *m + g;
  return -o.rate * (g + o.momentum * *m);
}

INLINE lanes adagrad_change(struct optimizer o, lanes g, lanes *m, lanes *v) {
  (void)m;
  *v = *v + g * g;
  return -o.rate * g / (square_root(*v) + o.epsilon);
}

INLINE lanes rmsprop_change(struct optimizer o, lanes g, lanes *m, lanes *v) {
  (void)m;
  *v = o.decay * *v + (1 - o.decay) * (g * g);
  return -o.rate * g / (square_root(*v) + o.epsilon);
}

INLINE lanes adam_change(struct optimizer o, lanes g, lanes *m, lanes *v) {
  *m = o.beta1 * *m + (1 - o.beta1) * g;
  *v = o.beta2 * *v + (1 - o.beta2) * (g * g);
  return -(o.rate / o.correction1) * *m / (square_root(*v) / o.correction2 + o.epsilon);
}

/// Where an optimizer reads and writes; m and v are NULL for those that have no such state.
struct weights {
  const double *g;
  double *m, *v;
  const double *old;
  double *new;
};

INLINE void update_lanes(change f, struct optimizer o, struct weights w, int64_t i, int64_t count) {
  lanes m = w.m ? load(w.m + i, count) : 0;
  lanes v = w.v ? load(w.v + i, count) : 0;
  lanes u = f(o, load(w.g + i, count), &m, &v);
  if (w.m) store(w.m + i, m, count);
  if (w.v) store(w.v + i, v, count);
  store(w.new + i, load(w.old + i, count) + u, count);
}

INLINE void update(change f, struct optimizer o, struct weights w, int64_t count) {
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) update_lanes(f, o, w, i, LANES);
  if (i < count) update_lanes(f, o, w, i, count - i);
}

static void sgd(struct optimizer o, const double *g, const double *w_old, double *w,
                int64_t count) {
  update(sgd_change, o, (struct weights){g, NULL, NULL, w_old, w}, count);
}
static void momentum(struct optimizer o, const double *g, double *m, const double *w_old, double *w,
                     int64_t count) {
  update(momentum_change, o, (struct weights){g, m, NULL, w_old, w}, count);
}
static void nesterov(struct optimizer o, const double *g, double *m, const double *w_old, double *w,
                     int64_t count) {
  update(nesterov_change, o, (struct weights){g, m, NULL, w_old, w}, count);
}
static void adagrad(struct optimizer o, const double *g, double *v, const double *w_old, double *w,
                    int64_t count) {
  update(adagrad_change, o, (struct weights){g, NULL, v, w_old, w}, count);
}
static void rmsprop(struct optimizer o, const double *g, double *v, const double *w_old, double *w,
                    int64_t count) {
  update(rmsprop_change, o, (struct weights){g, NULL, v, w_old, w}, count);
}
static void adam(struct optimizer o, const double *g, double *m, double *v, const double *w_old,
                 double *w, int64_t count) {
  update(adam_change, o, (struct weights){g, m, v, w_old, w}, count);
}

const struct kernels VARIANT = {
  .name = VARIANT_NAME,
  .strip_columns = LANES * STRIP_VECTORS,
  .forward = forward,
  .forward_sparse = forward_sparse,
  .backward = backward,
  .gradient = gradient,
  .gradient_sparse = gradient_sparse,
  .column_sums = column_sums,
  .sum_of_squares = sum_of_squares,
  .inner_product = inner_product,
  .all_finite = all_finite,
  .transpose = transpose,
  .exp = exp_all,
  .log = log_all,
  .tanh = tanh_all,
  .sigmoid = sigmoid,
  .relu = relu,
  .leaky_relu = leaky_relu,
  .elu = elu,
  .softplus = softplus,
  .gelu = gelu,
  .complex_exp = complex_exp,
  .complex_sigmoid = complex_sigmoid,
  .complex_tanh = complex_tanh,
  .times_sigmoid_derivative = times_sigmoid_derivative,
  .times_tanh_derivative = times_tanh_derivative,
  .times_relu_derivative = times_relu_derivative,
  .times_leaky_relu_derivative = times_leaky_relu_derivative,
  .times_elu_derivative = times_elu_derivative,
  .times_softplus_derivative = times_softplus_derivative,
  .times_gelu_derivative = times_gelu_derivative,
  .sgd = sgd,
  .momentum = momentum,
  .nesterov = nesterov,
  .adagrad = adagrad,
  .rmsprop = rmsprop,
  .adam = adam,
};
