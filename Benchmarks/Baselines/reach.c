#include "Baselines.h"

// How far ahead in the queue offsets are fetched, and how far the lists that they lead to. Measured
// on a pipeline of 1 M nodes: half as far loses a tenth at the largest answers, farther gains nothing.
enum { OFFSETS_AHEAD = 48, LISTS_AHEAD = 24, ENTRIES_A_LINE = 16 };

static inline uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

// Clears what was marked and keeps the nodes of some kinds.
static uint32_t keep_kinds(uint64_t *seen, const uint8_t *kinds, uint32_t *rows, uint32_t end,
                           uint32_t node_kinds) {
  if ((node_kinds & BASELINE_ALL_NODE_KINDS) == BASELINE_ALL_NODE_KINDS) {
    for (uint32_t place = 0; place < end; place++) seen[rows[place] >> 6] = 0;
    return end - 1;
  }
  seen[rows[0] >> 6] = 0;
  uint32_t kept = 1;
  for (uint32_t place = 1; place < end; place++) {
    uint32_t row = rows[place];
    seen[row >> 6] = 0;
    rows[kept] = row;
    kept += node_kinds >> kinds[row] & 1;
  }
  return kept - 1;
}

uint32_t baseline_reach(const baseline_graph *graph, const baseline_lists *lists,
                        baseline_scratch *scratch, uint32_t start, uint32_t edge_kinds,
                        uint32_t node_kinds, uint32_t *restrict rows) {
  const uint32_t *restrict offsets = lists->start;
  const uint32_t *restrict entries = lists->entries;
  uint64_t *restrict seen = scratch->seen[0];
  uint32_t next = 0, end = 1;
  rows[0] = start;
  seen[start >> 6] |= UINT64_C(1) << (start & 63);
  while (next < end) {
    __builtin_prefetch(offsets + rows[smaller(next + OFFSETS_AHEAD, end - 1)]);
    const uint32_t *list = entries + offsets[rows[smaller(next + LISTS_AHEAD, end - 1)]];
    __builtin_prefetch(list);
    __builtin_prefetch(list + ENTRIES_A_LINE - 1);
    uint32_t row = rows[next++];
    for (uint32_t place = offsets[row], last = offsets[row + 1]; place < last; place++) {
      uint32_t entry = entries[place];
      uint32_t other = baseline_row(entry);
      uint64_t word = seen[other >> 6];
      uint64_t bit = (uint64_t)baseline_passes(entry, edge_kinds) << (other & 63);
      rows[end] = other;
      end += (bit & ~word) != 0;
      seen[other >> 6] = word | bit;
    }
  }
  return keep_kinds(seen, graph->node_kinds, rows, end, node_kinds);
}

uint32_t baseline_reach_textbook(const baseline_graph *graph, const baseline_lists *lists,
                                 baseline_scratch *scratch, uint32_t start, uint32_t edge_kinds,
                                 uint32_t node_kinds, uint32_t *rows) {
  uint8_t *visited = scratch->visited;
  uint32_t next = 0, end = 1;
  rows[0] = start;
  visited[start] = 1;
  while (next < end) {
    uint32_t row = rows[next++];
    for (uint32_t place = lists->start[row]; place < lists->start[row + 1]; place++) {
      uint32_t other = baseline_row(lists->entries[place]);
      if (baseline_passes(lists->entries[place], edge_kinds) && !visited[other]) {
        visited[other] = 1;
        rows[end++] = other;
      }
    }
  }
  uint32_t kept = 1;
  for (uint32_t place = 0; place < end; place++) {
    uint32_t row = rows[place];
    visited[row] = 0;
    if (place > 0 && (node_kinds >> graph->node_kinds[row] & 1)) rows[kept++] = row;
  }
  return kept - 1;
}
