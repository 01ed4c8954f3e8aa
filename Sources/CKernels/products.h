// Matrix products: each sum over its terms in ascending order, as many sums at a time as there are
// registers for.
//
// A product is computed strip by strip of a few vectors of columns, and a strip chunk by chunk of
// terms. Of the right factor, a chunk of a strip is copied to where its vectors stand one after
// another and do not cross cache lines, and stays in the nearest caches while all rows of the left
// factor pass; between two chunks the sums wait in the result.
//
// What that bought over all columns of a few rows at a time (`Benchmarks/run parts`, two threads,
// AVX-512): the first layer of 784-300-10 forward 0.24 -> 0.14 ms, its gradient 0.16 -> 0.11; the
// second of 784-800-800-10 forward 1.03 -> 0.80, its gradient 0.93 -> 0.75; delta, which turns W as
// it copies instead of before, 1.21 -> 0.72.

#include "lanes.h"

#define UNROLL _Pragma("clang loop unroll(full)")

// MARK: The result

/// What becomes of the sum that belongs to row i and column j:
/// values[i, j] = sum * scale + factor * added[i * added_step + j], without `added` if it is NULL.
struct output {
  double *values;
  int64_t columns;
  double scale;
  const double *added;
  int64_t added_step;
  double factor;
};

/// z = sum + bias: the bias is the same for every row. Products by 1 are exact.
INLINE struct output sum_and_bias(double *z, int64_t columns, const double *bias) {
  return (struct output){z, columns, 1, bias, 0, 1};
}

/// dw = sum * scale + l2 * w
INLINE struct output regularised_mean(double *dw, int64_t columns, double scale, const double *w,
                                      double l2) {
  return (struct output){dw, columns, scale, l2 == 0 ? NULL : w, columns, l2};
}

/// Columns first..<first + 8 * vectors, except that the last vector starts at `last`: where the
/// number of columns is no multiple of 8 it overlaps the one before it, and both hold the same.
/// Fewer than 8 columns are one vector with that many `lanes`.
struct strip {
  int64_t first, last, lanes;
  int vectors;
};

INLINE int64_t column_of(struct strip s, int v, int vectors) {
  return v == vectors - 1 ? s.last : s.first + LANES * v;
}

/// The strip that starts at vector `done` of the block's columns. Strips are at most `widest`
/// vectors wide and as equal as can be: a narrow one has too few sums to fill the time that one
/// addition takes.
INLINE struct strip next_strip(struct block b, int64_t done, int64_t widest) {
  int64_t columns = b.to_column - b.from_column;
  if (columns < LANES) return (struct strip){b.from_column, b.from_column, columns, 1};
  int64_t left = (columns + LANES - 1) / LANES - done;
  int64_t strips = (left + widest - 1) / widest;
  int64_t vectors = (left + strips - 1) / strips;
  int64_t first = b.from_column + done * LANES;
  int64_t last = first + (vectors - 1) * LANES;
  int64_t limit = b.to_column - LANES;
  return (struct strip){first, last < limit ? last : limit, LANES, (int)vectors};
}

/// The terms from..<to, and what is true of them.
struct chunk {
  int64_t from, to;
  int is_first, is_last;
};

/// The sums of row i and a strip, as the chunk before left them.
INLINE void take_up(lanes *sums, struct output out, int64_t i, struct strip s, int vectors,
                    struct chunk c) {
  if (c.is_first) {
    UNROLL for (int v = 0; v < vectors; v++) sums[v] = 0;
  } else {
    const double *row = out.values + i * out.columns;
    UNROLL for (int v = 0; v < vectors; v++) {
      sums[v] = load_some(row + column_of(s, v, vectors), s.lanes);
    }
  }
}

/// Leaves the sums to the next chunk or, after the last, finishes them.
INLINE void put(lanes *sums, struct output out, int64_t i, struct strip s, int vectors,
                struct chunk c) {
  if (c.is_last) {
    UNROLL for (int v = 0; v < vectors; v++) sums[v] *= out.scale;
    if (out.added) {
      const double *added = out.added + i * out.added_step;
      UNROLL for (int v = 0; v < vectors; v++) {
        sums[v] += out.factor * load_some(added + column_of(s, v, vectors), s.lanes);
      }
    }
  }
  double *row = out.values + i * out.columns;
  UNROLL for (int v = 0; v < vectors; v++) {
    store_some(row + column_of(s, v, vectors), sums[v], s.lanes);
  }
}

