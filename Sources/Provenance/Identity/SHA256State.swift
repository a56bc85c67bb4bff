/// The running hash value of SHA-256: eight words (FIPS 180-4 section 5.3.3).
struct SHA256State: Sendable {
  private var a: UInt32 = 0x6a09_e667
  private var b: UInt32 = 0xbb67_ae85
  private var c: UInt32 = 0x3c6e_f372
  private var d: UInt32 = 0xa54f_f53a
  private var e: UInt32 = 0x510e_527f
  private var f: UInt32 = 0x9b05_688c
  private var g: UInt32 = 0x1f83_d9ab
  private var h: UInt32 = 0x5be0_cd19
}

extension SHA256State {
  /// The hash value as a digest.
  var digest: SHA256Digest {
    SHA256Digest(
      w0: UInt64(a) << 32 | UInt64(b), w1: UInt64(c) << 32 | UInt64(d),
      w2: UInt64(e) << 32 | UInt64(f), w3: UInt64(g) << 32 | UInt64(h))
  }

  /// Takes in one block.
  mutating func compress(_ block: inout SHA256Block) {
    var next = self
    block.withBytes { next.compress($0) }
    self = next
  }

  /// Takes in whole blocks (FIPS 180-4 section 6.2.2); the caller passes a multiple of 64 bytes.
  mutating func compress(_ blocks: RawSpan) {
    precondition(blocks.byteCount & 63 == 0)
    var offset = 0
    while offset < blocks.byteCount {
      compressBlock(blocks, offset)
      offset &+= 64
    }
  }

  /// Takes in the block at an offset.
  ///
  /// A function of its own, since a loop of 3000 straight instructions costs a message of a few
  /// blocks a quarter of its time and saves a long one 2 %.
  @inline(never)
  private mutating func compressBlock(_ blocks: RawSpan, _ offset: Int) {
    let before = self
    rounds(blocks, offset)
    a &+= before.a
    b &+= before.b
    c &+= before.c
    d &+= before.d
    e &+= before.e
    f &+= before.f
    g &+= before.g
    h &+= before.h
  }

  /// One round; the words move one place on, which costs nothing once the rounds are inlined.
  ///
  /// Where `a` and `b` differ is where `b` and `c` differ in the next round: kept, it saves one
  /// operation of the majority's four.
  @inline(__always)
  private mutating func round(_ constant: UInt32, _ word: UInt32, _ bc: inout UInt32) {
    let sum1 = e.rotated(6) ^ e.rotated(11) ^ e.rotated(25)
    let choice = g ^ (e & (f ^ g))
    let first = h &+ constant &+ word &+ sum1 &+ choice
    let sum0 = a.rotated(2) ^ a.rotated(13) ^ a.rotated(22)
    let ab = a ^ b
    let majority = b ^ (ab & bc)
    bc = ab
    h = g
    g = f
    f = e
    e = d &+ first
    d = c
    c = b
    b = a
    a = first &+ sum0 &+ majority
  }

