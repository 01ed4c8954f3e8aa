import Backprop
import Page

/// A page of help that is on no command.
struct HelpTopic {
  let name: String
  let lines: [Line]
}

/// To add one: a value here, and its place in the list.
let topics = [
  HelpTopic(
    name: "phases",
    lines: [
      "\("phases", .strong) of a minibatch, in order, for a network of L layers:", "",
      "  batch          take the next samples: X, Y, labels",
      "  forward 1…L    z = a_prev W + b, a = f(z); a0 is X, h is aL",
      "  loss           mean of the samples' losses + l2/2 sum(W^2)",
      "  delta L…1      derivative of one sample's loss by z, without 1/N",
      "  gradient L…1   dW = a_prev^T delta / N + l2 W, db = column means of delta",
      "  update         W = W + uW, b = b + ub, with the optimizer's change u", "",
      "\"phase\" runs one, \"finish\" the rest, \"step\" all of them. After an update W and b are new;",
      "every other array stays that of the finished minibatch until the next \"batch\".",
    ]),
  HelpTopic(
    name: "names",
    lines: [
      "\("names", .strong) of the arrays; rows are samples, N the batch size, layers count from 1:",
      "",
      "  X, Y, labels   (N, inputs), (N, classes), (N)   pixels / 255, one-hot targets, classes",
      "  W1…, b1…       (in, out), (out)                 weights and biases",
      "  z1…, a1…       (N, out)                         pre-activation, activation; h is the last a",
      "  delta1…        (N, out)                         derivative of one sample's loss by z",
      "  dW1…, db1…     as W, b                          gradient of the reported loss",
      "  uW1…, ub1…     as W, b                          the change the optimizer applied", "",
      "\"print W1[0, -1]\", \"print delta2[:5]\": indices and slices are NumPy's.",
    ]),
  HelpTopic(name: "expressions", lines: expressions),
  HelpTopic(
    name: "conditions",
    lines: [
      "\("conditions", .strong) are expressions that are true or false, for \"until\", \"break\", \"expect\":",
      "",
      "  loss < 0.5                        < <= > >= == !=; none holds with nan, but !=",
      "  0.9 <= accuracy < 1               both comparisons hold, as in Python",
      "  dead(1) > 20% or l2_share(1) > 50%",
      "  not (norm(dW1) > 1 and step > 10)",
      "  delta2 == h - Y                   arrays: every entry; their shapes are equal",
      "  W1 == 0                           or one side is a number",
      "  loss < old(loss)                  lower than at the previous stop", "",
      "\"or\" is looser than \"and\", that than \"not\", that than a comparison. What follows a true",
      "\"or\" or a false \"and\" is not computed. Floating-point numbers are seldom equal:",
      "\"expect delta2 == h - Y within 1e-12\" gives way by so much. \"help expressions\" has the rest.",
    ]),
  HelpTopic(name: "troubles", lines: troubles),
  HelpTopic(name: "formulas", lines: formulas),
  HelpTopic(
    name: "keys",
    lines: [
      "\("keys", .strong) at the prompt are GNU readline's; ~/.inputrc changes them:", "",
      "  Tab                 completes commands, options, values, names of arrays, files",
      "  Up, Down, Ctrl-R    earlier lines; search in them",
      "  Ctrl-A, Ctrl-E      beginning and end of the line",
      "  Ctrl-K, Ctrl-U      delete to the end, to the beginning; Ctrl-W a word; Ctrl-Y brings it back",
      "  Ctrl-_              undo",
      "  Ctrl-L              clear the screen",
      "  Ctrl-C              drop the line; stop a long command at the end of a minibatch",
      "  Ctrl-D              leave, on an empty line", "",
      "An empty line repeats step and phase. A line that begins with a space is not kept in the history.",
      "Pasted lines run one after another; of a pasted transcript only what follows \"> \".",
    ]),
]

