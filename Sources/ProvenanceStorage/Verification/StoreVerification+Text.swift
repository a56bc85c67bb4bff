import Provenance

extension StoreVerification {
  /// The report as JSON, one object a line: the findings, and then the totals.
  ///
  /// Keys: `finding`, `message`, `path`, `offset`, `records` (first, and behind the last), `digest`;
  /// in the last line `entries`, `commits`, `erased`, `segments`, `bytes`, `size` and `root` (in
  /// hexadecimal), `objects`, `objectBytes`, `absent`, `omitted`, `complete`, `sound`.
  public var jsonLines: String {
    var text = ""
    for finding in findings {
      text +=
        "{\"finding\":\"\(finding.kind.rawValue)\",\"message\":\(ObjectVerification.quoted(finding.message))"
      if let path = finding.path { text += ",\"path\":\(ObjectVerification.quoted(path))" }
      if let offset = finding.offset { text += ",\"offset\":\(offset)" }
      if let sequences = finding.sequences {
        text += ",\"records\":[\(sequences.lowerBound),\(sequences.upperBound)]"
      }
      if let digest = finding.digest {
        text += ",\"digest\":\"\(ObjectName.text(of: digest))\""
      }
      text += "}\n"
    }
    let commits = entryCounts[LogEntry.commitKind] ?? 0
    text += "{\"entries\":\(entryCount),\"commits\":\(commits),\"erased\":\(erasedCount)"
    text += ",\"segments\":\(segmentCount),\"bytes\":\(fileByteCount)"
    if let head {
      text += ",\"size\":\(head.size),\"root\":\"\(ObjectName.text(of: head.root))\""
    }
    text += ",\"objects\":\(objectCount),\"objectBytes\":\(objectByteCount)"
    text += ",\"absent\":\(absentArtifacts.count),\"omitted\":\(omittedFindingCount)"
    return text + ",\"complete\":\(isComplete),\"sound\":\(isSound)}\n"
  }
}
