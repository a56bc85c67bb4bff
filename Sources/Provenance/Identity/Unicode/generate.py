"""Writes the normalization tables beside this file from one pinned Unicode version.

    pip install unicodedata2==17.0.0
    python3 generate.py             # writes the tables
    python3 generate.py digests     # prints what NormalizationTests.swift pins

The digests come from unicodedata2's own normalization, not from these tables.
"""

import hashlib
import pathlib
import sys

import unicodedata2 as unicode

VERSION = "17.0.0"
SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
HANGUL = range(0xAC00, 0xAC00 + 11172)


def decomposition(c):
    """The canonical mapping of one scalar, one step deep; empty where there is none."""
    text = unicode.decomposition(chr(c))
    return [] if not text or text.startswith("<") else [int(x, 16) for x in text.split()]


def nfc(text):
    return unicode.normalize("NFC", text)


def class_ranges():
    ranges = []
    for c in SCALARS:
        k = unicode.combining(chr(c))
        if not k:
            continue
        if ranges and ranges[-1][0] + ranges[-1][1] == c and ranges[-1][2] == k:
            ranges[-1][1] += 1
        else:
            ranges.append([c, 1, k])
    return [first << 20 | count << 8 | k for first, count, k in ranges]


def mappings():
    singles, pairs = [], []
    for c in SCALARS:
        parts = decomposition(c)
        if c in HANGUL or not parts:
            continue
        composes = nfc(chr(c)) == chr(c)
        if len(parts) == 1:
            # What maps to one scalar never composes, and so never occurs in NFC.
            assert not composes
            singles.append(c << 21 | parts[0])
        else:
            assert len(parts) == 2
            pairs.append(int(composes) << 63 | c << 42 | parts[0] << 21 | parts[1])
    return singles, pairs


def literal(value):
    digits = f"{value:x}"
    digits = digits.zfill((len(digits) + 3) // 4 * 4)
    return "0x" + "_".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def table(name, comment, values):
    lines, line = [], "   "
    for value in values:
        item = f" {literal(value)},"
        if len(line) + len(item) > 100:
            lines.append(line)
            line = "   "
        line += item
    body = "\n".join(lines + [line])
    return f"  /// {comment}\n  static let {name}: [UInt64] = [\n{body}\n  ]\n"


def write(name, body):
    text = (
        f"// Written by generate.py from the Unicode Character Database {VERSION}.\n"
        "// Copyright © 1991-2025 Unicode, Inc.; UNICODE-LICENSE.txt.\n\n"
        f"extension UnicodeTables {{\n{body}}}\n"
    )
    pathlib.Path(__file__).with_name(name).write_text(text, encoding="utf-8")


# What stands before and behind each scalar, and the end of the scalars to go through.
CONTEXTS = [
    ("", "", 0x110000),
    ("e", "\u0301", 0x30000),
    ("\u1ea1\u0301", "", 0x30000),
    ("", "\u0327\u0301", 0x30000),
    ("\uac00", "", 0x30000),
    ("", "\u1161\u11a8", 0x30000),
]


def digest(prefix, suffix, limit):
    """A hash over the inputs that normalization changes, one for each scalar, and their count."""
    hasher, count = hashlib.sha256(), 0
    for c in (c for c in SCALARS if c < limit):
        text = prefix + chr(c) + suffix
        result = nfc(text)
        if result != text:
            hasher.update(result.encode() + b"\n")
            count += 1
    return hasher.hexdigest(), count


# Marks of many classes, scalars that decompose to marks, exclusions, letters, Hangul, new marks.
ALPHABET = [
    0x61, 0x65, 0x6F, 0x71, 0xE9, 0xC5, 0x212B, 0x1E0B, 0x1EAD, 0x1E69, 0x300, 0x301, 0x304, 0x307,
    0x308, 0x31B, 0x323, 0x327, 0x331, 0x334, 0x338, 0x340, 0x343, 0x344, 0x345, 0x34F, 0x35C, 0x35D,
    0x5B4, 0x5B7, 0x5D9, 0xFB1D, 0x627, 0x653, 0x654, 0x655, 0x7F0, 0x915, 0x93C, 0x94D, 0x958, 0x9C7,
    0x9BE, 0x9CB, 0xDD9, 0xDCF, 0xDCA, 0xF71, 0xF72, 0xF73, 0xF74, 0xF75, 0xF80, 0xF81, 0x1025, 0x102E,
    0x1100, 0x1112, 0x1161, 0x1175, 0x11A7, 0x11A8, 0x11C2, 0xAC00, 0xAC01, 0xD7A3, 0x1ADD, 0x1F71,
    0x1F00, 0x2ADC, 0x3046, 0x3099, 0xFA0E, 0x11131, 0x11127, 0x1D157, 0x1D15E, 0x1D165, 0x1E6E3, 0x2F800,
]


def random_digest(seed, count):
    """A hash over the results for random texts: SplitMix64, from 1 to 24 scalars of ALPHABET."""
    mask, state, hasher = (1 << 64) - 1, seed, hashlib.sha256()

    def below(limit):
        nonlocal state
        state = state + 0x9E3779B97F4A7C15 & mask
        z = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & mask
        z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
        return (z ^ z >> 31) % limit

    for _ in range(count):
        text = "".join(chr(ALPHABET[below(len(ALPHABET))]) for _ in range(1 + below(24)))
        hasher.update(nfc(text).encode() + b"\n")
    return hasher.hexdigest()


def main():
    assert unicode.unidata_version == VERSION
    if sys.argv[1:] == ["digests"]:
        for prefix, suffix, limit in CONTEXTS:
            print(ascii(prefix), ascii(suffix), hex(limit), *digest(prefix, suffix, limit))
        print("random", random_digest(17, 5000))
        return
    singles, pairs = mappings()
    write(
        "UnicodeTables+Classes.swift",
        f'  /// The Unicode version of the tables.\n  static let version = "{VERSION}"\n\n'
        + table(
            "classRanges",
            "Ranges of equal combining class: first scalar << 20 | count << 8 | class.",
            class_ranges(),
        ),
    )
    write(
        "UnicodeTables+Singles.swift",
        table("singles", "Mappings to one scalar: scalar << 21 | target, ascending.", singles),
    )
    write(
        "UnicodeTables+Pairs.swift",
        table(
            "pairs",
            "Mappings to two scalars: composes << 63 | scalar << 42 | first << 21 | second.",
            pairs,
        ),
    )


main()
