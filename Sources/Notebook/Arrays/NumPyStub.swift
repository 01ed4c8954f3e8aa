import Backprop

/// A folder to begin with for somebody who writes backpropagation in NumPy: a pass in `pass.npz` and
/// a Python file that lacks the backward pass.
struct NumPyStub {
  static let arrays = "pass.npz"
  static let program = "backprop.py"
  static let result = "mine.npz"

  let training: Training

  /// The Python file, for this network and loss.
  var text: String {
    let network = training.network
    let layers = (1...network.depth)
    let activations = layers.map { "\(network[layer: $0].activation)" }
    return """
      \"\"\"Your own backpropagation, for Backstep to look at.

      1. Fill in `backward` below.
      2. python3 \(NumPyStub.program)        reads \(NumPyStub.arrays), writes \(NumPyStub.result), both beside it
      3. backstep -c 'diagnose \(NumPyStub.result)'

      The network is \(network.sizesText): \(activations.joined(separator: ", ")); the loss is \
      \(training.objective.loss) with l2 = \(short(training.objective.l2)).
      \"\"\"
      from pathlib import Path

      import numpy as np

      folder = Path(__file__).resolve().parent
      given = np.load(folder / "\(NumPyStub.arrays)")
      layers = range(1, \(network.depth + 1))
      X, Y = given["X"], given["Y"]             # (N, inputs), (N, classes)
      W = {l: given[f"W{l}"] for l in layers}   # (inputs, outputs)
      b = {l: given[f"b{l}"] for l in layers}   # (outputs,)
      z = {l: given[f"z{l}"] for l in layers}   # z = a_prev @ W + b, (N, outputs)
      a = {l: given[f"a{l}"] for l in layers}   # a = f(z), (N, outputs)
      a[0] = X
      l2 = float(given["l2"])


      def backward():
          \"\"\"The gradient of your cost: dW[l] as W[l], db[l] as b[l], for l in layers.

          delta[l] (N, outputs), one row a sample, is welcome too: it tells more. So is the number that
          your cost function gives.
          \"\"\"
          delta, dW, db = {}, {}, {}
          cost = None
          # ---- your code ----
          raise NotImplementedError("fill in backward()")
          # -------------------
          return delta, dW, db, cost


      delta, dW, db, cost = backward()
      mine = {name: given[name] for name in given.files if name[0] in "Wbza" or name in ("l2", "loss")}
      mine.update(X=X, Y=Y)
      mine.update({f"delta{l}": np.asarray(v) for l, v in delta.items()})
      mine.update({f"dW{l}": np.asarray(v) for l, v in dW.items()})
      mine.update({f"db{l}": np.asarray(v) for l, v in db.items()})
      if cost is not None:
          mine["cost"] = float(cost)
      np.savez(folder / "\(NumPyStub.result)", **mine)
      print(f"wrote {folder / '\(NumPyStub.result)'}:", *sorted(mine))

      """
  }
}
