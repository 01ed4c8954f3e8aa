import Backprop
import Testing

@testable import Notebook

@Suite struct SliceTests {
  /// A network whose W1 is 0…23, of shape (6, 4), and whose b1 is 0…3.
  static let session: Session = {
    var session = Session.tiny
    let layers = [
      Layer(
        activation: .sigmoid,
        weights: Matrix(rows: 6, columns: 4, values: (0..<24).map(Double.init)),
        biases: (0..<4).map(Double.init)),
      Layer(activation: .softmax, weights: Matrix(rows: 4, columns: 3), biases: [0, 0, 0]),
    ]
    session.training = try! Training(network: Network(layers: layers))
    return session
  }()

  /// From NumPy 2.4, with `W1 = np.arange(24.).reshape(6, 4)`, `b1 = np.arange(4.)`, and for each
  /// expression `v = eval(e); print(e, list(np.shape(v)), np.ravel(v).astype(int).tolist())`.
  static let numpy: [(String, [Int], [Int])] = [
    ("W1[0]", [4], [0, 1, 2, 3]),
    ("W1[-1]", [4], [20, 21, 22, 23]),
    ("W1[5, 3]", [], [23]),
    ("W1[-6, -4]", [], [0]),
    ("W1[2][1]", [], [9]),
    ("W1[1:3]", [2, 4], [4, 5, 6, 7, 8, 9, 10, 11]),
    ("W1[:, 1]", [6], [1, 5, 9, 13, 17, 21]),
    ("W1[:, 1:2]", [6, 1], [1, 5, 9, 13, 17, 21]),
    ("W1[::2]", [3, 4], [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19]),
    ("W1[::-1, 0]", [6], [20, 16, 12, 8, 4, 0]),
    ("W1[4:1:-1, ::2]", [3, 2], [16, 18, 12, 14, 8, 10]),
    ("W1[4:1:-2, -1]", [2], [19, 11]),
    ("W1[-2:, :-2]", [2, 2], [16, 17, 20, 21]),
    ("W1[-100:2, 0]", [2], [0, 4]),
    ("W1[3:100, 0]", [3], [12, 16, 20]),
    ("W1[100:, 0]", [0], []),
    ("W1[0, 100:]", [0], []),
    ("W1[2:2]", [0, 4], []),
    ("W1[:, 3:1]", [6, 0], []),
    ("W1[1::3, 1]", [2], [5, 17]),
    ("W1[-1:-3:-1, 0]", [2], [20, 16]),
    ("W1[::-100, 0]", [1], [20]),
    ("W1[::100, 0]", [1], [0]),
    ("W1[-100::-1, 0]", [0], []),
    ("W1[100::-5, 0]", [2], [20, 0]),
    ("W1[:-100:-2, 0]", [3], [20, 12, 4]),
    ("W1[1:4][0]", [4], [4, 5, 6, 7]),
    ("W1[1:4][:, 2]", [3], [6, 10, 14]),
    ("W1[::-1][0, ::-1]", [4], [23, 22, 21, 20]),
    ("W1[:][:][1]", [4], [4, 5, 6, 7]),
    ("b1[2]", [], [2]),
    ("b1[-1]", [], [3]),
    ("b1[::2]", [2], [0, 2]),
    ("b1[::-1]", [4], [3, 2, 1, 0]),
    ("b1[3:0:-1]", [3], [3, 2, 1]),
    ("b1[3::-1]", [4], [3, 2, 1, 0]),
    ("b1[:0:-1]", [3], [3, 2, 1]),
    ("b1[-1:-100:-1]", [4], [3, 2, 1, 0]),
    ("b1[1:-1]", [2], [1, 2]),
    ("b1[9:]", [0], []),
    ("b1[::-3]", [2], [3, 0]),
    ("b1[2:1]", [0], []),
  ]

