#include "Baselines.h"

#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

static const size_t huge_page = (size_t)2 << 20;

static void *allocate(size_t bytes, bool huge_pages) {
#if defined(MADV_HUGEPAGE)
  if (huge_pages) {
    bytes = (bytes + huge_page - 1) & ~(huge_page - 1);
    void *memory = aligned_alloc(huge_page, bytes);
    if (memory) madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
  }
#endif
  return malloc(bytes ? bytes : 1);
}

static bool make_lists(baseline_lists *lists, uint32_t nodes, uint32_t edges, bool huge_pages) {
  // Two more than the rows: while the lists are filled, start[row + 1] is the place of the next entry
  // of a row, so that no second array of places is needed.
  size_t bytes = ((size_t)nodes + 2) * sizeof(uint32_t);
  lists->start = allocate(bytes, huge_pages);
  lists->entries = allocate((size_t)edges * sizeof(uint32_t), huge_pages);
  if (!lists->start || !lists->entries) return false;
  memset(lists->start, 0, bytes);
  return true;
}

// Edges as they are handed in.
typedef struct {
  uint32_t count;
  const uint32_t *causes;
  const uint32_t *effects;
  const uint8_t *kinds;
} edge_columns;

static void add_up(uint32_t *start, uint32_t nodes) {
  for (uint32_t row = 0; row < nodes; row++) start[row + 2] += start[row + 1];
}

// Counts the effects of each row and, as long as edges come effect by effect, finds where the list of
// causes of each row ends. Returns whether they all came so.
static bool count_ordered(baseline_graph *graph, edge_columns edges) {
  uint32_t *up = graph->causes.start, *down = graph->effects.start;
  uint32_t disorder = 0, previous = 0;
  for (uint32_t edge = 0; edge < edges.count; edge++) {
    uint32_t effect = edges.effects[edge];
    // A store and no addition: the same counter would be waited for, edge after edge.
    up[effect + 1] = edge + 1;
    down[edges.causes[edge] + 2]++;
    disorder |= effect < previous;
    previous = effect;
  }
  return !disorder;
}

static void fill_ordered(baseline_graph *graph, edge_columns edges) {
  uint32_t *up = graph->causes.start, *down = graph->effects.start;
  for (uint32_t row = 0; row < graph->nodes; row++) {
    if (up[row + 1] < up[row]) up[row + 1] = up[row];
  }
  add_up(down, graph->nodes);
  for (uint32_t edge = 0; edge < edges.count; edge++) {
    uint32_t cause = edges.causes[edge];
    graph->causes.entries[edge] = baseline_entry(cause, edges.kinds[edge]);
    graph->effects.entries[down[cause + 1]++] =
        baseline_entry(edges.effects[edge], edges.kinds[edge]);
  }
}

static void fill_any(baseline_graph *graph, edge_columns edges) {
  uint32_t *up = graph->causes.start, *down = graph->effects.start;
  memset(up, 0, ((size_t)graph->nodes + 2) * sizeof(uint32_t));
  for (uint32_t edge = 0; edge < edges.count; edge++) up[edges.effects[edge] + 2]++;
  add_up(up, graph->nodes);
  add_up(down, graph->nodes);
  for (uint32_t edge = 0; edge < edges.count; edge++) {
    uint32_t place = up[edges.effects[edge] + 1]++;
    graph->causes.entries[place] = baseline_entry(edges.causes[edge], edges.kinds[edge]);
  }
  // Row by row, so that lists of effects ascend.
  for (uint32_t row = 0; row < graph->nodes; row++) {
    for (uint32_t place = up[row]; place < up[row + 1]; place++) {
      uint32_t entry = graph->causes.entries[place];
      graph->effects.entries[down[baseline_row(entry) + 1]++] = row | (entry & ~BASELINE_ROW_MASK);
    }
  }
}

bool baseline_graph_build(baseline_graph *graph, uint32_t nodes, uint32_t edges,
                          const uint8_t *node_kinds, const uint32_t *causes,
                          const uint32_t *effects, const uint8_t *edge_kinds, bool huge_pages) {
  memset(graph, 0, sizeof *graph);
  graph->nodes = nodes;
  graph->edges = edges;
  graph->node_kinds = node_kinds;
  if (!make_lists(&graph->causes, nodes, edges, huge_pages) ||
      !make_lists(&graph->effects, nodes, edges, huge_pages)) {
    baseline_graph_free(graph);
    return false;
  }
  edge_columns columns = {edges, causes, effects, edge_kinds};
  if (count_ordered(graph, columns)) {
    fill_ordered(graph, columns);
  } else {
    fill_any(graph, columns);
  }
  return true;
}

void baseline_graph_free(baseline_graph *graph) {
  free(graph->causes.start);
  free(graph->causes.entries);
  free(graph->effects.start);
  free(graph->effects.entries);
  memset(graph, 0, sizeof *graph);
}

size_t baseline_graph_bytes(const baseline_graph *graph) {
  return 2 * (((size_t)graph->nodes + 1) + graph->edges) * sizeof(uint32_t);
}

bool baseline_scratch_make(baseline_scratch *scratch, uint32_t nodes) {
  memset(scratch, 0, sizeof *scratch);
  scratch->nodes = nodes;
  size_t words = (size_t)nodes / 64 + 1;
  bool complete = true;
  for (int side = 0; side < 2; side++) {
    scratch->seen[side] = calloc(words, sizeof(uint64_t));
    scratch->queue[side] = malloc(((size_t)nodes + 1) * sizeof(uint32_t));
    scratch->from[side] = malloc(((size_t)nodes + 1) * sizeof(uint32_t));
    complete &= scratch->seen[side] && scratch->queue[side] && scratch->from[side];
  }
  scratch->visited = calloc((size_t)nodes + 1, 1);
  if (complete && scratch->visited) return true;
  baseline_scratch_free(scratch);
  return false;
}

void baseline_scratch_free(baseline_scratch *scratch) {
  for (int side = 0; side < 2; side++) {
    free(scratch->seen[side]);
    free(scratch->queue[side]);
    free(scratch->from[side]);
  }
  free(scratch->visited);
  memset(scratch, 0, sizeof *scratch);
}
