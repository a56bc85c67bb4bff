/// What was asked for on the command line.
struct Options {
  enum Question {
    case summary
    case ancestors(String)
    case descendants(String)
    case mergeBase(String, String)
  }

  var repository = "."
  var question = Question.summary
  var isListed = false

  /// Reads arguments; `nil` if they make no sense.
  init?(_ arguments: [String]) {
    var rest = arguments[...]
    var isAsked = false
    if let first = rest.first, !first.hasPrefix("-") { repository = rest.removeFirst() }
    while let option = rest.popFirst() {
      if option == "--list" {
        isListed = true
        continue
      }
      // One question at a time.
      guard !isAsked, let revision = rest.popFirst() else { return nil }
      isAsked = true
      switch option {
      case "--ancestors": question = .ancestors(revision)
      case "--descendants": question = .descendants(revision)
      case "--merge-base":
        guard let other = rest.popFirst() else { return nil }
        question = .mergeBase(revision, other)
      default: return nil
      }
    }
  }
}
