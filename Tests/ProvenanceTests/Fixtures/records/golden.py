"""Writes records.tsv, the bytes of sample records, from the documentation of the format alone.

    python3 -m pip install cbor2
    python3 golden.py > records.tsv

What it follows: the encodings stated above `Record`, `NodeID`, `EdgeID`, `RecordID` and
`AttributeTypeCode`; RFC 8949 section 4.2.1 with floats always in 64 bits; RFC 6962 section 2.1.
It shares no code with the library. The samples are those of `RecordSamples` in the tests.

Columns: name, header, payload, record id, node id, edge id; hexadecimal, `-` where there is none.
"""

import hashlib
import math
import struct
from io import BytesIO

import cbor2

KINDS = ["dataset", "code", "model", "run", "environment"]
EDGES = [
    "used", "executed", "ranIn", "configuredBy", "generatedBy", "derivedFrom", "informedBy",
    "partOf", "alternateOf",
]
NODE, EDGE, ANNOTATION, RETRACTION, TOMBSTONE = range(5)


class Float64:
    """A float that is written in 64 bits; by itself the encoder writes some in 16."""

    def __init__(self, value):
        self.value = value


def write_float(encoder, item):
    if math.isnan(item.value):
        encoder.write(bytes.fromhex("fb7ff8000000000000"))
    else:
        encoder.write(b"\xfb" + struct.pack(">d", item.value))


def encode(item):
    stream = BytesIO()
    cbor2.CBOREncoder(stream, encoders={Float64: write_float}).encode(item)
    return stream.getvalue()


def sha256(content):
    return hashlib.sha256(content).digest()


def value(item):
    """An attribute value; ("type", ...) where Python has no type of its own."""
    if isinstance(item, float):
        return Float64(item)
    if isinstance(item, list):
        return [0] + [value(inner) for inner in item]
    if isinstance(item, dict):
        keys = sorted(item, key=lambda key: (len(key.encode()), key.encode()))
        return {key: value(item[key]) for key in keys}
    if isinstance(item, tuple):
        code = {"unsigned": 1, "decimal": 2, "timestamp": 3}[item[0]]
        return [code] + list(item[1:])
    return item


def node_id(node):
    kind, namespace, name, version = node
    return sha256(encode(["provenance.node", KINDS.index(kind), 1, namespace, name, version]))


def edge_id(edge):
    effect, kind, cause, role = edge
    fields = [EDGES.index(kind), 1, node_id(effect), node_id(cause), role]
    return sha256(encode(["provenance.edge"] + fields))


def edge_fields(edge):
    effect, kind, cause, role = edge
    return [EDGES.index(kind), node_id(effect), node_id(cause), role]


def salt(first):
    return bytes(range(first, first + 16))


def payload(kind, first_salt, time, source, content):
    fields = [salt(first_salt), list(time), source, content]
    return encode(["provenance.payload", kind, 1] + fields)


rows = []


def row(name, header, erasable=b"", node=None, edge=None):
    header = encode(["provenance.record"] + header)
    record = sha256(b"\x00" + header)
    rows.append("\t".join(
        [name, header.hex(), erasable.hex() or "-", record.hex(), node or "-", edge or "-"]))


def record_node(name, node, edges=()):
    listed = [[EDGES.index(kind), node_id(cause), role] for kind, cause, role in edges]
    listed.sort(key=lambda edge: (edge[0], edge[1], edge[2] is not None, (edge[2] or "").encode()))
    kind, namespace, text, version = node
    fields = [NODE, 1, KINDS.index(kind), namespace, text, version, listed]
    row(name, fields, node=node_id(node).hex())


def record_edge(name, edge):
    row(name, [EDGE, 1] + edge_fields(edge), edge=edge_id(edge).hex())


def record_annotation(name, subject, first_salt, time, source, attributes):
    body = payload(ANNOTATION, first_salt, time, source, value(attributes))
    row(name, [ANNOTATION, 1, subject, sha256(body)], body)


def record_statement(name, kind, target, first_salt, time, source, reason):
    body = payload(kind, first_salt, time, source, reason)
    row(name, [kind, 1, target, sha256(body)], body)


RAW = ("dataset", "", "raw.csv", "")
CONTENT = "sha256:" + sha256(b"column\n1\n").hex()
SALES = ("dataset", "s3://bucket", "sales/2024.parquet", CONTENT)
SCRIPT = ("code", "github.com/acme/train", "train.py", "4f2a91c")
BASE = ("model", "hub", "base", "1")
MODEL = ("model", "", "模型 é", "2")
RUN = ("run", "scheduler", "train", "2024-05-01T00:00:00Z#1")
EARLIER = ("run", "scheduler", "prepare", "77")
ENVIRONMENT = ("environment", "", "ubuntu", "24.04")

