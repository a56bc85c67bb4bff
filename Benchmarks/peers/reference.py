"""The C reference of ../Baselines, so that a peer has the same neighbour as the library has."""

import ctypes
import os
import pathlib
import shutil
import subprocess
import tempfile

SOURCES = pathlib.Path(__file__).parent.parent / "Baselines"
NUMBERS = ctypes.POINTER(ctypes.c_uint32)
ALL_KINDS = 0xFF
CAUSAL = 0x7F


class Lists(ctypes.Structure):
    _fields_ = [("start", NUMBERS), ("entries", NUMBERS)]


class CGraph(ctypes.Structure):
    _fields_ = [
        ("nodes", ctypes.c_uint32),
        ("edges", ctypes.c_uint32),
        ("causes", Lists),
        ("effects", Lists),
        ("node_kinds", ctypes.c_void_p),
    ]


class Scratch(ctypes.Structure):
    _fields_ = [
        ("nodes", ctypes.c_uint32),
        ("seen", ctypes.c_void_p * 2),
        ("queue", NUMBERS * 2),
        ("origin", NUMBERS * 2),
        ("visited", ctypes.c_void_p),
    ]


def library():
    """Compiles the reference; None where there is no compiler."""
    compiler = shutil.which(os.environ.get("CC", "clang")) or shutil.which("cc")
    if not compiler:
        return None
    files = [str(file) for file in sorted(SOURCES.glob("*.c")) if file.name != "allocations.c"]
    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(folder, "baselines.so")
        include = str(SOURCES / "include")
        subprocess.run(
            [compiler, "-O3", "-shared", "-fPIC", "-I", include, "-o", target, *files], check=True
        )
        return ctypes.CDLL(target)


class Reference:
    """Answers the same questions as a peer does."""

    name = "C, prefetch"

    def __init__(self, graph, c):
        self.c = c
        # The kinds of edge do not matter here: all of them are followed.
        columns = [
            graph.kinds,
            graph.causes.astype("u4"),
            graph.effects.astype("u4"),
            graph.relations,
        ]
        self.columns = columns
        self.graph, self.scratch = CGraph(), Scratch()
        self.rows = (ctypes.c_uint32 * (graph.nodes + 1))()
        c.baseline_graph_build.restype = ctypes.c_bool
        c.baseline_scratch_make.restype = ctypes.c_bool
        c.baseline_is_ancestor.restype = ctypes.c_bool
        c.baseline_reach.restype = ctypes.c_uint32
        c.baseline_shortest_path.restype = ctypes.c_int32
        pointers = [ctypes.c_void_p(column.ctypes.data) for column in columns]
        made = c.baseline_graph_build(
            ctypes.byref(self.graph), graph.nodes, graph.edges, *pointers, False
        ) and c.baseline_scratch_make(ctypes.byref(self.scratch), graph.nodes)
        if not made:
            raise MemoryError("the C reference ran out of memory")

    def _reach(self, lists, node):
        return self.c.baseline_reach(
            ctypes.byref(self.graph),
            ctypes.byref(lists),
            ctypes.byref(self.scratch),
            node,
            CAUSAL,
            ALL_KINDS,
            self.rows,
        )

    def ancestors(self, node):
        return self._reach(self.graph.causes, node)

    def descendants(self, node):
        return self._reach(self.graph.effects, node)

    def is_ancestor(self, ancestor, node):
        return self.c.baseline_is_ancestor(
            ctypes.byref(self.graph), ctypes.byref(self.scratch), ancestor, node, CAUSAL
        )

    def path_length(self, node, ancestor):
        return self.c.baseline_shortest_path(
            ctypes.byref(self.graph),
            ctypes.byref(self.scratch),
            node,
            ancestor,
            CAUSAL,
            self.rows,
        )
