// Every loop of `struct kernels`, compiled once for each variant. A variant's file defines
//
//     VARIANT, VARIANT_NAME    its table and its name
//     TILE_ROWS, TILE_VECTORS  how many vectors of sums a dense product keeps in registers
//     STRIP_VECTORS            and a sparse product, a row at a time
//
// and sets the target before it includes this.

#include "CKernels.h"
#include "functions.h"
#include "lanes.h"

// MARK: Products

/// What becomes of the sum that belongs to row i and column j:
/// values[i, j] = sum * scale + factor * added[i * added_step + j], without `added` if it is NULL.
struct output {
  double *values;
  double scale;
  const double *added;
  int64_t added_step;
  double factor;
};

/// Columns first..<first + 8 * vectors, except that the last vector starts at `last`: where the
/// number of columns is no multiple of 8 it overlaps the one before it, and both write the same.
struct strip {
  int64_t first, last;
  int vectors;
};

INLINE int64_t strip_column(struct strip s, int v, int vectors) {
  return v == vectors - 1 ? s.last : s.first + LANES * v;
}

/// The strip that starts at vector `done`. Strips are at most `widest` vectors wide and as equal as
/// can be: a narrow one has too few sums to fill the time that one addition takes.
INLINE struct strip next_strip(int64_t done, int64_t columns, int64_t widest) {
  int64_t left = (columns + LANES - 1) / LANES - done;
  int64_t strips = (left + widest - 1) / widest;
  int64_t vectors = (left + strips - 1) / strips;
  int64_t first = done * LANES;
  int64_t last = first + (vectors - 1) * LANES;
  int64_t limit = columns - LANES;
  return (struct strip){first, last < limit ? last : limit, (int)vectors};
}

#define UNROLL _Pragma("clang loop unroll(full)")

_Static_assert(TILE_VECTORS <= 10 && STRIP_VECTORS <= 10, "WITH_CONSTANT goes to 10");

/// Runs `call` with `constant`, a name for the number 1 <= number <= largest that the compiler can
/// count to: loops over it unroll, and their sums stay in registers.
#define CASE(n, largest, call) \
  case n: { \
    enum { constant = n < largest ? n : largest }; \
    call; \
  } break;
#define WITH_CONSTANT(number, largest, call) \
  switch (number) { \
    CASE(1, largest, call) \
    CASE(2, largest, call) \
    CASE(3, largest, call) \
    CASE(4, largest, call) \
    CASE(5, largest, call) \
    CASE(6, largest, call) \
    CASE(7, largest, call) \
    CASE(8, largest, call) \
    CASE(9, largest, call) \
    CASE(10, largest, call) \
  }

/// Finishes and stores the sums that belong to row i and the `count` columns from j.
INLINE void put(lanes sums, struct output out, int64_t i, int64_t j, int64_t columns,
                int64_t count) {
  lanes result = sums * out.scale;
  if (out.added) result += out.factor * load(out.added + i * out.added_step + j, count);
  store(out.values + i * columns + j, result, count);
}

/// The same for a strip.
INLINE void put_strip(const lanes *sums, struct output out, int64_t row, int64_t columns,
                      struct strip s, int vectors) {
  UNROLL for (int v = 0; v < vectors; v++) {
    put(sums[v], out, row, strip_column(s, v, vectors), columns, LANES);
  }
}

/// A dense matrix (rows, terms), or the transpose of one: its entry in row i and column k is
/// values[i * row_step + k * term_step].
struct dense {
  const double *values;
  int64_t row_step, term_step, terms;
};

/// A few rows and a strip of columns of a b, in registers: each load of b serves all the rows, and
/// each of a all the columns. `rows` and `vectors` (of the strip) are constants.
INLINE void dense_tile(struct dense a, const double *b, struct output out, int64_t row, int rows,
                       int64_t columns, struct strip s, int vectors) {
  lanes sums[TILE_ROWS][TILE_VECTORS];
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = 0;
  }
  const double *factors = a.values + row * a.row_step;
  for (int64_t k = 0; k < a.terms; k++, factors += a.term_step, b += columns) {
    UNROLL for (int v = 0; v < vectors; v++) {
      lanes x = load(b + strip_column(s, v, vectors), LANES);
      UNROLL for (int r = 0; r < rows; r++) sums[r][v] += factors[r * a.row_step] * x;
    }
  }
  UNROLL for (int r = 0; r < rows; r++) put_strip(sums[r], out, row + r, columns, s, vectors);
}

