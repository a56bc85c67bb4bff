extension ProvenanceStore {
  /// Registers a witness for as long as the store is open.
  ///
  /// - Parameters:
  ///   - witness: Who remembers heads.
  ///   - name: What reports call it.
  ///   - schedule: When it is called by itself.
  ///   - onFailure: Called with each failure, on the witnesses' thread.
  /// - Throws: ``StorageError`` when the system gives no thread.
  public func addWitness(
    _ witness: any HeadWitness, named name: String, schedule: WitnessSchedule = .everyHead,
    onFailure: @escaping @Sendable (any Error) -> Void = { _ in }
  ) throws {
    try witnesses.withLock { board in
      if board.thread == nil { board.thread = try WorkerThread() }
      board.places.append(
        WitnessBoard.Place(
          witness: witness, schedule: schedule, onFailure: onFailure,
          report: WitnessReport(name: name, lastHead: nil, failureCount: 0, lastFailure: nil)))
    }
  }

  /// What became of the calls so far, for each witness in the order of registration.
  public var witnessReports: [WitnessReport] { witnesses.withLock { $0.places.map(\.report) } }

  /// Calls every witness that does not know the current head, and waits until all are called.
  ///
  /// In an `async` context the suspending form is chosen.
  ///
  /// - Returns: What became of the calls; a failure is in there and is not thrown.
  /// - Throws: ``StorageError`` with `closed` in a child process after a fork.
  @discardableResult
  public func callWitnesses() throws -> [WitnessReport] {
    guard let thread = witnesses.withLock({ $0.thread }) else { return [] }
    try thread.checkProcess()
    let promise = Promise<[WitnessReport]>()
    thread.submit {
      self.callWitnesses { _ in true }
      promise.fulfil(.success(self.witnessReports))
    }
    return try promise.wait()
  }

  /// Calls every witness that does not know the current head, and suspends until all are called.
  ///
  /// - Returns: What became of the calls; a failure is in there and is not thrown.
  /// - Throws: ``StorageError`` with `closed` in a child process after a fork.
  @discardableResult
  public func callWitnesses() async throws -> [WitnessReport] {
    guard let thread = witnesses.withLock({ $0.thread }) else { return [] }
    return try await thread.run {
      self.callWitnesses { _ in true }
      return self.witnessReports
    }
  }
}

extension ProvenanceStore {
  /// Has the witnesses called whose turn it is; the commit thread does not wait for them.
  func headMoved() {
    guard let thread = witnesses.withLock({ $0.headMoved() }) else { return }
    thread.submit {
      self.witnesses.withLock { $0.isScheduled = false }
      self.callWitnesses(where: \.isDue)
    }
  }

  /// Calls witnesses; on their thread, so that one call is under way at a time.
  private func callWitnesses(where isWanted: (WitnessBoard.Place) -> Bool) {
    let head = TreeHead(log.head)
    for (number, place) in witnesses.withLock({ $0.places }).enumerated() where isWanted(place) {
      guard place.report.lastHead != head else { continue }
      let result = Result { try place.witness.observe(observation(of: head, for: place)) }
      witnesses.withLock { board in
        board.places[number].headsSince = 0
        switch result {
        case .success:
          board.places[number].report.lastHead = head
          board.places[number].report.lastFailure = nil
        case .failure(let error):
          board.places[number].report.failureCount += 1
          board.places[number].report.lastFailure = error
        }
      }
      if case .failure(let error) = result { place.onFailure(error) }
    }
  }

  private func observation(
    of head: TreeHead, for place: WitnessBoard.Place
  ) throws -> HeadObservation {
    let previous = place.report.lastHead
    var observation = HeadObservation(log: log.id, head: head, previous: previous)
    if let previous, previous.size > 0 {
      observation.consistency = try consistencyProof(from: previous.size, to: head.size)
    }
    return observation
  }
}
