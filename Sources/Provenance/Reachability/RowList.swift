/// A list of rows that keeps its memory from use to use.
@safe
struct RowList: ~Copyable {
  private(set) var start: UnsafeMutablePointer<UInt32>
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int = 64) {
    self.capacity = max(capacity, 1)
    unsafe start = .allocate(capacity: self.capacity)
  }

  deinit { unsafe start.deallocate() }

  @inline(__always)
  subscript(index: Int) -> UInt32 {
    get {
      assert(index >= 0 && index < count)
      return unsafe start[index]
    }
    set {
      assert(index >= 0 && index < count)
      unsafe start[index] = newValue
    }
  }

  @inline(__always)
  mutating func append(_ row: UInt32) {
    if count == capacity { grow() }
    unsafe start[count] = row
    count &+= 1
  }

  @inline(__always)
  mutating func removeAll() { count = 0 }

  /// Takes in rows that were written behind the start.
  mutating func setCount(_ count: Int) {
    precondition(count <= capacity, "a list ends where its memory does")
    self.count = count
  }

  /// The rows of a sorted list, each once.
  func distinct() -> [UInt32] {
    var rows: [UInt32] = []
    rows.reserveCapacity(count)
    for index in 0..<count where unsafe index == 0 || start[index] != start[index &- 1] {
      unsafe rows.append(start[index])
    }
    return rows
  }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity * 2)
    unsafe larger.update(from: start, count: count)
    unsafe start.deallocate()
    unsafe start = larger
    capacity *= 2
  }

  /// Sorts ascending: short lists in place by insertion, since most are short.
  mutating func sort() {
    if count > 48 {
      var rest = unsafe UnsafeMutableBufferPointer(start: start, count: count)
      unsafe rest.sort()
      return
    }
    for index in 1..<max(count, 1) {
      let row = unsafe start[index]
      var hole = index
      while hole > 0, unsafe start[hole &- 1] > row {
        unsafe start[hole] = start[hole &- 1]
        hole &-= 1
      }
      unsafe start[hole] = row
    }
  }
}

/// A heap in a list: the highest row first.
extension RowList {
  mutating func push(_ row: UInt32) {
    append(row)
    var index = count &- 1
    while index > 0 {
      let parent = (index &- 1) / 2
      if unsafe start[parent] >= row { break }
      unsafe start[index] = start[parent]
      index = parent
    }
    unsafe start[index] = row
  }

  mutating func popMax() -> UInt32 {
    let top = unsafe start[0]
    count &-= 1
    let last = unsafe start[count]
    var index = 0
    while true {
      var child = index &* 2 &+ 1
      if child >= count { break }
      if child &+ 1 < count, unsafe start[child &+ 1] > start[child] { child &+= 1 }
      if unsafe start[child] <= last { break }
      unsafe start[index] = start[child]
      index = child
    }
    unsafe start[index] = last
    return top
  }
}
