// Peers that keep runs with their causes durably: after each commit they are on the device.
//
// They know rows and nothing else: no names, no hashes, no history. What they write is less than what
// the library writes, and what they answer is less; that is in their favour.

#ifndef BASELINES_DURABLE_H
#define BASELINES_DURABLE_H


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One after the other: runs of rows first ..< first + count, each with as many causes.
typedef struct {
  uint32_t first;
  uint32_t count;
  const uint32_t *causes;
  uint32_t causes_per_run;
} baseline_runs;

// Each function returns false where it failed; what has failed is only good for closing.

// MARK: A log in a preallocated, zero-written file; one write and one fdatasync a commit

typedef struct {
  int file;
  size_t capacity;
  size_t position;
  uint8_t *buffer;
  size_t buffer_size;
} baseline_log;

bool baseline_log_open(baseline_log *log, const char *path, size_t capacity);
// Writes the runs, followed by so many bytes for each of them.
bool baseline_log_commit(baseline_log *log, baseline_runs runs, size_t more_bytes_per_run);
void baseline_log_close(baseline_log *log);

// MARK: SQLite in WAL mode with synchronous=FULL, edges indexed both ways

typedef struct baseline_sqlite baseline_sqlite;

// Null where the system has no SQLite, or it cannot be opened.
baseline_sqlite *baseline_sqlite_open(const char *path);
bool baseline_sqlite_commit(baseline_sqlite *database, baseline_runs runs);
// Runs statements that give no rows.
bool baseline_sqlite_run(baseline_sqlite *database, const char *statements);
// The number in the first column of the first row of a question, or -1.
int64_t baseline_sqlite_number(baseline_sqlite *database, const char *question);
const char *baseline_sqlite_version(baseline_sqlite *database);
void baseline_sqlite_close(baseline_sqlite *database);

// MARK: LMDB with its defaults, edges indexed both ways

typedef struct baseline_lmdb baseline_lmdb;

// Null where the system has no LMDB, or it cannot be opened in the directory.
baseline_lmdb *baseline_lmdb_open(const char *directory);
bool baseline_lmdb_commit(baseline_lmdb *database, baseline_runs runs);
// How many runs there are, and how many edges in their index; -1 where it cannot be told.
int64_t baseline_lmdb_runs(baseline_lmdb *database);
int64_t baseline_lmdb_edges(baseline_lmdb *database);
const char *baseline_lmdb_version(baseline_lmdb *database);
void baseline_lmdb_close(baseline_lmdb *database);

#endif