/// Tile after tile of rows. The last overlaps the one before it, rather than be a lower one.
INLINE void dense_strip(struct dense a, const double *b, struct output out, int64_t from,
                        int64_t to, int64_t columns, struct strip s, int vectors) {
  if (to - from < TILE_ROWS) {
    for (int64_t row = from; row < to; row++) dense_tile(a, b, out, row, 1, columns, s, vectors);
    return;
  }
  for (int64_t row = from; row < to; row += TILE_ROWS) {
    int64_t last = to - TILE_ROWS;
    dense_tile(a, b, out, row < last ? row : last, TILE_ROWS, columns, s, vectors);
  }
}

/// A result narrower than a vector; `columns` is a constant.
INLINE void dense_narrow(struct dense a, const double *b, struct output out, int64_t from,
                         int64_t to, int64_t columns) {
  for (int64_t row = from; row < to; row++) {
    const double *factors = a.values + row * a.row_step;
    lanes sums = 0;
    for (int64_t k = 0; k < a.terms; k++) {
      sums += factors[k * a.term_step] * load(b + k * columns, columns);
    }
    put(sums, out, row, 0, columns, columns);
  }
}

/// out = a b for rows from..<to: strip after strip of columns, so that the strip of b stays in the
/// cache while the rows pass.
INLINE void dense_product(struct dense a, const double *b, struct output out, int64_t from,
                          int64_t to, int64_t columns) {
  if (columns < LANES) {
    WITH_CONSTANT(columns, LANES - 1, dense_narrow(a, b, out, from, to, constant))
    return;
  }
  for (int64_t done = 0; done * LANES < columns;) {
    struct strip s = next_strip(done, columns, TILE_VECTORS);
    WITH_CONSTANT(s.vectors, TILE_VECTORS,
                  dense_strip(a, b, out, from, to, columns, s, constant))
    done += s.vectors;
  }
}

/// A strip of columns, summed over the nonzero a[row, k] only. The others would add a zero, which
/// changes no sum: one that starts from +0 is never -0.
INLINE void sparse_strip(struct sparse a, const double *b, struct output out, int64_t from,
                         int64_t to, int64_t columns, struct strip s, int vectors) {
  for (int64_t row = from; row < to; row++) {
    lanes sums[STRIP_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) sums[v] = 0;
    for (int64_t p = a.start[row]; p < a.start[row + 1]; p++) {
      double factor = a.value[p];
      const double *x = b + a.column[p] * columns;
      UNROLL for (int v = 0; v < vectors; v++) {
        sums[v] += factor * load(x + strip_column(s, v, vectors), LANES);
      }
    }
    put_strip(sums, out, row, columns, s, vectors);
  }
}

INLINE void sparse_narrow(struct sparse a, const double *b, struct output out, int64_t from,
                          int64_t to, int64_t columns) {
  for (int64_t row = from; row < to; row++) {
    lanes sums = 0;
    for (int64_t p = a.start[row]; p < a.start[row + 1]; p++) {
      sums += a.value[p] * load(b + a.column[p] * columns, columns);
    }
    put(sums, out, row, 0, columns, columns);
  }
}

static void sparse_product(struct sparse a, const double *b, struct output out, int64_t from,
                           int64_t to, int64_t columns) {
  if (columns < LANES) {
    WITH_CONSTANT(columns, LANES - 1, sparse_narrow(a, b, out, from, to, constant))
    return;
  }
  for (int64_t done = 0; done * LANES < columns;) {
    struct strip s = next_strip(done, columns, STRIP_VECTORS);
    WITH_CONSTANT(s.vectors, STRIP_VECTORS,
                  sparse_strip(a, b, out, from, to, columns, s, constant))
    done += s.vectors;
  }
}

/// z = sum + bias: the bias is the same for every row. Products by 1 are exact.
INLINE struct output forward_output(double *z, const double *bias) {
  return (struct output){z, 1, bias, 0, 1};
}

/// dw = sum * scale + l2 * w
INLINE struct output gradient_output(double *dw, double scale, const double *w, double l2,
                                     int64_t outputs) {
  return (struct output){dw, scale, l2 == 0 ? NULL : w, outputs, l2};
}

