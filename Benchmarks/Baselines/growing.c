#include "Baselines.h"

#include <stdlib.h>
#include <string.h>

void baseline_growing_make(baseline_growing *graph) { memset(graph, 0, sizeof *graph); }

static bool resize(void *array, size_t count, size_t stride) {
  void **place = array;
  void *moved = realloc(*place, count * stride);
  if (moved) *place = moved;
  return moved != NULL;
}

static bool reserve(uint32_t **array, uint32_t *capacity, uint64_t needed) {
  if (needed <= *capacity) return true;
  uint64_t grown = *capacity ? (uint64_t)*capacity * 2 : 1024;
  while (grown < needed) grown *= 2;
  if (grown > UINT32_MAX) grown = UINT32_MAX;
  if (needed > grown || !resize(array, grown, sizeof(uint32_t))) return false;
  *capacity = (uint32_t)grown;
  return true;
}

static bool reserve_node(baseline_growing *graph) {
  if (graph->nodes < graph->node_capacity) return true;
  uint32_t capacity = graph->node_capacity ? graph->node_capacity * 2 : 1024;
  if (!resize(&graph->node_kinds, capacity, 1) ||
      !resize(&graph->cause_start, (size_t)capacity + 1, sizeof(uint32_t)) ||
      !resize(&graph->effects, capacity, sizeof(baseline_block))) {
    return false;
  }
  graph->node_capacity = capacity;
  return true;
}

// Blocks have room for a power of two, so that the count alone tells when one is full.
static inline bool is_full(baseline_block block) { return (block.count & (block.count - 1)) == 0; }

static bool grow_block(baseline_growing *graph, baseline_block *block) {
  uint32_t room = block->count ? block->count * 2 : 1;
  if (!reserve(&graph->arena, &graph->arena_capacity, (uint64_t)graph->arena_count + room)) {
    return false;
  }
  memcpy(graph->arena + graph->arena_count, graph->arena + block->offset,
         block->count * sizeof(uint32_t));
  block->offset = graph->arena_count;
  graph->arena_count += room;
  return true;
}

bool baseline_growing_add(baseline_growing *graph, uint8_t kind, const uint32_t *causes,
                          uint32_t count) {
  if (!reserve_node(graph) ||
      !reserve(&graph->causes, &graph->cause_capacity, (uint64_t)graph->cause_count + count)) {
    return false;
  }
  uint32_t row = graph->nodes++;
  graph->node_kinds[row] = kind;
  graph->effects[row] = (baseline_block){0, 0};
  graph->cause_start[row] = graph->cause_count;
  for (uint32_t cause = 0; cause < count; cause++) {
    uint32_t entry = causes[cause];
    graph->causes[graph->cause_count++] = entry;
    baseline_block *block = graph->effects + baseline_row(entry);
    if (is_full(*block) && !grow_block(graph, block)) return false;
    graph->arena[block->offset + block->count++] = row | (entry & ~BASELINE_ROW_MASK);
  }
  graph->cause_start[row + 1] = graph->cause_count;
  return true;
}

void baseline_growing_free(baseline_growing *graph) {
  free(graph->node_kinds);
  free(graph->cause_start);
  free(graph->causes);
  free(graph->effects);
  free(graph->arena);
  memset(graph, 0, sizeof *graph);
}

size_t baseline_growing_bytes(const baseline_growing *graph) {
  size_t node = sizeof(uint32_t) + sizeof(baseline_block);
  return graph->nodes * node + ((size_t)graph->cause_count + graph->arena_count) * sizeof(uint32_t);
}
