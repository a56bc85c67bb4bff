#!/usr/bin/env python3
"""Asks other graph libraries what `benchmarks` asks, on the same graph, and checks every answer.

Prints the rows that `benchmarks --json` writes. Each question goes to the peer and to the C reference in
turns, so that a ratio to the library can be told from two runs on a machine whose speed drifts: how far
the library is from C in its run, times how far the peer is from C in this one.
"""

import argparse
import gc
import json
import pathlib
import statistics
import sys
import time

import contenders
import reference
from graph import Graph

FEWEST_QUESTIONS = 5
INSERTED_NODES = 100_000


def quantile(values, share):
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


class Measuring:
    def __init__(self, graph, peer, name, c, ours, seconds):
        self.graph, self.peer, self.name = graph, peer, name
        self.c = reference.Reference(graph, c) if c else None
        self.ours = ours
        self.seconds = seconds
        self.rows = []

    def add(self, name, unit, value, times=None, scale=1.0, c_value=None):
        """Adds a row; `value` and `c_value` are in the row's unit."""
        own = next(
            (
                row
                for row in self.ours
                if row["name"] == name
                and row["graph"] == self.graph.name
                and (row["baseline"] or "").startswith("C, ")
            ),
            None,
        )
        ratio = None
        if own:
            is_rate = unit.endswith("/s")
            ratio = own["value"] / value if is_rate else value / own["value"]
            if c_value and own["baselineValue"]:
                ratio = own["ratio"] * value / c_value
        row = {
            "name": name,
            "graph": self.graph.name,
            "unit": unit,
            "value": own["value"] if own else None,
            "baseline": self.name,
            "baselineValue": value,
            "ratio": ratio,
        }
        if times:
            row["baselineMean"] = statistics.fmean(times) * scale
            row["baselineMedian"] = statistics.median(times) * scale
            row["baselineP99"] = quantile(times, 0.99) * scale
            row["questions"] = len(times)
        if c_value:
            row["reference"] = reference.Reference.name
            row["referenceValue"] = c_value
        self.rows.append(row)
        print(f"{self.name}: {name} {value:.4g} {unit}", file=sys.stderr)

    def ask(self, name, method, questions, answers, middle):
        """Asks until time is up, the peer and C in turns, and checks each answer."""
        ask = getattr(self.peer, method, None)
        if ask is None or not questions:
            return
        ask_c = getattr(self.c, method) if self.c else None
        times, c_times = [], []
        deadline = time.perf_counter() + self.seconds
        for number, (question, answer) in enumerate(zip(questions, answers)):
            start = time.perf_counter()
            found = ask(*question)
            times.append(time.perf_counter() - start)
            if ask_c:
                start = time.perf_counter()
                c_found = ask_c(*question)
                c_times.append(time.perf_counter() - start)
                # Where the folder does not hold the answer, the two must agree.
                answer = c_found if answer is None else answer
                if c_found != answer:
                    raise SystemExit(f"{name}: C answers {question} with {c_found}, not {answer}")
            if answer is not None and found != answer:
                raise SystemExit(f"{name}: {self.name} answers {question} with {found}, not {answer}")
            if time.perf_counter() > deadline and number + 1 >= FEWEST_QUESTIONS:
                break
        self.add(
            name,
            "µs",
            middle(times) * 1e6,
            times,
            1e6,
            middle(c_times) * 1e6 if c_times else None,
        )

    def all(self):
        graph = self.graph
        nodes = [(node,) for node in graph.questions]
        self.ask("graph.ancestors", "ancestors", nodes, graph.ancestors, statistics.median)
        self.ask("graph.descendants", "descendants", nodes, graph.descendants, statistics.median)
        self.ask("graph.isAncestor", "is_ancestor", graph.pairs, graph.truth, statistics.fmean)
        paths = [(node, ancestor) for ancestor, node in graph.paths]
        self.ask("graph.path", "path_length", paths, [None] * len(paths), statistics.fmean)
        self.insert()

    def insert(self):
        if not hasattr(self.peer, "insert"):
            return
        causes = self.graph.edges_of()[:INSERTED_NODES]
        start = time.perf_counter()
        self.peer.insert(causes)
        self.add("graph.insert", "M nodes/s", len(causes) / (time.perf_counter() - start) / 1e6)


def resident_bytes():
    try:
        fields = pathlib.Path("/proc/self/statm").read_text().split()
    except OSError:
        return None
    import resource

    return int(fields[1]) * resource.getpagesize()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=contenders.ALL)
    parser.add_argument("folder", help="a graph, as `benchmarks --export` writes it")
    parser.add_argument("--seconds", type=float, default=5, help="for each measure")
    parser.add_argument("--ours", help="rows of `benchmarks --graph FOLDER --json` to compare with")
    parser.add_argument("--json", help="where to write the rows; else they are printed")
    options = parser.parse_args()

    graph = Graph(options.folder)
    ours = json.loads(pathlib.Path(options.ours).read_text()) if options.ours else []
    c = reference.library()
    peer = contenders.ALL[options.peer]
    name = contenders.load(peer)
    gc.collect()
    before = resident_bytes()
    start = time.perf_counter()
    made = peer(graph)
    seconds = time.perf_counter() - start
    gc.collect()
    after = resident_bytes()

    measuring = Measuring(graph, made, name, c, ours, options.seconds)
    measuring.add("graph.bulk", "M (nodes + edges)/s", (graph.nodes + graph.edges) / seconds / 1e6)
    if before and after:
        measuring.add("graph.memory.topology", "B/edge", (after - before) / max(graph.edges, 1))
    measuring.all()
    text = json.dumps(measuring.rows, indent=2, ensure_ascii=False) + "\n"
    if options.json:
        pathlib.Path(options.json).write_text(text)
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
