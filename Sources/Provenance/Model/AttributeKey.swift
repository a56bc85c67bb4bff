/// The attribute keys that this library gives a meaning; any other key is yours.
///
/// Keys are names (NFC, at most 4 KiB). The current value of a key is the one with the greatest
/// event time, whatever the order of arrival.
public enum AttributeKey {
  /// What the field calls the node: `table`, `prompt template`, `checkpoint`, `evaluation` … (text).
  public static let type = "type"
  /// SHA-256 of the content (32 bytes).
  ///
  /// Two different ones on a node are a reported conflict.
  public static let contentDigest = "digest.sha256"
  /// Size of the content in bytes (int).
  public static let size = "size"
  /// Where it was found: a path or URL (text).
  public static let uri = "uri"
  /// The state of a run: `running`, `succeeded`, `failed`, `cancelled`, `abandoned` (text).
  public static let status = "status"
  /// When a run began (timestamp).
  public static let started = "started"
  /// When a run ended (timestamp).
  public static let ended = "ended"
  /// Why a run failed (text).
  public static let error = "error"
  /// Who or what acted: a person, a service (text).
  public static let actor = "actor"
  /// Why what is said about a node or an edge must be kept: as long as it is set, no payload about it is
  /// erased.
  public static let legalHold = "legal-hold"
  /// Which fields an output's fields are made from, on a `derivedFrom` or `generatedBy` edge (map): see
  /// ``FieldMappings``.
  public static let fieldMappings = "field.mappings"

  /// The key of a run's parameter: `parameter.<name>`.
  public static func parameter(_ name: String) -> String { parameterPrefix + name }
  /// The key of a metric: `metric.<name>`.
  public static func metric(_ name: String) -> String { metricPrefix + name }
  /// The key of what capture could not find out: `missing.<what>`; the value says why.
  public static func missing(_ what: String) -> String { missingPrefix + what }

  /// What the keys of parameters start with.
  public static let parameterPrefix = "parameter."
  /// What the keys of metrics start with.
  public static let metricPrefix = "metric."
  /// What the keys of facts that could not be captured start with.
  public static let missingPrefix = "missing."
}
