/// The table of tumours: thirty measurements a row, and whether the tumour was malignant.
struct Table {
  struct Row {
    /// The line as the file has it, so that writing a table changes no digit.
    var text: String
    var features: [Double]
    var isMalignant: Bool
  }

  var rows: [Row]

  /// The names of the measurements, which the raw file leaves to its documentation.
  static let features = ["mean", "error", "worst"].flatMap { statistic in
    [
      "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity",
      "concave points", "symmetry", "fractal dimension",
    ].map { "\($0) (\(statistic))" }
  }
}

extension Table {
  /// Reads the lines below a header line.
  init(csv bytes: [UInt8]) throws(TableError) {
    rows = []
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    for (index, line) in lines.enumerated().dropFirst() {
      let values = line.split(separator: ",").compactMap { Double($0) }
      guard values.count == Self.features.count + 1, let label = values.last else {
        throw TableError(line: index + 1)
      }
      // In this file, 0 stands for malignant.
      rows.append(
        Row(text: String(line), features: Array(values.dropLast()), isMalignant: label == 0))
    }
  }

  /// The table below a header line.
  func csv(header: String) -> String {
    ([header] + rows.map(\.text)).joined(separator: "\n") + "\n"
  }

  /// Mean and standard deviation of a column.
  func moments(of column: Int) -> (mean: Double, deviation: Double) {
    let values = rows.map { $0.features[column] }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, variance.squareRoot())
  }
}

/// A line that is no row of the table.
struct TableError: Error, CustomStringConvertible {
  var line: Int
  var description: String { "line \(line) has not \(Table.features.count + 1) numbers" }
}
