import Foundation

/// A logistic regression on standardised features.
struct Classifier {
  /// For each feature, what is subtracted, what divides, and how much the result counts.
  var means: [Double]
  var scales: [Double]
  var weights: [Double]
  var bias: Double

  struct Settings {
    var rate = 0.5
    var steps = 200
    var penalty = 0.001
  }

  /// Trains by gradient descent over the whole table.
  ///
  /// It draws no random numbers: the same table and settings give the same classifier.
  init(training table: Table, _ settings: Settings) {
    let moments = Table.features.indices.map { table.moments(of: $0) }
    means = moments.map { rounded($0.mean, 6) }
    scales = moments.map { max(rounded($0.deviation, 6), 1e-6) }
    weights = [Double](repeating: 0, count: means.count)
    bias = 0
    let inputs = table.rows.map { standardised($0.features) }
    let targets = table.rows.map { $0.isMalignant ? 1.0 : 0.0 }
    for _ in 0..<settings.steps {
      var slope = weights.map { $0 * settings.penalty }
      var biasSlope = 0.0
      for (input, target) in zip(inputs, targets) {
        let error = (probability(standardised: input) - target) / Double(inputs.count)
        for (index, value) in input.enumerated() { slope[index] += error * value }
        biasSlope += error
      }
      for (index, value) in slope.enumerated() { weights[index] -= settings.rate * value }
      bias -= settings.rate * biasSlope
    }
    // The last bits of `exp` differ between systems. Without them the model's digest does not.
    weights = weights.map { rounded($0, 6) }
    bias = rounded(bias, 6)
  }

  /// The probability that a tumour is malignant.
  func probability(_ features: [Double]) -> Double {
    probability(standardised: standardised(features))
  }

  private func standardised(_ features: [Double]) -> [Double] {
    features.indices.map { (features[$0] - means[$0]) / scales[$0] }
  }

  private func probability(standardised input: [Double]) -> Double {
    var sum = bias
    for (index, value) in input.enumerated() { sum += weights[index] * value }
    return 1 / (1 + exp(-sum))
  }
}

/// How well a classifier does on a table.
struct Scores {
  /// The share of tumours that it puts on the right side.
  var accuracy: Double
  /// The share of malignant tumours that it finds.
  var recall: Double
  /// The mean of -log(probability of what is true).
  var logLoss: Double

  init(of classifier: Classifier, on table: Table) {
    var right = 0
    var malignant = 0
    var found = 0
    var loss = 0.0
    for row in table.rows {
      let probability = classifier.probability(row.features)
      let isFound = probability >= 0.5
      if isFound == row.isMalignant { right += 1 }
      if row.isMalignant { malignant += 1 }
      if row.isMalignant && isFound { found += 1 }
      loss -= log(max(row.isMalignant ? probability : 1 - probability, 1e-12))
    }
    let count = Double(max(table.rows.count, 1))
    accuracy = rounded(Double(right) / count, 4)
    recall = rounded(Double(found) / Double(max(malignant, 1)), 4)
    logLoss = rounded(loss / count, 4)
  }

  var metrics: [String: Double] {
    ["accuracy": accuracy, "recall": recall, "log_loss": logLoss]
  }
}

extension Classifier {
  /// The model file: a line a feature.
  var text: String {
    var lines = ["feature,mean,scale,weight", "bias,0,1,\(bias)"]
    for (index, name) in Table.features.enumerated() {
      lines.append("\(name),\(means[index]),\(scales[index]),\(weights[index])")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Reads a model file.
  init(text: String) throws(ModelFileError) {
    let lines = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    let numbers = lines.map { $0.dropFirst().compactMap { Double($0) } }
    guard let first = numbers.first, numbers.allSatisfy({ $0.count == 3 }),
      numbers.count == Table.features.count + 1
    else { throw ModelFileError() }
    bias = first[2]
    means = numbers.dropFirst().map { $0[0] }
    scales = numbers.dropFirst().map { $0[1] }
    weights = numbers.dropFirst().map { $0[2] }
  }
}

/// A file that holds no classifier for this table.
struct ModelFileError: Error {}

/// A number with so many digits behind the point.
func rounded(_ value: Double, _ digits: Int) -> Double {
  let factor = pow(10, Double(digits))
  return (value * factor).rounded() / factor
}
