#include "Baselines.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool synchronize(int file) {
#if defined(__APPLE__)
  return fcntl(file, F_FULLFSYNC) != -1;
#else
  return fdatasync(file) == 0;
#endif
}

bool baseline_log_open(baseline_log *log, const char *path, size_t capacity) {
  memset(log, 0, sizeof *log);
  log->capacity = capacity;
  log->file = open(path, O_CREAT | O_RDWR | O_TRUNC, 0644);
  if (log->file < 0) return false;
  // Zeros that are written, so that no sync has to bring the file's layout up to date as well.
  size_t piece = (size_t)1 << 20;
  uint8_t *zeros = calloc(1, piece);
  if (!zeros) return false;
  bool whole = true;
  for (size_t done = 0; done < capacity && whole; done += piece)
    whole = write(log->file, zeros, piece) == (ssize_t)piece;
  free(zeros);
  return whole && fsync(log->file) == 0;
}

bool baseline_log_commit(baseline_log *log, baseline_runs runs, size_t more_bytes_per_run) {
  size_t causes = runs.causes_per_run * sizeof(uint32_t);
  size_t needed = runs.count * (16 + causes + more_bytes_per_run);
  if (needed > log->buffer_size) {
    uint8_t *buffer = realloc(log->buffer, needed);
    if (!buffer) return false;
    memset(buffer, 0x5a, needed);
    log->buffer = buffer;
    log->buffer_size = needed;
  }
  uint8_t *end = log->buffer;
  for (uint32_t run = 0; run < runs.count; run++) {
    const uint32_t *list = runs.causes + (size_t)run * runs.causes_per_run;
    uint32_t sum = 0;
    for (uint32_t cause = 0; cause < runs.causes_per_run; cause++) sum = sum * 31 + list[cause];
    uint32_t head[4] = {runs.causes_per_run, runs.first + run, 3, sum};
    memcpy(end, head, sizeof head);
    memcpy(end + sizeof head, list, causes);
    end += sizeof head + causes + more_bytes_per_run;
  }
  // Around again at the end: blocks that were written once are as good as new ones.
  if (log->position + needed > log->capacity) log->position = 0;
  if (needed > log->capacity) return false;
  if (pwrite(log->file, log->buffer, needed, (off_t)log->position) != (ssize_t)needed) return false;
  log->position += needed;
  return synchronize(log->file);
}

void baseline_log_close(baseline_log *log) {
  close(log->file);
  free(log->buffer);
}
