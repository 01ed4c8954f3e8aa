/// What one step back through the chain rule makes of the size of delta:
/// rms(delta_l) = rms(delta_l+1) · weights · slope.
struct ChainFactor: Equatable {
  /// The l of delta_l.
  let layer: Int
  /// rms(delta_l+1 W_l+1ᵀ) / rms(delta_l+1).
  let weights: Double
  /// What ⊙ f′(z_l) does to that; 1 where there is nothing left for it.
  let slope: Double
}

extension Trace {
  /// delta_l = (delta_l+1 W_l+1ᵀ) ⊙ f′(z_l) (Nielsen ch. 2, BP2), from the output down to a layer.
  func chainFactors(to layer: Int) -> [ChainFactor] {
    (layer..<depth).reversed().map { l in
      let error = Matrix(delta[l] * layers[l].weights.transposed).rms
      return ChainFactor(
        layer: l, weights: error / delta[l].rms, slope: error > 0 ? delta[l - 1].rms / error : 1)
    }
  }

  /// Which factors made delta so small, or so large.
  func chainTerm(to layer: Int, isVanishing: Bool) -> Sentence {
    let factors = chainFactors(to: layer)
    let (weights, slope) = factors.reduce((1.0, 1.0)) { ($0.0 * $1.weights, $0.1 * $1.slope) }
    let parts: [Sentence] = factors.map {
      """
      delta\($0.layer) is delta\($0.layer + 1) times \($0.weights) by W\($0.layer + 1).T and \
      \($0.slope) by f'(z\($0.layer))
      """
    }
    func worst(_ factor: (ChainFactor) -> Double) -> ChainFactor {
      let sorted = factors.sorted { factor($0) < factor($1) }
      return isVanishing ? sorted[0] : sorted[sorted.count - 1]
    }
    let isByWeights = isVanishing ? weights < slope : weights > slope
    let most =
      isByWeights
      ? "W\(worst(\.weights).layer + 1)" : "f'(z\(worst(\.slope).layer))"
    guard factors.count > 1 else { return "\(parts[0]): \(most) did it." }
    return """
      \(parts.joined("; ")). In all the weights make \(weights) and f' \(slope): \
      \(isByWeights ? "the weights" : "f'") did it, most of all \(most).
      """
  }
}
