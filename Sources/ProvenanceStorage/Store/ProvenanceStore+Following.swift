public import Provenance

/// The positions of a store's commits, one after the other, as they become visible in its graph.
///
/// Each loop starts with the current position and gets ascending ones; where it is slower than the
/// commits, it skips to the newest and never misses the last. It ends when the store is closed or
/// the task is cancelled, and keeps the store alive until then.
public struct StoreCommits: AsyncSequence, Sendable {
  /// A position: the store's graph shows it, or a later one, when it is handed out.
  public typealias Element = Position
  /// Following does not throw; it ends.
  public typealias Failure = Never

  let store: ProvenanceStore

  /// Starts to follow.
  public func makeAsyncIterator() -> Iterator { Iterator(store: store, base: store.follow()) }

  /// Follows the commits of a store.
  public struct Iterator: AsyncIteratorProtocol {
    let store: ProvenanceStore
    var base: AsyncStream<Position>.Iterator

    init(store: ProvenanceStore, base: AsyncStream<Position>) {
      self.store = store
      self.base = base.makeAsyncIterator()
    }

    /// The next position that is not known yet; `nil` when there is nothing more to follow.
    public mutating func next() async -> Position? { await base.next() }

    /// The next position that is not known yet; `nil` when there is nothing more to follow.
    public mutating func next(isolation actor: isolated (any Actor)?) async -> Position? {
      await base.next(isolation: actor)
    }
  }
}

extension ProvenanceStore {
  /// The positions of commits as they become durable and visible.
  ///
  ///     for await position in store.commits {
  ///       show(store.graph)
  ///     }
  ///
  /// A store that was opened for reading looks for the commits of other processes as long as
  /// somebody follows, on a thread of its own and as often as ``StoreOptions/followingPace`` says.
  /// When it finds damage, following ends, and ``refresh()`` says what is wrong.
  public var commits: StoreCommits { StoreCommits(store: self) }

  func follow() -> AsyncStream<Position> {
    let isPolled = layout?.access == .read
    let (stream, startsPolling) = followers.add(polled: isPolled) { position }
    guard startsPolling, let pace = layout?.options.followingPace else { return stream }
    do {
      // The thread ends after this job: nobody holds on to it.
      try WorkerThread().submit { [followers, weak self] in
        followers.poll(pace) { [weak self] in
          guard let self else { return nil }
          let before = self.position
          do {
            return try self.refresh() > before
          } catch let error as StorageError where error.kind == .tooManyOpenFiles {
            // That passes.
            return false
          }
        }
      }
    } catch {
      followers.finish()
    }
    return stream
  }

  /// Whether a thread looks for the commits of other processes.
  package var isPolling: Bool { followers.isPolling }
}
