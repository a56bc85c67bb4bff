#include "Baselines.h"

enum { UP, DOWN };

static inline bool is_marked(const uint64_t *bits, uint32_t row) {
  return bits[row >> 6] >> (row & 63) & 1;
}

static inline void mark(uint64_t *bits, uint32_t row) {
  bits[row >> 6] |= UINT64_C(1) << (row & 63);
}

static void clear(uint64_t *bits, const uint32_t *rows, uint32_t count) {
  for (uint32_t place = 0; place < count; place++) bits[rows[place] >> 6] = 0;
}

bool baseline_is_ancestor(const baseline_graph *graph, baseline_scratch *scratch,
                          uint32_t ancestor, uint32_t row, uint32_t edge_kinds) {
  if (ancestor >= row) return false;
  const baseline_lists *up = &graph->causes, *down = &graph->effects;
  uint64_t *above = scratch->seen[UP], *below = scratch->seen[DOWN];
  uint32_t *up_queue = scratch->queue[UP], *down_queue = scratch->queue[DOWN];
  uint32_t up_next = 0, up_end = 1, down_next = 0, down_end = 1;
  uint64_t up_work = 0, down_work = 0;
  bool found = false;
  up_queue[0] = row;
  mark(above, row);
  down_queue[0] = ancestor;
  mark(below, ancestor);
  while (!found && up_next < up_end && down_next < down_end) {
    if (up_work <= down_work) {
      uint32_t from = up_queue[up_next++];
      uint32_t place = up->start[from], last = up->start[from + 1];
      up_work += last - place + 1;
      for (; place < last; place++) {
        uint32_t other = baseline_row(up->entries[place]);
        if (other < ancestor || !baseline_passes(up->entries[place], edge_kinds)) continue;
        if (is_marked(below, other)) {
          found = true;
          break;
        }
        if (is_marked(above, other)) continue;
        mark(above, other);
        up_queue[up_end++] = other;
      }
    } else {
      uint32_t from = down_queue[down_next++];
      uint32_t place = down->start[from], last = down->start[from + 1];
      uint32_t first = place;
      for (; place < last; place++) {
        uint32_t other = baseline_row(down->entries[place]);
        // Effects ascend, so nothing that follows can lead to the row.
        if (other > row) break;
        if (!baseline_passes(down->entries[place], edge_kinds)) continue;
        if (is_marked(above, other)) {
          found = true;
          break;
        }
        if (is_marked(below, other)) continue;
        mark(below, other);
        down_queue[down_end++] = other;
      }
      down_work += place - first + 1;
    }
  }
  clear(above, up_queue, up_end);
  clear(below, down_queue, down_end);
  return found;
}

// One side of the search for a path.
typedef struct {
  const baseline_lists *lists;
  uint64_t *seen;
  uint32_t *queue;
  uint32_t *from;
  // The level that is expanded next is queue[next] ..< queue[end].
  uint32_t next, end;
  // The entries that it will scan.
  uint64_t weight;
} path_side;

static path_side start_side(const baseline_lists *lists, baseline_scratch *scratch, int side,
                            uint32_t row) {
  path_side made = {lists, scratch->seen[side], scratch->queue[side], scratch->from[side], 0, 1, 0};
  made.queue[0] = row;
  made.from[0] = 0;
  mark(made.seen, row);
  made.weight = lists->start[row + 1] - lists->start[row];
  return made;
}

// Expands a level between two rows. Returns whether it met the other side, whose row is then the last
// of the queue.
static bool expand(path_side *side, const path_side *other_side, uint32_t lowest, uint32_t highest,
                   uint32_t edge_kinds) {
  uint32_t level_end = side->end;
  bool ascends = side->queue[0] == lowest;
  side->weight = 0;
  for (; side->next < level_end; side->next++) {
    uint32_t row = side->queue[side->next];
    uint32_t last = side->lists->start[row + 1];
    for (uint32_t place = side->lists->start[row]; place < last; place++) {
      uint32_t entry = side->lists->entries[place];
      uint32_t other = baseline_row(entry);
      if (ascends ? other > highest : other < lowest) {
        if (ascends) break;
        continue;
      }
      if (!baseline_passes(entry, edge_kinds) || is_marked(side->seen, other)) continue;
      mark(side->seen, other);
      side->queue[side->end] = other;
      side->from[side->end] = side->next;
      side->end++;
      if (is_marked(other_side->seen, other)) return true;
      side->weight += side->lists->start[other + 1] - side->lists->start[other];
    }
  }
  return false;
}

// Writes the rows from a place of a queue back to where the side started. Returns how many.
static uint32_t walk_back(const path_side *side, uint32_t place, uint32_t *rows) {
  uint32_t count = 0;
  for (; place; place = side->from[place]) rows[count++] = side->queue[place];
  rows[count++] = side->queue[0];
  return count;
}

static uint32_t place_of(const path_side *side, uint32_t row) {
  uint32_t place = side->end - 1;
  while (side->queue[place] != row) place--;
  return place;
}

int32_t baseline_shortest_path(const baseline_graph *graph, baseline_scratch *scratch, uint32_t row,
                               uint32_t ancestor, uint32_t edge_kinds, uint32_t *rows) {
  if (ancestor > row) return -1;
  rows[0] = row;
  if (ancestor == row) return 0;
  path_side up = start_side(&graph->causes, scratch, UP, row);
  path_side down = start_side(&graph->effects, scratch, DOWN, ancestor);
  bool met = false;
  while (!met && up.next < up.end && down.next < down.end) {
    met = up.weight <= down.weight ? expand(&up, &down, ancestor, row, edge_kinds)
                                   : expand(&down, &up, ancestor, row, edge_kinds);
  }
  int32_t length = -1;
  if (met) {
    // Whichever side went on last has the common row at its end.
    uint32_t meeting = is_marked(down.seen, up.queue[up.end - 1]) ? up.queue[up.end - 1]
                                                                  : down.queue[down.end - 1];
    uint32_t count = walk_back(&up, place_of(&up, meeting), rows);
    for (uint32_t left = 0, right = count - 1; left < right; left++, right--) {
      uint32_t kept = rows[left];
      rows[left] = rows[right];
      rows[right] = kept;
    }
    count += walk_back(&down, place_of(&down, meeting), rows + count - 1) - 1;
    length = (int32_t)count - 1;
  }
  clear(up.seen, up.queue, up.end);
  clear(down.seen, down.queue, down.end);
  return length;
}
