"""Recomputes the digests that LineageDigestTests pins, from the definitions alone.

Needs nothing but Python 3. Prints one line a digest.
"""
import hashlib
import struct


def head(major, value):
    if value < 24:
        return bytes([major << 5 | value])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if value < 1 << 8 * size:
            return bytes([major << 5 | code]) + value.to_bytes(size, "big")
    raise ValueError(value)


def cbor(value):
    if value is None:
        return b"\xf6"
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    if isinstance(value, dict):
        entries = sorted((cbor(key), cbor(item)) for key, item in value.items())
        return head(5, len(value)) + b"".join(key + item for key, item in entries)
    raise TypeError(value)


def sha(data):
    return hashlib.sha256(data).digest()


DATASET, CODE, MODEL, RUN, ENVIRONMENT = range(5)
USED, EXECUTED, RAN_IN, CONFIGURED_BY, GENERATED_BY = range(5)


def node(kind, name, version, namespace=""):
    return sha(cbor(["provenance.node", kind, 1, namespace, name, version]))


def annotation(subject, attributes, seconds, source, salt):
    payload = cbor(
        ["provenance.payload", 2, 1, salt, [seconds, 0, 0], source, attributes])
    header = cbor(["provenance.record", 2, 1, subject, sha(payload)])
    return sha(b"\x00" + header)


raw_version = "sha256:" + sha(b"raw").hex()
raw = node(DATASET, "raw.csv", raw_version, "lake")
code = node(CODE, "train.py", "abc123")
image = node(ENVIRONMENT, "image", "")
run = node(RUN, "train", "run-1")
model = node(MODEL, "classifier", "1")
rate = annotation(run, {"parameter.rate": 0.5, "metric.loss": 0.25}, 1000, "ci", bytes(range(16)))
masked = annotation(
    [USED, run, raw, "train"], {"rows": 7}, 1001, "", bytes(range(16, 32)))


def lineage(kind, node_id, annotations, edges):
    return sha(cbor(["provenance.lineage", kind, 1, node_id, sorted(annotations), edges]))


def lineage_edges(edges):
    # Edges of one effect, in order of kind, cause and role.
    ordered = sorted(edges, key=lambda edge: (edge[0], edge[1], edge[2] is not None, edge[2] or ""))
    return [[kind, role, notes, digest] for kind, _, role, notes, digest in ordered]


l_raw = lineage(DATASET, raw, [], [])
l_code = lineage(CODE, code, [], [])
l_image = lineage(ENVIRONMENT, image, [], [])
l_run = lineage(RUN, run, [rate], lineage_edges([
    (USED, raw, "train", [masked], l_raw),
    (EXECUTED, code, None, [], l_code),
    (RAN_IN, image, None, [], l_image),
]))
l_model = lineage(MODEL, model, [], lineage_edges([(GENERATED_BY, run, None, [], l_run)]))


def recipe(kind, what, edges):
    encoded = sorted(cbor(edge) for edge in edges)
    prefix = cbor(["provenance.recipe", kind, 1, what, []])[:-1]
    return sha(prefix + head(4, len(encoded)) + b"".join(encoded))


r_raw = recipe(DATASET, sha(b"raw"), [])
r_code = recipe(CODE, "abc123", [])
r_image = recipe(ENVIRONMENT, ["", "image"], [])
r_run = recipe(RUN, {"parameter.rate": 0.5}, [
    [USED, "train", r_raw], [EXECUTED, None, r_code], [RAN_IN, None, r_image]])
r_model = recipe(MODEL, None, [[GENERATED_BY, None, r_run]])

print("lineage", l_model.hex())
print("recipe", r_model.hex())