// MARK: The right factor

/// A matrix (terms, columns), or the transpose of one that is stored as (columns, terms).
struct right {
  const double *values;
  int64_t terms, columns;
  int is_transposed;
};

/// Eight vectors of eight, rows exchanged with columns: blocks of one entry change places in each
/// 2 x 2 of them, then blocks of two, then of four.
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

/// Copies a chunk of a strip: the vectors of each term one after another.
INLINE void pack(struct right b, struct strip s, int vectors, struct chunk c, lanes *packed) {
  if (!b.is_transposed) {
    for (int64_t k = c.from; k < c.to; k++, packed += vectors) {
      UNROLL for (int v = 0; v < vectors; v++) {
        packed[v] = load_some(b.values + k * b.columns + column_of(s, v, vectors), s.lanes);
      }
    }
    return;
  }
  for (int64_t k = c.from; k < c.to; k += LANES, packed += LANES * vectors) {
    int64_t terms = c.to - k < LANES ? c.to - k : LANES;
    UNROLL for (int v = 0; v < vectors; v++) {
      lanes square[LANES] = {0};
      for (int j = 0; j < s.lanes; j++) {
        square[j] = load_some(b.values + (column_of(s, v, vectors) + j) * b.terms + k, terms);
      }
      transpose_block(square);
      for (int i = 0; i < terms; i++) packed[i * vectors + v] = square[i];
    }
  }
}

// MARK: Dense

/// A dense matrix, or the transpose of one: its entry in row i and column k is
/// values[i * row_step + k * term_step].
struct dense {
  const double *values;
  int64_t row_step, term_step;
};

/// A few rows and a strip, in registers: each load of b serves all the rows, and each of a all the
/// columns. `rows` and `vectors` (of the strip) are constants.
INLINE void dense_tile(struct dense a, const lanes *b, struct output out, int64_t row, int rows,
                       struct strip s, int vectors, struct chunk c) {
  lanes sums[TILE_ROWS][TILE_VECTORS];
  UNROLL for (int r = 0; r < rows; r++) take_up(sums[r], out, row + r, s, vectors, c);
  const double *factors = a.values + row * a.row_step + c.from * a.term_step;
  for (int64_t k = c.from; k < c.to; k++, factors += a.term_step, b += vectors) {
    UNROLL for (int v = 0; v < vectors; v++) {
      UNROLL for (int r = 0; r < rows; r++) sums[r][v] += factors[r * a.row_step] * b[v];
    }
  }
  UNROLL for (int r = 0; r < rows; r++) put(sums[r], out, row + r, s, vectors, c);
}

INLINE void dense_rows(struct dense a, const lanes *b, struct output out, int64_t from, int64_t to,
                       struct strip s, int vectors, struct chunk c) {
  int64_t row = from;
  for (; row + TILE_ROWS <= to; row += TILE_ROWS) {
    dense_tile(a, b, out, row, TILE_ROWS, s, vectors, c);
  }
  for (; row < to; row++) dense_tile(a, b, out, row, 1, s, vectors, c);
}

// MARK: Sparse

/// The same over the nonzero a[row, k] only. The others would add a zero, which changes no sum: one
/// that starts from +0 is never -0. next[i] is where the terms of row from + i go on.
INLINE void sparse_rows(struct sparse a, const lanes *b, struct output out, int64_t from,
                        int64_t to, struct strip s, int vectors, struct chunk c, int64_t *next) {
  for (int64_t row = from; row < to; row++) {
    lanes sums[STRIP_VECTORS];
    take_up(sums, out, row, s, vectors, c);
    int64_t p = c.is_first ? a.start[row] : next[row - from];
    int64_t end = a.start[row + 1];
    for (; p < end && (c.is_last || a.column[p] < c.to); p++) {
      const lanes *x = b + (a.column[p] - c.from) * vectors;
      UNROLL for (int v = 0; v < vectors; v++) sums[v] += a.value[p] * x[v];
    }
    next[row - from] = p;
    put(sums, out, row, s, vectors, c);
  }
}

// MARK: Products

