/// What is known of the segments on disk, as far as they are committed.
struct LoadedLog: Sendable {
  /// The finished segments, apart from the last one so that a commit does not copy them.
  var sealed: [LoadedSegment]
  /// The last segment.
  var tail: LoadedSegment
  /// The state after the last commit.
  var chain: CommitChain
  /// The chain of the last segment up to there.
  var segmentChain: SegmentChain
}

/// A place in a log that was read before, up to which nothing has to be read again.
package struct LogResumption: Sendable, Hashable {
  /// The number of the segment.
  var segment: UInt64
  /// The place in it, behind a commit.
  var place: LogPlace
  /// The state of the log at the place.
  var chain: CommitChain
}

extension LoadedLog {
  /// The place behind the last commit.
  var resumption: LogResumption {
    LogResumption(segment: tail.header.number, place: tail.end, chain: chain)
  }
}

/// A segment, and where to start reading in it.
struct LoadedSegment: Sendable {
  var header: SegmentHeader
  var path: String
  /// The place behind the last commit.
  var end: LogPlace
  /// Places to start from, about one for each mebibyte; the first is behind the header.
  var index: [LogPlace]

  static let indexInterval: UInt64 = 1 << 20

  init(header: SegmentHeader, path: String) {
    self.header = header
    self.path = path
    end = LogPlace(header)
    index = [end]
  }

  /// Moves the end behind one more commit.
  mutating func advance(to place: LogPlace) {
    end = place
    if let last = index.last, place.offset - last.offset >= Self.indexInterval {
      index.append(place)
    }
  }

  /// The last indexed place at or before a sequence number.
  func start(for sequence: UInt64) -> LogPlace {
    var low = 0
    var high = index.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if index[middle].sequence <= sequence { low = middle } else { high = middle }
    }
    return index[low]
  }
}
