extension Limits {
  /// The most names in the path of a field.
  public static let fieldDepth = 32
  /// The most bytes of UTF-8 in all names of a field's path together: 16 KiB.
  public static let fieldPathBytes = 16 << 10
  /// The most transformations of one input of a mapping.
  public static let fieldTransformations = 16
  /// The most bytes of UTF-8 in the description of a transformation: 16 KiB.
  public static let fieldDescriptionBytes = 16 << 10
  /// The most annotations that one statement of mappings may be spread over.
  public static let fieldParts = 4096
  /// The most fields in one ``FieldLineage``: an index of 26 bits leaves 6 for the dependency.
  public static let fields = 1 << 26
}