// Terms of a chunk: with eight vectors 64 KB, mostly in the second cache; with six 48 KB. Half as many
// made a step of 784-300-10 9 % slower: the sums wait in the result twice as often.
#define CHUNK_TERMS 128
// Rows that go on from chunk to chunk together.
#define ROWS 256

_Static_assert(TILE_VECTORS <= STRIP_VECTORS && STRIP_VECTORS <= 8, "WITH_CONSTANT goes to 8");

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
  }

/// One chunk of one strip, for the rows from..<to. One of `dense` and `sparse` is NULL, which the
/// compiler sees; `vectors` is a constant.
INLINE void add_chunk(const struct dense *dense, const struct sparse *sparse, struct right b,
                      struct output out, int64_t from, int64_t to, struct strip s, int vectors,
                      struct chunk c, int64_t *next) {
  lanes packed[CHUNK_TERMS * STRIP_VECTORS];
  pack(b, s, vectors, c, packed);
  if (dense) dense_rows(*dense, packed, out, from, to, s, vectors, c);
  if (sparse) sparse_rows(*sparse, packed, out, from, to, s, vectors, c, next);
}

/// out = a b in a block.
INLINE void product(const struct dense *dense, const struct sparse *sparse, struct right b,
                    struct output out, struct block block) {
  int widest = dense ? TILE_VECTORS : STRIP_VECTORS;
  int64_t next[ROWS];
  int64_t columns = block.to_column - block.from_column;
  // A sum of no terms is finished, too.
  int64_t chunks = b.terms == 0 ? 1 : (b.terms + CHUNK_TERMS - 1) / CHUNK_TERMS;

  for (int64_t from = block.from_row; from < block.to_row; from += ROWS) {
    int64_t to = from + ROWS < block.to_row ? from + ROWS : block.to_row;
    for (int64_t done = 0; done * LANES < columns;) {
      struct strip s = next_strip(block, done, widest);
      for (int64_t n = 0; n < chunks; n++) {
        struct chunk c = {b.terms * n / chunks, b.terms * (n + 1) / chunks, n == 0,
                          n == chunks - 1};
        if (dense) {
          WITH_CONSTANT(s.vectors, TILE_VECTORS,
                        add_chunk(dense, NULL, b, out, from, to, s, constant, c, next))
        } else {
          WITH_CONSTANT(s.vectors, STRIP_VECTORS,
                        add_chunk(NULL, sparse, b, out, from, to, s, constant, c, next))
        }
      }
      done += s.vectors;
    }
  }
}

static void dense_product(struct dense a, struct right b, struct output out, struct block block) {
  product(&a, NULL, b, out, block);
}

static void sparse_product(struct sparse a, struct right b, struct output out,
                           struct block block) {
  product(NULL, &a, b, out, block);
}

static void forward(const double *a, const double *w, const double *bias, double *z,
                    struct block block, int64_t inputs, int64_t outputs) {
  struct dense rows_of_a = {a, inputs, 1};
  struct right right = {w, inputs, outputs, 0};
  dense_product(rows_of_a, right, sum_and_bias(z, outputs, bias), block);
}

static void forward_sparse(struct sparse a, const double *w, const double *bias, double *z,
                           struct block block, int64_t inputs, int64_t outputs) {
  struct right right = {w, inputs, outputs, 0};
  sparse_product(a, right, sum_and_bias(z, outputs, bias), block);
}

static void backward(const double *delta, const double *w, double *result, struct block block,
                     int64_t inputs, int64_t outputs) {
  struct dense rows_of_delta = {delta, outputs, 1};
  struct right right = {w, outputs, inputs, 1};
  dense_product(rows_of_delta, right, sum_and_bias(result, inputs, NULL), block);
}

static void gradient(const double *a, const double *delta, const double *w, double *dw,
                     struct block block, int64_t samples, int64_t inputs, int64_t outputs,
                     double scale, double l2) {
  struct dense columns_of_a = {a, 1, inputs};
  struct right right = {delta, samples, outputs, 0};
  dense_product(columns_of_a, right, regularised_mean(dw, outputs, scale, w, l2), block);
}

static void gradient_sparse(struct sparse a_transposed, const double *delta, const double *w,
                            double *dw, struct block block, int64_t samples, int64_t outputs,
                            double scale, double l2) {
  struct right right = {delta, samples, outputs, 0};
  sparse_product(a_transposed, right, regularised_mean(dw, outputs, scale, w, l2), block);
}
