import Foundation

/// Rows as text, in columns.
struct Table {
  var rows: [Row]

  var text: String {
    let header = ["name", "graph", "unit", "ours", "baseline", "of it", "ratio"]
    let cells = [header] + rows.map(cells)
    let widths = header.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { line in
      let padded = line.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - line[column].count)
        return numeric.contains(column) ? padding + line[column] : line[column] + padding
      }
      return padded.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  private let numeric: Set = [3, 5, 6]

  private func cells(_ row: Row) -> [String] {
    [
      row.name, row.graph, row.unit.rawValue, number(row.value), row.baseline ?? "none here",
      row.baselineValue.map(number) ?? "-", row.ratio.map { String(format: "%.2f", $0) } ?? "-",
    ]
  }

  private func number(_ value: Double) -> String {
    String(format: value < 10 ? "%.3f" : value < 1000 ? "%.1f" : "%.0f", value)
  }
}
