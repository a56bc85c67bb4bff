/// The witnesses of a store, and what each of them knows.
struct WitnessBoard: Sendable {
  struct Place: Sendable {
    var witness: any HeadWitness
    var schedule: WitnessSchedule
    var onFailure: @Sendable (any Error) -> Void
    var report: WitnessReport
    /// How many groups of commits came since it was called.
    var headsSince = 0

    var isDue: Bool {
      switch schedule {
      case .everyHead: headsSince > 0
      case .every(let count): headsSince >= max(count, 1)
      case .onDemand: false
      }
    }
  }

  var places: [Place] = []
  /// The witnesses' own thread; made with the first of them.
  var thread: WorkerThread?
  /// Whether a call is on its way to the thread.
  var isScheduled = false

  /// Counts a head, and returns the thread to call the witnesses on if that has to be arranged.
  mutating func headMoved() -> WorkerThread? {
    guard let thread else { return nil }
    for place in places.indices { places[place].headsSince += 1 }
    guard !isScheduled, places.contains(where: \.isDue) else { return nil }
    isScheduled = true
    return thread
  }
}
