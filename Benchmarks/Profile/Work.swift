/// What a part of a step cannot do without.
struct Work {
  /// Bytes that come from arrays that earlier parts made, and bytes of the arrays it makes; each
  /// array once, however often a loop passes over it.
  var read: Double
  var written: Double
  var operations: [Operation]

  /// So many rounds of a loop.
  struct Operation {
    let loop: Loop
    let count: Double

    init(_ loop: Loop, _ count: Double) {
      self.loop = loop
      self.count = count
    }
  }

  var bytes: Double { read + written }

  /// "4.62 M multiply-adds, 30 k exponentials": the counts of one kind together.
  var operationsInWords: String {
    var kinds: [(kind: String, count: Double)] = []
    for operation in operations where operation.count > 0 {
      if let index = kinds.firstIndex(where: { $0.kind == operation.loop.kind }) {
        kinds[index].count += operation.count
      } else {
        kinds.append((operation.loop.kind, operation.count))
      }
    }
    return kinds.map { "\(rounded($0.count)) \($0.kind)" }.joined(separator: ", ")
  }
}

/// The sizes that decide how much work a step is: N samples, layers of n_0, …, n_L units.
struct StepSize {
  let sizes: [Int]
  let batch: Int
  /// The mean of a minibatch's pixels that are not 0.
  let nonzeros: Double

  /// Multiply-adds of the matrix products with no zero left out:
  /// N (2 Σ n_l-1 n_l - n_0 n_1), since the first layer passes no delta on.
  var denseMultiplyAdds: Double { samples * (2 * weights - counts[0] * counts[1]) }

  func work(of part: Part) -> Work {
    switch part {
    case .batch: batchWork
    case .forward: forwardWork
    case .loss: lossWork
    case .deltas: deltasWork
    case .gradients: gradientsWork
    case .update: updateWork
    }
  }
}

// MARK: - Counts; a number has 8 bytes, an entry of a list of nonzeros 8 and 4 for its place

extension StepSize {
  private var samples: Double { Double(batch) }
  private var counts: [Double] { sizes.map(Double.init) }
  private var classes: Double { counts[counts.count - 1] }
  /// Σ_l n_l over l = 1 … L, and without the last.
  private var units: Double { counts.dropFirst().reduce(0, +) }
  private var hiddenUnits: Double { units - classes }
  /// Σ_l n_l-1 n_l, and without the first layer.
  private var weights: Double { zip(counts, counts.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } }
  private var laterWeights: Double { weights - counts[0] * counts[1] }
  /// Half of the entries at least must be zeros for a list of the others to be made.
  private var isSparse: Bool { 2 * nonzeros <= samples * counts[0] }
  /// What a product reads of X.
  private var inputBytes: Double { isSparse ? 12 * nonzeros : 8 * samples * counts[0] }

  /// X and Y, and X's nonzeros listed by row and by column, out of one byte a pixel.
  private var batchWork: Work {
    let pixels = samples * counts[0]
    let listed = isSparse ? nonzeros : 0
    return Work(
      read: pixels, written: 8 * pixels + 2 * 12 * listed + 8 * samples * classes,
      operations: [.init(.pixels, pixels), .init(.transpose, listed)])
  }

  /// z = a_prev W + b and a = f(z) of each layer.
  private var forwardWork: Work {
    Work(
      read: inputBytes + 8 * (weights + units), written: 8 * 2 * samples * units,
      operations: [
        firstLayer(.forwardSparse, .forward), .init(.forward, samples * laterWeights),
        .init(.sigmoid, samples * hiddenUnits), .init(.exp, samples * classes),
      ])
  }

  /// The samples' losses from z and Y, the hits from h, and λ/2 Σ‖W‖².
  private var lossWork: Work {
    Work(
      read: 8 * (3 * samples * classes + weights), written: 8 * samples,
      operations: [
        .init(.sumOfSquares, weights), .init(.exp, samples * classes), .init(.log, samples),
      ])
  }

  /// h - Y, then (delta W_nextᵀ) ⊙ f′ of each layer but the last.
  private var deltasWork: Work {
    Work(
      read: 8 * (2 * samples * classes + laterWeights + samples * hiddenUnits),
      written: 8 * samples * units,
      operations: [
        .init(.backward, samples * laterWeights), .init(.derivative, samples * hiddenUnits),
      ])
  }

  /// dW = a_prevᵀ delta / N + λW and db, the column means of delta, of each layer.
  private var gradientsWork: Work {
    Work(
      read: inputBytes + 8 * (samples * (hiddenUnits + units) + weights),
      written: 8 * (weights + units),
      operations: [
        firstLayer(.gradientSparse, .gradient), .init(.gradient, samples * laterWeights),
        .init(.columnSums, samples * units),
      ])
  }

  /// v and W out of dW, v and W.
  private var updateWork: Work {
    let parameters = weights + units
    return Work(
      read: 8 * 3 * parameters, written: 8 * 2 * parameters,
      operations: [.init(.rmsprop, parameters)])
  }

  private func firstLayer(_ sparse: Loop, _ dense: Loop) -> Work.Operation {
    isSparse
      ? .init(sparse, nonzeros * counts[1]) : .init(dense, samples * counts[0] * counts[1])
  }
}