record_node("dataset", RAW)
record_node("dataset with content", SALES)
record_node("code", SCRIPT, [("partOf", ("code", "", "acme", ""), None)])
record_node("environment", ENVIRONMENT, [
    ("alternateOf", ("environment", "", "noble", ""), None),
])
record_node("model", MODEL, [
    ("derivedFrom", BASE, "base model"), ("generatedBy", RUN, None),
])
record_node("run", RUN, [
    ("informedBy", EARLIER, None), ("used", SALES, "validation"), ("used", SALES, None),
    ("used", SALES, "train"), ("used", RAW, "é"), ("executed", SCRIPT, None),
    ("ranIn", ENVIRONMENT, None), ("configuredBy", SCRIPT, "defaults"),
])
for length in [23, 24, 255, 256, 4096]:
    record_node(f"name of {length} bytes", ("dataset", "", "n" * length, ""))

record_edge("used", (RUN, "used", SALES, "train"))
record_edge("executed", (RUN, "executed", SCRIPT, None))
record_edge("ranIn", (RUN, "ranIn", ENVIRONMENT, None))
record_edge("configuredBy", (RUN, "configuredBy", RAW, None))
record_edge("generatedBy", (MODEL, "generatedBy", RUN, None))
record_edge("derivedFrom", (MODEL, "derivedFrom", BASE, "quantized"))
record_edge("informedBy", (RUN, "informedBy", EARLIER, None))
record_edge("partOf", (RAW, "partOf", SALES, None))
record_edge("alternateOf", (RAW, "alternateOf", SALES, "模型"))

NOON = (1_714_564_800, 0, 0)
EARLY = (-62_135_596_800, 999_999_999, None)
WEST = (1_714_564_800, 5, -34_200)

record_annotation("one attribute", node_id(RAW), 0, NOON, "", {"type": "table"})
record_annotation("numbers", node_id(MODEL), 1, WEST, "trainer", {
    "metric.loss": 0.25, "metric.accuracy": 1.0, "metric.zero": -0.0, "metric.nan": math.nan,
    "metric.infinite": math.inf, "metric.least": -math.inf, "metric.tiny": 5e-324,
    "parameter.epochs": 3, "parameter.negative": -1, "parameter.max": 2**63 - 1,
    "parameter.min": -(2**63), "parameter.seed": ("unsigned", 2**64 - 1),
    "parameter.rate": ("decimal", "1.50e-3"), "parameter.one": 1, "parameter.23": 23,
    "parameter.24": 24, "parameter.256": 256, "parameter.65536": 65_536,
    "parameter.4294967296": 4_294_967_296, "parameter.-25": -25,
})
record_annotation("every other type", node_id(RUN), 2, EARLY, "服务", {
    "gone": None, "yes": True, "no": False, "text": "e\u0301",
    "digest.sha256": sha256(b"content"), "started": ("timestamp",) + WEST,
    "ended": ("timestamp", 253_402_300_799, 1, None), "empty list": [], "empty map": {},
    "list": [1, [True, [None]], "a"], "map": {"bb": 1, "a": {"é": 2, "z": 3}, "": 4},
})
record_annotation(
    "on an edge", edge_fields((RUN, "used", SALES, "train")), 3, NOON, "trainer",
    {"fields": [{"from": "a", "to": "b"}]})
record_annotation(
    "on an edge without role", edge_fields((MODEL, "generatedBy", RUN, None)), 4, NOON, "",
    {"confidence": 0.5})

record_statement("retracted node", RETRACTION, [0, node_id(RAW)], 5, NOON, "admin", "a typo")
record_statement(
    "retracted edge", RETRACTION, [1, edge_fields((RUN, "used", SALES, "train"))], 6, EARLY, "",
    "")
record_statement(
    "retracted record", RETRACTION, [2, sha256(b"some record")], 7, WEST, "admin",
    "e\u0301\u0000 any text")
record_statement(
    "tombstone", TOMBSTONE, sha256(b"some record"), 8, NOON, "privacy", "request 17")
record_statement("tombstone without reason", TOMBSTONE, sha256(b"other"), 240, EARLY, "", "")

print("\n".join(rows))
