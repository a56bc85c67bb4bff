// What the library is measured beside: the same questions answered by C that knows nothing but rows.
//
// Rows are 0 ..< nodes. Where a function says so they must be a topological order: every cause has a
// smaller row than its effects. There are no ids, no history and no late edges here, and nothing is
// checked: this is the practical limit, not a product. Arrays are the caller's to keep alive.

#ifndef BASELINES_H
#define BASELINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: Packed entries

// An adjacency entry: the row at the other end in the low 28 bits, the kind of edge in the high 4.
#define BASELINE_ROW_BITS 28
#define BASELINE_ROW_MASK ((UINT32_C(1) << BASELINE_ROW_BITS) - 1)
#define BASELINE_ALL_NODE_KINDS UINT32_C(0xff)

static inline uint32_t baseline_entry(uint32_t row, uint8_t kind) {
  return row | (uint32_t)kind << BASELINE_ROW_BITS;
}

static inline uint32_t baseline_row(uint32_t entry) { return entry & BASELINE_ROW_MASK; }

// One if a mask with a bit for each kind of edge lets an entry pass, else zero.
static inline uint32_t baseline_passes(uint32_t entry, uint32_t edge_kinds) {
  return edge_kinds >> (entry >> BASELINE_ROW_BITS) & 1;
}

// MARK: A finished graph: compressed sparse rows, both ways

// The list of a row is entries[start[row]] ..< entries[start[row + 1]].
typedef struct {
  uint32_t *start;
  uint32_t *entries;
} baseline_lists;

typedef struct {
  uint32_t nodes;
  uint32_t edges;
  baseline_lists causes;
  // Each list ascends.
  baseline_lists effects;
  // The kind of each node; the caller's array.
  const uint8_t *node_kinds;
} baseline_graph;

// Builds a graph by counting, from edges in any order. Returns false where memory runs out.
bool baseline_graph_build(baseline_graph *graph, uint32_t nodes, uint32_t edges,
                          const uint8_t *node_kinds, const uint32_t *causes,
                          const uint32_t *effects, const uint8_t *edge_kinds, bool huge_pages);
void baseline_graph_free(baseline_graph *graph);
// The bytes that the lists take.
size_t baseline_graph_bytes(const baseline_graph *graph);

// MARK: A graph in a file, to be mapped and used where it lies

// Writes the lists as they lie in memory. Returns false where that failed.
bool baseline_mapped_write(const char *path, const baseline_graph *graph);
// Opens and maps such a file, and counts what is reached from a row along causes; -1 where that failed.
int64_t baseline_mapped_ancestors(const char *path, uint32_t row);

// MARK: Work space, reused from question to question

typedef struct {
  uint32_t nodes;
  // A bit a row; all clear between questions. The second is for the other end of a two-way search.
  uint64_t *seen[2];
  uint32_t *queue[2];
  // Beside each place of a queue: the place that it was reached from.
  uint32_t *from[2];
  // A byte a row, all zero between questions; the textbook's way.
  uint8_t *visited;
} baseline_scratch;

bool baseline_scratch_make(baseline_scratch *scratch, uint32_t nodes);
void baseline_scratch_free(baseline_scratch *scratch);

// MARK: Questions

// Everything reached from a row along lists of one direction. Follows the kinds of edge in a mask and
// keeps the kinds of node in another. The answer is rows[1] ... rows[count], in the order of the
// search; rows has room for nodes + 1. Returns the count.
//
// Branch-free, and fetches ahead what the queue says will be read.
uint32_t baseline_reach(const baseline_graph *graph, const baseline_lists *lists,
                        baseline_scratch *scratch, uint32_t start, uint32_t edge_kinds,
                        uint32_t node_kinds, uint32_t *rows);
// The same as it stands in textbooks.
uint32_t baseline_reach_textbook(const baseline_graph *graph, const baseline_lists *lists,
                                 baseline_scratch *scratch, uint32_t start, uint32_t edge_kinds,
                                 uint32_t node_kinds, uint32_t *rows);

// Whether one row is among the ancestors of another: searches from both ends, the side that has
// scanned less going on, and never leaves the rows between them. Needs a topological order.
bool baseline_is_ancestor(const baseline_graph *graph, baseline_scratch *scratch,
                          uint32_t ancestor, uint32_t row, uint32_t edge_kinds);

// A shortest path from a row up to one of its ancestors: level by level from both ends, the lighter
// level first, between the two rows only. Writes the path to rows, both ends included, and returns
// the number of edges, or -1 where there is none. Needs a topological order.
int32_t baseline_shortest_path(const baseline_graph *graph, baseline_scratch *scratch, uint32_t row,
                               uint32_t ancestor, uint32_t edge_kinds, uint32_t *rows);

// All rows, causes before effects, by Kahn's algorithm. Returns how many could be ordered.
uint32_t baseline_topological_order(const baseline_graph *graph, uint32_t *rows);
// The longest path from a row without causes, for every row. Needs a topological order.
uint32_t baseline_levels(const baseline_graph *graph, uint32_t *levels);

// MARK: A growing graph: a node at a time, with its causes

typedef struct {
  uint32_t offset;
  uint32_t count;
} baseline_block;

typedef struct {
  uint32_t nodes;
  uint32_t node_capacity;
  uint8_t *node_kinds;
  // Compressed sparse rows, appended to.
  uint32_t *cause_start;
  uint32_t *causes;
  uint32_t cause_count;
  uint32_t cause_capacity;
  // A block an effect list, in one arena; a full block moves to the arena's end and doubles.
  baseline_block *effects;
  uint32_t *arena;
  uint32_t arena_count;
  uint32_t arena_capacity;
} baseline_growing;

void baseline_growing_make(baseline_growing *graph);
// Adds a node with packed entries of its causes. Returns false where memory runs out.
bool baseline_growing_add(baseline_growing *graph, uint8_t kind, const uint32_t *causes,
                          uint32_t count);
void baseline_growing_free(baseline_growing *graph);
// The bytes in use, and those that growth holds ready are not counted.
size_t baseline_growing_bytes(const baseline_growing *graph);

// MARK: Surroundings

// A monotonic clock in nanoseconds.
uint64_t baseline_now(void);
// The compiler of these functions.
const char *baseline_compiler(void);
// The number of allocations of this thread so far; always zero where they cannot be counted.
uint64_t baseline_allocation_count(void);
bool baseline_counts_allocations(void);
// The bytes of the heap in use; zero where the system does not say.
size_t baseline_heap_bytes(void);

#include "Durable.h"

#endif
