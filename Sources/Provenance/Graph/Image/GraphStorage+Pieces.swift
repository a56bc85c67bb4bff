// The tables of a graph that are taken apart when it is stored: what most graphs have none or few of.

extension GraphStorage {
  func storedPieces() -> [UInt8] {
    var pieces = ImagePieces()
    for row in open.rows {
      let causes = open.causes(of: row)
      pieces.add(.openRun, fields: 2) { piece in
        piece.number(row)
        piece.numbers(
          causes.flatMap { [$0.cause, UInt32($0.kind.rawValue), $0.role, $0.epoch] })
      }
    }
    addStatuses(&pieces)
    addRetractions(&pieces)
    for (row, epoch) in annotations.storedRestorations {
      pieces.add(.annotationRestored, fields: 2) { piece in
        piece.number(row)
        piece.number(epoch)
      }
    }
    for row in pending.stored { pieces.add(.pending, fields: 6) { $0.pending(row) } }
    for index in 0..<arrivals.count { addPlace(arrivals[index], &pieces) }
    for (id, epoch) in tombstones.sorted(by: { $0.key < $1.key }) {
      pieces.add(.tombstone, fields: 2) { piece in
        piece.digest(id.digest)
        piece.number(epoch)
      }
    }
    for entry in unknown {
      pieces.add(.unknown, fields: 4) { piece in
        piece.digest(entry.id.digest)
        piece.number(entry.record.kind)
        piece.number(entry.record.schema)
        piece.number(entry.epoch)
      }
    }
    for (number, order) in orders.enumerated() {
      for component in order.storedComponents {
        pieces.add(.component, fields: 3) { piece in
          piece.number(number)
          piece.number(component.number)
          piece.numbers(component.vertices)
        }
      }
    }
    return pieces.bytes
  }

  private func addStatuses(_ pieces: inout ImagePieces) {
    for (row, changes) in nodeStatus.stored.sorted(by: { $0.row < $1.row }) {
      pieces.add(.nodeStatus, fields: 2) { piece in
        piece.number(row)
        piece.numbers(changes)
      }
    }
    let edges = edgeStatus.stored.map { ($0.row.numbers, $0.changes) }
    for (key, changes) in edges.sorted(by: { $0.0.lexicographicallyPrecedes($1.0) }) {
      pieces.add(.edgeStatus, fields: 2) { piece in
        piece.numbers(key)
        piece.numbers(changes)
      }
    }
    for (row, changes) in annotations.status.stored.sorted(by: { $0.row < $1.row }) {
      pieces.add(.annotationStatus, fields: 2) { piece in
        piece.number(row)
        piece.numbers(changes)
      }
    }
    for (row, changes) in retractions.status.stored.sorted(by: { $0.row < $1.row }) {
      pieces.add(.retractionStatus, fields: 2) { piece in
        piece.number(row)
        piece.numbers(changes)
      }
    }
  }

  private func addRetractions(_ pieces: inout ImagePieces) {
    for row in 0..<retractions.count {
      pieces.add(.retraction, fields: 4) { piece in
        piece.digest(retractions.ids[row].digest)
        piece.target(retractions.retractions[row].target)
        piece.bytes(retractions.retractions[row].storedStatement)
        piece.number(retractions.epochs[row])
      }
    }
    for (row, epoch) in retractions.storedRestorations {
      pieces.add(.retractionRestored, fields: 2) { piece in
        piece.number(row)
        piece.number(epoch)
      }
    }
  }

  private func addPlace(_ arrival: Arrival, _ pieces: inout ImagePieces) {
    guard let place = places[arrival.id] else { return }
    let (kind, row): (Int, UInt32) =
      switch place {
      case .annotation(let row): (0, row)
      case .retraction(let row): (1, row)
      case .pendingAnnotation: (2, 0)
      case .tombstone: (3, 0)
      case .unknown: (4, 0)
      }
    pieces.add(.place, fields: 4) { piece in
      piece.digest(arrival.id.digest)
      piece.number(kind)
      piece.number(row)
      piece.number(arrival.epoch)
    }
  }

  /// Takes the pieces of a stored graph; the tables that they name rows of are there.
  func restorePieces(_ bytes: Column<UInt8>) throws(ImageError) {
    try ImagePieces.forEach(in: bytes) { kind, piece in try restore(kind, &piece) }
  }

