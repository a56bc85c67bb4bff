/// A statement that something recorded was wrong.
///
/// What is retracted is hidden from the retraction's position on; views at earlier positions still
/// show it. A retraction can itself be retracted, which shows its target again: so an importer adds
/// again what it withdrew.
public struct Retraction: Sendable, Hashable {
  /// What was wrong.
  public let target: Target
  /// Who says so, when and why; `nil` once it was erased.
  public let statement: Statement?

  /// What a retraction hides.
  public enum Target: Sendable, Hashable {
    /// A node, and with it its edges and annotations.
    case node(NodeID)
    /// An edge, and with it its annotations.
    case edge(Edge)
    /// An annotation or an earlier retraction.
    case record(RecordID)
  }

  /// Makes a retraction.
  ///
  /// - Parameters:
  ///   - target: What was wrong.
  ///   - statement: Who says so, when and why.
  public init(_ target: Target, _ statement: Statement) {
    self.init(target: target, statement: statement)
  }

  init(target: Target, statement: Statement?) {
    self.target = target
    self.statement = statement
  }
}

/// A mark that a record's payload was erased; it keeps the payload from coming back, on merge too.
///
/// The record's id, its place in the log and every proof stay valid.
public struct Tombstone: Sendable, Hashable {
  /// The record whose payload was erased.
  public let target: RecordID
  /// Under whose authority, when and why; `nil` once it was erased.
  public let statement: Statement?

  /// Makes a tombstone.
  ///
  /// - Parameters:
  ///   - target: The record whose payload is erased.
  ///   - statement: Under whose authority, when and why.
  public init(_ target: RecordID, _ statement: Statement) {
    self.init(target: target, statement: statement)
  }

  init(target: RecordID, statement: Statement?) {
    self.target = target
    self.statement = statement
  }
}

/// Who said something, when and why: the erasable part of a retraction or a tombstone.
public struct Statement: Sendable, Hashable {
  /// When it was said, by the source's clock.
  public let time: Timestamp
  /// Who said it.
  ///
  /// May be empty.
  public let source: String
  /// Why.
  ///
  /// Free text, at most 64 KiB; may be empty.
  public let reason: String
  /// Random bytes that keep an erased text from being guessed.
  public let salt: Salt

  /// Makes a statement.
  ///
  /// - Parameters:
  ///   - reason: Why; at most 64 KiB.
  ///   - time: When.
  ///   - source: Who; a name, may be empty.
  ///   - salt: Drawn from the system's random source unless given.
  /// - Throws: ``RecordError``.
  public init(
    _ reason: String, at time: Timestamp, source: String = "", salt: Salt = Salt()
  ) throws(RecordError) {
    do throws(NameError) {
      try NameRule.validate(source, field: "source", allowsEmpty: true)
    } catch { throw RecordError(.name(error)) }
    guard reason.utf8.count <= Limits.reasonBytes else {
      throw RecordError(.tooLarge(bytes: reason.utf8.count, limit: Limits.reasonBytes))
    }
    self.time = time
    self.source = source
    self.reason = reason
    self.salt = salt
  }
}