  @Test(arguments: numpy)
  func asInNumPy(expression: String, shape: [Int], values: [Int]) {
    var bench = Bench(Self.session)
    let grid = bench.page("print \(expression)").grid
    #expect(grid.name == expression)
    #expect(grid.shape == shape)
    #expect(grid.values == values.map(Double.init))
  }

  /// Bounds far beyond the array, up to the largest numbers there are.
  @Test(arguments: [
    ("b1[-9223372036854775808:9223372036854775807]", [0.0, 1, 2, 3]),
    ("b1[::9223372036854775807]", [0]),
    ("b1[::-9223372036854775808]", [3]),
    ("b1[9223372036854775807::-1]", [3, 2, 1, 0]),
  ])
  func hugeBoundsClip(expression: String, values: [Double]) {
    var bench = Bench(Self.session)
    #expect(bench.values(expression) == values)
  }

  @Test(arguments: ["W1 [ 0 , -1 ]", "W1[0,-1]", "W1[0, -1] # the last", "W1[+0][-1]"])
  func spacesAndComments(expression: String) {
    var bench = Bench(Self.session)
    #expect(bench.values(expression) == [3])
  }

  @Test(arguments: [
    ("W1[6]", "Index 6 is out of range for axis 0 of W1, whose shape is (6, 4)."),
    ("W1[0, -5]", "Index -5 is out of range for axis 1 of W1, whose shape is (6, 4)."),
    ("W1[2:2][0]", "Index 0 is out of range for axis 0 of W1, whose shape is (0, 4)."),
    ("b1[4]", "Index 4 is out of range for axis 0 of b1, whose shape is (4,)."),
    ("b1[0, 0]", "b1 has 1 axis (shape (4,)), and there are 2 indices."),
    ("W1[0, 0, 0]", "W1 has 2 axes (shape (6, 4)), and there are 3 indices."),
    ("W1[::0]", "A slice's step cannot be 0."),
    ("W1[1:2:3:4]", "\"1:2:3:4\" has too many colons. A slice is start:stop:step."),
    ("W1[]", "There is an empty index. Write a number, or : for all."),
    ("W1[0,]", "There is an empty index. Write a number, or : for all."),
    (
      "W1[x]",
      "\"x\" is no index. An index is a whole number, or a slice such as 0:5, ::2 or -3:"
    ),
    (
      "W1[1.5]",
      "\"1.5\" is no index. An index is a whole number, or a slice such as 0:5, ::2 or -3:"
    ),
    (
      "b1[99999999999999999999]",
      "\"99999999999999999999\" is no index. An index is a whole number, or a slice such as 0:5, "
        + "::2 or -3:"
    ),
    ("W3", "There is no W3: this network has 2 layers, counted from 1."),
    ("W0", "There is no W0: this network has 2 layers, counted from 1."),
  ])
  func refused(expression: String, sentence: String) {
    var bench = Bench(Self.session)
    let lines = bench.failure("print \(expression)").split(separator: "\n")
    #expect(lines.first == sentence[...])
    // What reading it shows, a caret points at; what only the array can tell stands alone.
    #expect(
      lines.count
        == (sentence.contains("range") || sentence.contains("axes") || sentence.contains("axis")
          ? 1 : 3))
  }

  /// Where one array is meant and no expression, as in `explain`.
  @Test(arguments: [
    ("W1[0", "W1[0 lacks a closing bracket. Write, for example, W1[0, -1]"),
    ("W1 0", "\"W1 0\" is no array. Write a name and, if you like, indices: dW1 or W1[0, -1]"),
    ("W1]", "\"W1]\" is no array. Write a name and, if you like, indices: dW1 or W1[0, -1]"),
    ("[0]", "\"[0]\" is no array. Write a name and, if you like, indices: dW1 or W1[0, -1]"),
    ("-1", "\"-1\" is no array. Write a name and, if you like, indices: dW1 or W1[0, -1]"),
  ])
  func noReference(text: String, sentence: String) throws {
    let error = try #require(throws: CommandError.self) { try ArrayReference(text) }
    #expect(error.description == sentence)
  }
}
