import Foundation

/// Charts side by side, as SVG that reads on light and on dark pages.
struct Figure {
  var title: String
  var subtitle: String
  var note: String
  var charts: [Chart]
}

extension Figure {
  private static let width = 960.0
  private static let panel = (width: 480.0, height: 290.0)
  /// The room around the plotting area of a panel.
  private static let margin = (left: 70.0, right: 24.0, top: 44.0, bottom: 40.0)
  private static let head = 96.0
  private static let foot = 34.0

  var svg: String {
    let rows = (charts.count + 1) / 2
    let height = Self.head + Double(rows) * Self.panel.height + Self.foot
    var parts = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.number(Self.width)) \
      \(Self.number(height))" role="img" aria-label="\(Self.escape(title))">
      """,
      Self.style,
      text(24, 32, title, "title"),
      text(24, 52, subtitle, "label"),
    ]
    parts += legend()
    for (place, chart) in charts.enumerated() {
      parts += draw(
        chart, x: Double(place % 2) * Self.panel.width,
        y: Self.head + Double(place / 2) * Self.panel.height)
    }
    parts += [text(24, height - 14, note, "note"), "</svg>\n"]
    return parts.joined(separator: "\n")
  }

  /// Colours that stand out from white and from black; texts and rules change with the page.
  private static let style = """
    <style>
      text { font-family: system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
      .title { font-size: 19px; font-weight: 600; fill: #1f2328; }
      .heading { font-size: 14px; font-weight: 600; fill: #1f2328; }
      .label { font-size: 12px; fill: #59636e; }
      .note { font-size: 10px; fill: #59636e; }
      .end { text-anchor: end; }
      .middle { text-anchor: middle; }
      .rule { stroke: #d1d9e0; stroke-width: 1; }
      .line { fill: none; stroke-width: 2.25; stroke-linejoin: round; stroke-linecap: round; }
      .c0 { stroke: #1f6feb; } .f0 { fill: #1f6feb; }
      .c1 { stroke: #d4731c; } .f1 { fill: #d4731c; }
      .c2 { stroke: #8b6fc9; } .f2 { fill: #8b6fc9; }
      .c3 { stroke: #2f9e6b; } .f3 { fill: #2f9e6b; }
      .c4 { stroke: #b0529a; } .f4 { fill: #b0529a; }
      @media (prefers-color-scheme: dark) {
        .title, .heading { fill: #f0f6fc; }
        .label, .note { fill: #9198a1; }
        .rule { stroke: #3d444d; }
      }
    </style>
    """

  /// The names of all lines, in order of appearance: a name has one colour in every panel.
  private var names: [String] {
    var names: [String] = []
    for line in charts.flatMap(\.lines) where !names.contains(line.name) { names.append(line.name) }
    return names
  }

  private func legend() -> [String] {
    var x = 24.0
    return names.enumerated().flatMap { index, name in
      defer { x += 52 + Double(name.count) * 7 }
      return [
        "<path class=\"line c\(index)\" d=\"M\(Self.number(x)) 74h26\"/>",
        marker(index, x + 13, 74),
        text(x + 33, 78, name, "label"),
      ]
    }
  }

  private func draw(_ chart: Chart, x: Double, y: Double) -> [String] {
    let left = x + Self.margin.left
    let right = x + Self.panel.width - Self.margin.right
    let top = y + Self.margin.top
    let bottom = y + Self.panel.height - Self.margin.bottom
    let across = LogAxis(chart.nodes, from: left, to: right)
    let upward = LogAxis(chart.values, from: bottom, to: top)
    var parts = [text(x + 24, y + 24, chart.title, "heading")]
    for exponent in upward.exponents {
      let height = upward.place(pow(10, Double(exponent)))
      parts.append(rule(left, height, right, height))
      parts.append(
        text(left - 8, height + 4, Chart.label(seconds: pow(10, Double(exponent))), "label end"))
    }
    for exponent in across.exponents {
      let place = across.place(pow(10, Double(exponent)))
      parts.append(rule(place, bottom, place, bottom + 5))
      parts.append(
        text(place, bottom + 20, Chart.label(nodes: pow(10, Double(exponent))), "label middle"))
    }
    parts.append(text((left + right) / 2, bottom + 36, "nodes", "label middle"))
    for line in chart.lines {
      guard let index = names.firstIndex(of: line.name) else { continue }
      let points = line.points.map { (across.place($0.nodes), upward.place($0.value)) }
      let path = points.enumerated().map { place, point in
        "\(place == 0 ? "M" : "L")\(Self.number(point.0)) \(Self.number(point.1))"
      }
      parts.append("<path class=\"line c\(index)\" d=\"\(path.joined())\"/>")
      parts += points.map { marker(index, $0.0, $0.1) }
    }
    return parts
  }

  /// Lines differ by shape as well, for whoever does not see the colours.
  private func marker(_ index: Int, _ x: Double, _ y: Double) -> String {
    let shape =
      switch index {
      case 0: "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z"
      case 1: "m-3.5 -3.5h7v7h-7z"
      case 2: "m0 -4.5l4.5 8h-9z"
      case 3: "m0 -5l5 5l-5 5l-5 -5z"
      default: "m0 4.5l4.5 -8h-9z"
      }
    return "<path class=\"f\(index)\" d=\"M\(Self.number(x)) \(Self.number(y))\(shape)\"/>"
  }

  private func rule(_ x: Double, _ y: Double, _ toX: Double, _ toY: Double) -> String {
    """
    <line class="rule" x1="\(Self.number(x))" y1="\(Self.number(y))" x2="\(Self.number(toX))" \
    y2="\(Self.number(toY))"/>
    """
  }

  private func text(_ x: Double, _ y: Double, _ content: String, _ style: String) -> String {
    """
    <text class="\(style)" x="\(Self.number(x))" y="\(Self.number(y))">\(Self.escape(content))</text>
    """
  }

  private static func number(_ value: Double) -> String {
    String(format: "%g", (value * 10).rounded() / 10)
  }

  private static func escape(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: "\"", with: "&quot;")
  }
}
