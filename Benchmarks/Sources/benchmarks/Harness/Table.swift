import Foundation

/// Rows as text, in columns.
struct Table {
  var rows: [Row]

  var text: String {
    Self.text(
      ["name", "graph", "unit", "ours", "p99", "baseline", "its", "its p99", "ratio"],
      rows.map(cells), numeric: [3, 4, 6, 7, 8])
  }

  /// Lines of cells in columns as wide as they need to be.
  static func text(_ header: [String], _ lines: [[String]], numeric: Set<Int>) -> String {
    let cells = [header] + lines
    let widths = header.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { line in
      let padded = line.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - line[column].count)
        return numeric.contains(column) ? padding + line[column] : line[column] + padding
      }
      return padded.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  static func number(_ value: Double) -> String {
    String(format: value < 10 ? "%.3f" : value < 1000 ? "%.1f" : "%.0f", value)
  }

  private func cells(_ row: Row) -> [String] {
    func text(_ value: Double?) -> String { value.map(Self.number) ?? "-" }
    return [
      row.name, row.graph, row.unit.rawValue, text(row.value), text(row.spread?.p99),
      row.baseline ?? "none here", text(row.baselineValue), text(row.baselineSpread?.p99),
      row.ratio.map { String(format: "%.2f", $0) } ?? "-",
    ]
  }
}
