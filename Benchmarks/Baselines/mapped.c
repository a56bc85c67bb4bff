#include "Baselines.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int file, const void *bytes, size_t count) {
  while (count > 0) {
    ssize_t done = write(file, bytes, count);
    if (done <= 0) return false;
    bytes = (const char *)bytes + done;
    count -= (size_t)done;
  }
  return true;
}

bool baseline_mapped_write(const char *path, const baseline_graph *graph) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0) return false;
  uint32_t header[16] = {graph->nodes, graph->edges};
  size_t starts = ((size_t)graph->nodes + 1) * 4, entries = (size_t)graph->edges * 4;
  bool done = write_all(file, header, sizeof header) &&
              write_all(file, graph->causes.start, starts) &&
              write_all(file, graph->causes.entries, entries) &&
              write_all(file, graph->effects.start, starts) &&
              write_all(file, graph->effects.entries, entries) &&
              write_all(file, graph->node_kinds, graph->nodes);
  return close(file) == 0 && done;
}

int64_t baseline_mapped_ancestors(const char *path, uint32_t row) {
  int file = open(path, O_RDONLY);
  if (file < 0) return -1;
  struct stat status;
  uint32_t *base = MAP_FAILED;
  if (fstat(file, &status) == 0)
    base = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  close(file);
  if (base == MAP_FAILED) return -1;
  size_t nodes = base[0], edges = base[1];
  uint32_t *causes = base + 16, *effects = causes + nodes + 1 + edges;
  baseline_graph graph = {
      .nodes = (uint32_t)nodes,
      .edges = (uint32_t)edges,
      .causes = {causes, causes + nodes + 1},
      .effects = {effects, effects + nodes + 1},
      .node_kinds = (const uint8_t *)(effects + nodes + 1 + edges),
  };
  baseline_scratch scratch;
  uint32_t *rows = malloc((nodes + 1) * sizeof *rows);
  int64_t count = -1;
  if (rows && baseline_scratch_make(&scratch, (uint32_t)nodes)) {
    count = baseline_reach(&graph, &graph.causes, &scratch, row, UINT32_MAX,
                           BASELINE_ALL_NODE_KINDS, rows);
    baseline_scratch_free(&scratch);
  }
  free(rows);
  munmap(base, (size_t)status.st_size);
  return count;
}