static void forward(const double *a, const double *w, const double *bias, double *z, int64_t from,
                    int64_t to, int64_t inputs, int64_t outputs) {
  struct dense rows_of_a = {a, inputs, 1, inputs};
  dense_product(rows_of_a, w, forward_output(z, bias), from, to, outputs);
}

static void forward_sparse(struct sparse a, const double *w, const double *bias, double *z,
                           int64_t from, int64_t to, int64_t outputs) {
  sparse_product(a, w, forward_output(z, bias), from, to, outputs);
}

static void gradient(const double *a, const double *delta, const double *w, double *dw,
                     int64_t from, int64_t to, int64_t samples, int64_t inputs, int64_t outputs,
                     double scale, double l2) {
  struct dense columns_of_a = {a, 1, inputs, samples};
  struct output out = gradient_output(dw, scale, w, l2, outputs);
  dense_product(columns_of_a, delta, out, from, to, outputs);
}

static void gradient_sparse(struct sparse a_transposed, const double *delta, const double *w,
                            double *dw, int64_t from, int64_t to, int64_t outputs, double scale,
                            double l2) {
  struct output out = gradient_output(dw, scale, w, l2, outputs);
  sparse_product(a_transposed, delta, out, from, to, outputs);
}

// MARK: Sums

/// A row of ones times a. Products by 1 are exact.
static void column_sums(const double *a, double *result, int64_t rows, int64_t columns,
                        double scale) {
  const double one = 1;
  struct dense ones = {&one, 0, 0, rows};
  struct output out = {result, scale, NULL, 0, 0};
  dense_product(ones, a, out, 0, 1, columns);
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

/// Transposes eight rows of eight: blocks of one entry change places in each 2 x 2 of them, then
/// blocks of two, then of four.
INLINE void transpose_block(lanes rows[LANES]) {
  UNROLL for (int i = 0; i < LANES; i += 2) {
    lanes a = rows[i], b = rows[i + 1];
    rows[i] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
    rows[i + 1] = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  }
  UNROLL for (int pair = 0; pair < LANES / 2; pair++) {
    int i = pair < 2 ? pair : pair + 2;
    lanes a = rows[i], b = rows[i + 2];
    rows[i] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
    rows[i + 2] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  }
  UNROLL for (int i = 0; i < LANES / 2; i++) {
    lanes a = rows[i], b = rows[i + 4];
    rows[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
    rows[i + 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

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
INLINE lanes leaky_relu_lanes(lanes z) { return choose(z < 0, 0.01 * z, z); }

static void exp_all(const double *x, double *y, int64_t count) { map(exp_lanes, x, y, count); }
static void log_all(const double *x, double *y, int64_t count) { map(log_lanes, x, y, count); }
static void tanh_all(const double *x, double *y, int64_t count) { map(tanh_lanes, x, y, count); }
static void sigmoid(const double *x, double *y, int64_t count) { map(sigmoid_lanes, x, y, count); }
static void relu(const double *x, double *y, int64_t count) { map(relu_lanes, x, y, count); }
static void leaky_relu(const double *x, double *y, int64_t count) {
  map(leaky_relu_lanes, x, y, count);
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
INLINE lanes leaky_relu_derivative(lanes z) { return choose(z > 0, 1, 0.01); }

static void times_sigmoid_derivative(const double *a, double *delta, int64_t count) {
  multiply(sigmoid_derivative, a, delta, count);
}
static void times_tanh_derivative(const double *a, double *delta, int64_t count) {
  multiply(tanh_derivative, a, delta, count);
}
static void times_relu_derivative(const double *z, double *delta, int64_t count) {
  multiply(relu_derivative, z, delta, count);
}
static void times_leaky_relu_derivative(const double *z, double *delta, int64_t count) {
  multiply(leaky_relu_derivative, z, delta, count);
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
  .forward = forward,
  .forward_sparse = forward_sparse,
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
  .times_sigmoid_derivative = times_sigmoid_derivative,
  .times_tanh_derivative = times_tanh_derivative,
  .times_relu_derivative = times_relu_derivative,
  .times_leaky_relu_derivative = times_leaky_relu_derivative,
  .sgd = sgd,
  .momentum = momentum,
  .nesterov = nesterov,
  .adagrad = adagrad,
  .rmsprop = rmsprop,
  .adam = adam,
};