  private func restore(_ kind: ImagePieces.Kind, _ piece: inout CBORDecoder) throws {
    switch kind {
    case .openRun:
      let row: NodeIndex = try piece.number()
      open.insert(row)
      let numbers: [UInt32] = try piece.numbers()
      for start in stride(from: 0, to: numbers.count - 3, by: 4) {
        open.append(
          OpenRuns.Cause(
            cause: numbers[start], kind: try EdgeKind(stored: numbers[start + 1]),
            role: numbers[start + 2], epoch: numbers[start + 3]),
          to: row)
      }
    case .nodeStatus:
      nodeStatus.restore(try piece.number(), try piece.numbers())
    case .edgeStatus:
      edgeStatus.restore(try EdgeKey(stored: try piece.numbers()), try piece.numbers())
    case .annotationStatus:
      annotations.status.restore(try piece.number(), try piece.numbers())
    case .retractionStatus:
      retractions.status.restore(try piece.number(), try piece.numbers())
    case .retraction:
      let id = RecordID(digest: try piece.digest())
      let target = try Record.retractionTarget(&piece)
      let statement = try Record.statement(try piece.bytes(), .retraction)
      _ = retractions.append(
        id, Retraction(target: target, statement: statement), [], epoch: try piece.number())
    case .retractionRestored:
      retractions.restoreRestoration(try piece.number(), try piece.number())
    case .annotationRestored:
      annotations.restoreRestoration(try piece.number(), try piece.number())
    case .pending:
      pending.restore(try piece.pending())
    case .place:
      try restorePlace(&piece)
    case .tombstone:
      tombstones[RecordID(digest: try piece.digest())] = try piece.number()
    case .unknown:
      let id = RecordID(digest: try piece.digest())
      let record = UnknownRecord(kind: try piece.number(), schema: try piece.number())
      unknown.append((id, record, try piece.number()))
    case .component:
      let order: Int = try piece.number()
      guard order < orders.count else { throw ImageError(.pieces, "has an order too many") }
      orders[order].restore(try piece.number(), try piece.numbers())
    }
  }

  private func restorePlace(_ piece: inout CBORDecoder) throws {
    let id = RecordID(digest: try piece.digest())
    let kind: Int = try piece.number()
    let row: UInt32 = try piece.number()
    places[id] =
      switch kind {
      case 0: .annotation(row)
      case 1: .retraction(row)
      case 2: .pendingAnnotation
      case 3: .tombstone
      default: .unknown
      }
    arrivals.append(Arrival(id: id, epoch: try piece.number()))
  }
}

extension EdgeKey {
  fileprivate var numbers: [UInt32] { [effect, cause, UInt32(kind.rawValue), role] }

  fileprivate init(stored: [UInt32]) throws {
    guard stored.count == 4 else { throw ImageError(.pieces, "has an edge that is none") }
    self.init(
      effect: stored[0], cause: stored[1], kind: try EdgeKind(stored: stored[2]), role: stored[3])
  }
}

extension EdgeKind {
  fileprivate init(stored: UInt32) throws {
    guard let number = UInt8(exactly: stored), let kind = EdgeKind(rawValue: number) else {
      throw ImageError(.pieces, "has an edge of no kind")
    }
    self = kind
  }
}

extension Retraction {
  /// The payload of the retraction's record; nothing once it was erased.
  fileprivate var storedStatement: [UInt8] {
    statement.flatMap { try? Record.encode($0, .retraction) } ?? []
  }
}

extension CBOREncoder {
  fileprivate mutating func pending(_ row: PendingTable.StoredRow) {
    switch row.fact {
    case .edge(let edge):
      null()
      self.edge(edge)
      null()
    case .annotation(let id, let annotation):
      digest(id.digest)
      target(annotation.subject.target)
      bytes(annotation.body?.payload ?? [])
    }
    switch row.need {
    case .node(let id): target(.node(id))
    case .edge(let edge): target(.edge(edge))
    }
    numbers(row.epochs)
    bool(true)
  }
}

extension CBORDecoder {
  fileprivate mutating func pending() throws -> PendingTable.StoredRow {
    let fact: PendingTable.Fact
    if try null() {
      fact = .edge(try edge())
      _ = try null()
    } else {
      let id = RecordID(digest: try digest())
      let subject = Annotation.Subject(try Record.retractionTarget(&self))
      let payload = try bytes()
      guard let subject else { throw ImageError(.pieces, "has an annotation about nothing") }
      fact = .annotation(
        id,
        Annotation(
          subject: subject, body: payload.isEmpty ? nil : Annotation.Body(payload: payload)))
    }
    guard let subject = Annotation.Subject(try Record.retractionTarget(&self)) else {
      throw ImageError(.pieces, "has a fact that waits for nothing")
    }
    let need: PendingTable.Need =
      switch subject {
      case .node(let id): .node(id)
      case .edge(let edge): .edge(edge)
      }
    let epochs: [Epoch] = try numbers()
    _ = try bool()
    return PendingTable.StoredRow(fact: fact, need: need, epochs: epochs)
  }
}

extension Annotation.Subject {
  fileprivate var target: Retraction.Target {
    switch self {
    case .node(let id): .node(id)
    case .edge(let edge): .edge(edge)
    }
  }

  fileprivate init?(_ target: Retraction.Target) {
    switch target {
    case .node(let id): self = .node(id)
    case .edge(let edge): self = .edge(edge)
    case .record: return nil
    }
  }
}