  /// The 64 rounds of one block, written out: the schedule is 16 rolling words in registers.
  @inline(__always)
  private mutating func rounds(_ blocks: RawSpan, _ offset: Int) {
    var bc = b ^ c
    var w0 = blocks.bigEndianWord(offset &+ 0)
    var w1 = blocks.bigEndianWord(offset &+ 4)
    var w2 = blocks.bigEndianWord(offset &+ 8)
    var w3 = blocks.bigEndianWord(offset &+ 12)
    var w4 = blocks.bigEndianWord(offset &+ 16)
    var w5 = blocks.bigEndianWord(offset &+ 20)
    var w6 = blocks.bigEndianWord(offset &+ 24)
    var w7 = blocks.bigEndianWord(offset &+ 28)
    var w8 = blocks.bigEndianWord(offset &+ 32)
    var w9 = blocks.bigEndianWord(offset &+ 36)
    var w10 = blocks.bigEndianWord(offset &+ 40)
    var w11 = blocks.bigEndianWord(offset &+ 44)
    var w12 = blocks.bigEndianWord(offset &+ 48)
    var w13 = blocks.bigEndianWord(offset &+ 52)
    var w14 = blocks.bigEndianWord(offset &+ 56)
    var w15 = blocks.bigEndianWord(offset &+ 60)
    round(0x428a_2f98, w0, &bc)
    round(0x7137_4491, w1, &bc)
    round(0xb5c0_fbcf, w2, &bc)
    round(0xe9b5_dba5, w3, &bc)
    round(0x3956_c25b, w4, &bc)
    round(0x59f1_11f1, w5, &bc)
    round(0x923f_82a4, w6, &bc)
    round(0xab1c_5ed5, w7, &bc)
    round(0xd807_aa98, w8, &bc)
    round(0x1283_5b01, w9, &bc)
    round(0x2431_85be, w10, &bc)
    round(0x550c_7dc3, w11, &bc)
    round(0x72be_5d74, w12, &bc)
    round(0x80de_b1fe, w13, &bc)
    round(0x9bdc_06a7, w14, &bc)
    round(0xc19b_f174, w15, &bc)
    w0.extend(w1, w9, w14)
    round(0xe49b_69c1, w0, &bc)
    w1.extend(w2, w10, w15)
    round(0xefbe_4786, w1, &bc)
    w2.extend(w3, w11, w0)
    round(0x0fc1_9dc6, w2, &bc)
    w3.extend(w4, w12, w1)
    round(0x240c_a1cc, w3, &bc)
    w4.extend(w5, w13, w2)
    round(0x2de9_2c6f, w4, &bc)
    w5.extend(w6, w14, w3)
    round(0x4a74_84aa, w5, &bc)
    w6.extend(w7, w15, w4)
    round(0x5cb0_a9dc, w6, &bc)
    w7.extend(w8, w0, w5)
    round(0x76f9_88da, w7, &bc)
    w8.extend(w9, w1, w6)
    round(0x983e_5152, w8, &bc)
    w9.extend(w10, w2, w7)
    round(0xa831_c66d, w9, &bc)
    w10.extend(w11, w3, w8)
    round(0xb003_27c8, w10, &bc)
    w11.extend(w12, w4, w9)
    round(0xbf59_7fc7, w11, &bc)
    w12.extend(w13, w5, w10)
    round(0xc6e0_0bf3, w12, &bc)
    w13.extend(w14, w6, w11)
    round(0xd5a7_9147, w13, &bc)
    w14.extend(w15, w7, w12)
    round(0x06ca_6351, w14, &bc)
    w15.extend(w0, w8, w13)
    round(0x1429_2967, w15, &bc)
    w0.extend(w1, w9, w14)
    round(0x27b7_0a85, w0, &bc)
    w1.extend(w2, w10, w15)
    round(0x2e1b_2138, w1, &bc)
    w2.extend(w3, w11, w0)
    round(0x4d2c_6dfc, w2, &bc)
    w3.extend(w4, w12, w1)
    round(0x5338_0d13, w3, &bc)
    w4.extend(w5, w13, w2)
    round(0x650a_7354, w4, &bc)
    w5.extend(w6, w14, w3)
    round(0x766a_0abb, w5, &bc)
    w6.extend(w7, w15, w4)
    round(0x81c2_c92e, w6, &bc)
    w7.extend(w8, w0, w5)
    round(0x9272_2c85, w7, &bc)
    w8.extend(w9, w1, w6)
    round(0xa2bf_e8a1, w8, &bc)
    w9.extend(w10, w2, w7)
    round(0xa81a_664b, w9, &bc)
    w10.extend(w11, w3, w8)
    round(0xc24b_8b70, w10, &bc)
    w11.extend(w12, w4, w9)
    round(0xc76c_51a3, w11, &bc)
    w12.extend(w13, w5, w10)
    round(0xd192_e819, w12, &bc)
    w13.extend(w14, w6, w11)
    round(0xd699_0624, w13, &bc)
    w14.extend(w15, w7, w12)
    round(0xf40e_3585, w14, &bc)
    w15.extend(w0, w8, w13)
    round(0x106a_a070, w15, &bc)
    w0.extend(w1, w9, w14)
    round(0x19a4_c116, w0, &bc)
    w1.extend(w2, w10, w15)
    round(0x1e37_6c08, w1, &bc)
    w2.extend(w3, w11, w0)
    round(0x2748_774c, w2, &bc)
    w3.extend(w4, w12, w1)
    round(0x34b0_bcb5, w3, &bc)
    w4.extend(w5, w13, w2)
    round(0x391c_0cb3, w4, &bc)
    w5.extend(w6, w14, w3)
    round(0x4ed8_aa4a, w5, &bc)
    w6.extend(w7, w15, w4)
    round(0x5b9c_ca4f, w6, &bc)
    w7.extend(w8, w0, w5)
    round(0x682e_6ff3, w7, &bc)
    w8.extend(w9, w1, w6)
    round(0x748f_82ee, w8, &bc)
    w9.extend(w10, w2, w7)
    round(0x78a5_636f, w9, &bc)
    w10.extend(w11, w3, w8)
    round(0x84c8_7814, w10, &bc)
    w11.extend(w12, w4, w9)
    round(0x8cc7_0208, w11, &bc)
    w12.extend(w13, w5, w10)
    round(0x90be_fffa, w12, &bc)
    w13.extend(w14, w6, w11)
    round(0xa450_6ceb, w13, &bc)
    w14.extend(w15, w7, w12)
    round(0xbef9_a3f7, w14, &bc)
    w15.extend(w0, w8, w13)
    round(0xc671_78f2, w15, &bc)
  }
}

extension UInt32 {
  @inline(__always)
  fileprivate func rotated(_ count: UInt32) -> UInt32 { self &>> count | self &<< (32 &- count) }

  /// The next word of the message schedule, in place of the one sixteen before it.
  @inline(__always)
  fileprivate mutating func extend(_ after1: UInt32, _ after9: UInt32, _ after14: UInt32) {
    let sigma0 = after1.rotated(7) ^ after1.rotated(18) ^ after1 &>> 3
    let sigma1 = after14.rotated(17) ^ after14.rotated(19) ^ after14 &>> 10
    self = self &+ sigma0 &+ after9 &+ sigma1
  }
}

extension RawSpan {
  /// A word whose four bytes the caller has checked to be inside.
  @inline(__always)
  fileprivate func bigEndianWord(_ offset: Int) -> UInt32 {
    unsafe UInt32(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
  }
}
