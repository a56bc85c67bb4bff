/// How a collection goes about.
public struct CollectionOptions: Sendable, Hashable {
  /// How long an object that nothing refers to is left alone after it was put; 14 days.
  public var gracePeriod: Duration = .seconds(14 * 86_400)

  /// How long it stays in the trash afterwards, from where it can be brought back; 14 days.
  public var trashPeriod: Duration = .seconds(14 * 86_400)

  /// Whether to change nothing, and to report what would be done.
  public var isDryRun = false

  /// The defaults.
  public init() {}
}