/// What can be computed at a stop, from the lists of the language's words.
private let expressions: [Line] = {
  func entry(_ word: String, _ formula: String) -> Line {
    "  \(word.padded(to: 22), .name)\(formula)"
  }
  var takers: [String] = []
  for command in commands where command.reading == .expression { takers.append(command.name) }
  var lines: [Line] = [
    "\("expressions", .strong) compute numbers, arrays and conditions, for \"print\" and \"expect\":",
    "",
    "  print norm(dW1) / norm(W1)        numbers, + - * / ^ and parentheses; 20% is 0.2",
    "  print W1[0, -1] - W1[0, 0]        names and slices are NumPy's: help names",
    "  print max(abs(h - Y))             arrays of one shape, or an array and a number: by entries",
    "  expect loss < 3 and step > 0      comparisons, and, or, not: help conditions", "",
    "\("numbers", .strong) of the minibatch at hand and of the clock",
  ]
  lines += Scalar.all.map { entry($0.name, $0.formula) }
  lines += ["", "\("functions of an array", .strong) with n entries x, or of a part of it"]
  lines += Measure.all.map { entry("\($0.name)(dW1)", $0.formula) }
  lines.append(entry("abs(dW1)", "|x| of every entry: an array again"))
  lines += ["", "\("functions of layers", .strong), counted from 1"]
  lines += LayerMeasure.all.map { entry($0.text(Array(1...$0.count)), $0.formula) }
  lines += [
    "", "\("the previous stop", .strong)",
    entry("old(loss)", "its value at the previous stop"),
    entry("change(loss)", "loss - old(loss); not inside one another"), "",
    "From tightest to loosest: [ ], ^, sign, * /, + -, comparisons, not, and, or. As in Python -2^2",
    "is -4 and 2^3^2 is 2^(3^2); ** is ^. Without old, all is of this stop: W1 is new after an update.",
  ]
  return lines
}()

/// The equations in force, from the lists themselves, with their sources.
private let formulas: [Line] = {
  var lines: [Line] = [
    "\("formulas", .strong); rows are samples, N the batch size, L the number of layers:", "",
    "  z = a_prev W + b,  a = f(z),  a0 = X,  h = aL",
    "  loss = mean over the batch of the sample's loss + l2/2 sum(W^2)",
    "  deltaL = derivative of a sample's loss by zL                 (Nielsen ch. 2, BP1)",
    "  delta = (delta_next W_next^T) * f'(z)                        (Nielsen ch. 2, BP2)",
    "  db = column means of delta                                   (Nielsen ch. 2, BP3)",
    "  dW = a_prev^T delta / N + l2 W                               (Nielsen ch. 2, BP4)",
    "  W = W + uW,  b = b + ub", "", "\("activations", .strong)  a = f(z)",
  ]
  for activation in Activation.all {
    lines.append(
      "  \(activation.name.padded(to: 15), .name)f = \(activation.formula.padded(to: 26))"
        + "f' = \(activation.derivativeFormula)")
  }
  lines += ["", "\("losses", .strong) of a sample"]
  for loss in Loss.all {
    for output in loss.outputs.count <= 2 ? loss.outputs : [.sigmoid, .softmax] {
      let formula = "\(loss.formula(output)), \(output.name) output:"
      lines.append("  \(loss.name.padded(to: 15), .name)\(formula)")
      lines.append("  \("".padded(to: 15))\(loss.deltaFormula(output: output, layer: 2))")
    }
  }
  lines += ["", "\("optimizers", .strong) as PyTorch defines them; gradient g, change u"]
  for rule in Optimizer.Rule.all {
    for (i, formula) in rule.formula.split(separator: ";").enumerated() {
      let name = i == 0 ? rule.name : ""
      lines.append("  \(name.padded(to: 15), .name)\(formula.trimmed)")
    }
  }
  lines += ["", "\("initial weights", .strong) of a layer of so many inputs and outputs"]
  for initializer in Initializer.all {
    lines.append("  \(initializer.name.padded(to: 15), .name)\(initializer.formula)")
  }
  lines += [
    "",
    "sources: Nielsen, Neural Networks and Deep Learning (2015), ch. 2 and 3; Goodfellow, Bengio",
    "and Courville, Deep Learning (2016), ch. 6 to 8; xavier Glorot and Bengio 2010, he He et al. 2015,",
    "lecun LeCun et al. 1998; rmsprop Hinton 2012, adagrad Duchi et al. 2011, adam Kingma and Ba 2015.",
  ]
  return lines
}()

private let troubles: [Line] =
  [
    "\("troubles", .strong) that \"catch\" stops at, the first phase that shows one; \"health\" looks for the",
    "same in a complete pass:",
  ]
  + Trouble.all.flatMap { trouble -> [Line] in
    let limits = trouble.thresholds.map { limit -> Line in
      let number: Line = limit.isShare ? "\(percent: limit.value)" : "\(limit.value)"
      return "              limit \(number): \(limit.source)"
    }
    return ["  \(trouble.name.padded(to: 12), .name)\(trouble.measure)"] + limits
  } + ["", "A trouble that stays stops the clock once; one that has gone and comes back, again."]
