"""A graph and questions about it, from a folder of little-endian arrays."""

import pathlib

import numpy


class Graph:
    """The arrays, checked for what would make a figure meaningless."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.name = self.folder.resolve().name
        self.kinds = self._read("kind.u8", numpy.uint8)
        self.causes = self._read("src.i32", numpy.int32)
        self.effects = self._read("dst.i32", numpy.int32)
        self.relations = self._read("ekind.u8", numpy.uint8)
        self.nodes = len(self.kinds)
        self.edges = len(self.causes)
        if not len(self.causes) == len(self.effects) == len(self.relations):
            raise SystemExit(f"{folder}: src.i32, dst.i32 and ekind.u8 differ in length")
        if self.edges and (self.causes.min() < 0 or self.effects.max() >= self.nodes):
            raise SystemExit(f"{folder}: an edge leads to a node that is not there")
        if (self.causes >= self.effects).any():
            raise SystemExit(f"{folder}: ids are not in topological order")
        self.questions = self._read("q_nodes.i32", numpy.int32).tolist()
        self.ancestors = self._read("anc.i32", numpy.int32).tolist()
        self.descendants = self._read("desc.i32", numpy.int32).tolist()
        if not len(self.questions) == len(self.ancestors) == len(self.descendants):
            raise SystemExit(f"{folder}: q_nodes.i32, anc.i32 and desc.i32 differ in length")
        self.pairs = self._read("q_pairs.i32", numpy.int32).reshape(-1, 2).tolist()
        self.truth = self._read("q_truth.u8", numpy.uint8).astype(bool).tolist()
        if len(self.pairs) != len(self.truth):
            raise SystemExit(f"{folder}: q_pairs.i32 and q_truth.u8 differ in length")
        self.paths = self._read("q_paths.i32", numpy.int32).reshape(-1, 2).tolist()

    def _read(self, name, kind):
        try:
            return numpy.fromfile(self.folder / name, dtype=kind)
        except OSError as error:
            raise SystemExit(f"{self.folder / name}: {error.strerror}") from error

    def edges_of(self):
        """For each node the causes that come with it, as Python lists."""
        order = numpy.argsort(self.effects, kind="stable")
        causes = self.causes[order].tolist()
        first = numpy.searchsorted(self.effects[order], numpy.arange(self.nodes + 1)).tolist()
        return [causes[first[node] : first[node + 1]] for node in range(self.nodes)]
