#include "Baselines.h"

#include <stdlib.h>

uint32_t baseline_topological_order(const baseline_graph *graph, uint32_t *rows) {
  const baseline_lists *up = &graph->causes, *down = &graph->effects;
  uint32_t *waiting = malloc(((size_t)graph->nodes + 1) * sizeof(uint32_t));
  if (!waiting) return 0;
  uint32_t next = 0, end = 0;
  for (uint32_t row = 0; row < graph->nodes; row++) {
    waiting[row] = up->start[row + 1] - up->start[row];
    rows[end] = row;
    end += waiting[row] == 0;
  }
  while (next < end) {
    uint32_t row = rows[next++];
    for (uint32_t place = down->start[row]; place < down->start[row + 1]; place++) {
      uint32_t effect = baseline_row(down->entries[place]);
      if (--waiting[effect] == 0) rows[end++] = effect;
    }
  }
  free(waiting);
  return end;
}

uint32_t baseline_levels(const baseline_graph *graph, uint32_t *levels) {
  const baseline_lists *up = &graph->causes;
  uint32_t deepest = 0;
  for (uint32_t row = 0; row < graph->nodes; row++) {
    uint32_t level = 0;
    for (uint32_t place = up->start[row]; place < up->start[row + 1]; place++) {
      uint32_t above = levels[baseline_row(up->entries[place])] + 1;
      level = level < above ? above : level;
    }
    levels[row] = level;
    deepest = deepest < level ? level : deepest;
  }
  return deepest;
}
