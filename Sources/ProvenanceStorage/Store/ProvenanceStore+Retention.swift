public import Provenance

extension ProvenanceStore {
  /// Says what is past keeping under a policy; changes nothing.
  ///
  /// Reads the whole log, O(log). What was erased already is not in the plan.
  ///
  /// - Parameters:
  ///   - policy: The rules.
  ///   - time: The moment to judge for; annotations state their own times.
  /// - Returns: The payloads and objects that are past keeping, each with the rule that says so.
  /// - Throws: ``StorageError`` for what cannot be read.
  public func retentionPlan(
    _ policy: RetentionPolicy, at time: Timestamp
  ) throws -> RetentionPlan {
    let graph = graph
    var plan = RetentionPlan(time: time, position: graph.position)
    var seen: Set<RecordID> = []
    var contents: [SHA256Digest: String?] = [:]
    try log.read(from: 0) { transaction in
      for record in try withoutErasedPayloads(transaction.records()) {
        guard case .annotation(let annotation) = record.content, let body = annotation.body,
          seen.insert(record.id).inserted
        else { continue }
        let rule = policy.rules.first { $0.isPast(annotation, in: graph, at: time) }
        if let rule {
          plan.payloads.append(
            RetentionPlan.Payload(
              record: record.id, subject: annotation.subject, time: body.time,
              byteCount: record.payload.count, rule: rule.name))
        }
        guard case .bytes(let bytes)? = body.attributes[AttributeKey.contentDigest],
          let digest = SHA256Digest(bytes: bytes)
        else { continue }
        // Whoever keeps the digest keeps the bytes, whatever others say.
        let past = policy.rules.first {
          $0.includesObjects && $0.isPast(annotation, in: graph, at: time)
        }
        if let past {
          if contents[digest] == nil { contents[digest] = .some(past.name) }
        } else {
          contents[digest] = .some(nil)
        }
      }
      return true
    }
    for (digest, rule) in contents.sorted(by: { $0.key < $1.key }) {
      guard let rule, let size = try objects.size(of: digest) else { continue }
      plan.objects.append(
        RetentionPlan.Object(object: StoredObject(digest: digest, size: size), rule: rule))
    }
    return plan
  }

  /// Makes a plan of what is past keeping, and hands it to whoever erases.
  ///
  /// The store erases nothing by itself here: `erase` gets the plan unless it is empty, on the
  /// calling thread, and what it throws passes through.
  ///
  /// - Parameters:
  ///   - policy: The rules.
  ///   - time: The moment to judge for.
  ///   - erase: Erases what the plan names.
  /// - Returns: The plan.
  /// - Throws: ``StorageError`` for what cannot be read; what `erase` throws.
  @discardableResult
  public func enforce(
    _ policy: RetentionPolicy, at time: Timestamp, erasing erase: (RetentionPlan) throws -> Void
  ) throws -> RetentionPlan {
    let plan = try retentionPlan(policy, at: time)
    if !plan.isEmpty { try erase(plan) }
    return plan
  }
}
