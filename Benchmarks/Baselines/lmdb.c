#include "Baselines.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

// What is used of <lmdb.h>, 0.9.
typedef struct MDB_env MDB_env;
typedef struct MDB_txn MDB_txn;
typedef unsigned int MDB_dbi;
typedef struct {
  size_t size;
  void *data;
} MDB_val;
typedef struct {
  unsigned int page_size, depth;
  size_t branch_pages, leaf_pages, overflow_pages, entries;
} MDB_stat;
enum {
  MDB_RDONLY = 0x20000,
  MDB_CREATE = 0x40000,
  MDB_INTEGERKEY = 0x08,
  MDB_DUPSORT = 0x04,
  MDB_DUPFIXED = 0x10,
  MDB_INTEGERDUP = 0x20,
  MDB_APPEND = 0x20000,
};

struct baseline_lmdb {
  void *library;
  MDB_env *environment;
  MDB_dbi runs, effects;
  int (*create)(MDB_env **);
  int (*open)(MDB_env *, const char *, unsigned int, unsigned int);
  void (*close)(MDB_env *);
  int (*set_size)(MDB_env *, size_t);
  int (*set_count)(MDB_env *, MDB_dbi);
  int (*begin)(MDB_env *, MDB_txn *, unsigned int, MDB_txn **);
  int (*commit)(MDB_txn *);
  void (*abort)(MDB_txn *);
  int (*open_table)(MDB_txn *, const char *, unsigned int, MDB_dbi *);
  int (*put)(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *, unsigned int);
  int (*stat)(MDB_txn *, MDB_dbi, MDB_stat *);
  char *(*version)(int *, int *, int *);
};

static bool load(baseline_lmdb *self) {
  static const char *const names[] = {"liblmdb.so.0", "liblmdb.so", "liblmdb.dylib"};
  for (size_t name = 0; name < sizeof names / sizeof *names && !self->library; name++)
    self->library = dlopen(names[name], RTLD_NOW);
  if (!self->library) return false;
  struct {
    const char *name;
    void *place;
  } functions[] = {
      {"mdb_env_create", &self->create},      {"mdb_env_open", &self->open},
      {"mdb_env_close", &self->close},        {"mdb_env_set_mapsize", &self->set_size},
      {"mdb_env_set_maxdbs", &self->set_count}, {"mdb_txn_begin", &self->begin},
      {"mdb_txn_commit", &self->commit},      {"mdb_txn_abort", &self->abort},
      {"mdb_dbi_open", &self->open_table},    {"mdb_put", &self->put},
      {"mdb_stat", &self->stat},              {"mdb_version", &self->version},
  };
  for (size_t index = 0; index < sizeof functions / sizeof *functions; index++) {
    void *symbol = dlsym(self->library, functions[index].name);
    if (!symbol) return false;
    memcpy(functions[index].place, &symbol, sizeof symbol);
  }
  return true;
}

static bool open_tables(baseline_lmdb *self) {
  MDB_txn *transaction;
  unsigned int sets = MDB_CREATE | MDB_INTEGERKEY | MDB_DUPSORT | MDB_DUPFIXED | MDB_INTEGERDUP;
  if (self->begin(self->environment, NULL, 0, &transaction)) return false;
  if (self->open_table(transaction, "n", MDB_CREATE | MDB_INTEGERKEY, &self->runs) ||
      self->open_table(transaction, "f", sets, &self->effects)) {
    self->abort(transaction);
    return false;
  }
  return self->commit(transaction) == 0;
}

baseline_lmdb *baseline_lmdb_open(const char *directory) {
  baseline_lmdb *self = calloc(1, sizeof *self);
  if (!self) return NULL;
  if (load(self) && self->create(&self->environment) == 0 &&
      self->set_size(self->environment, (size_t)8 << 30) == 0 &&
      self->set_count(self->environment, 4) == 0 &&
      self->open(self->environment, directory, 0, 0644) == 0 && open_tables(self))
    return self;
  baseline_lmdb_close(self);
  return NULL;
}

static bool put(baseline_lmdb *self, MDB_txn *transaction, baseline_runs runs) {
  uint32_t value[1 + 64];
  if (runs.causes_per_run > 64) return false;
  for (uint32_t run = 0; run < runs.count; run++) {
    const uint32_t *causes = runs.causes + (size_t)run * runs.causes_per_run;
    uint32_t row = runs.first + run;
    value[0] = 3;
    memcpy(value + 1, causes, runs.causes_per_run * sizeof *causes);
    MDB_val key = {sizeof row, &row};
    MDB_val node = {(1 + runs.causes_per_run) * sizeof *value, value};
    if (self->put(transaction, self->runs, &key, &node, MDB_APPEND)) return false;
    for (uint32_t index = 0; index < runs.causes_per_run; index++) {
      MDB_val cause = {sizeof *causes, value + 1 + index};
      MDB_val effect = {sizeof row, &row};
      if (self->put(transaction, self->effects, &cause, &effect, 0)) return false;
    }
  }
  return true;
}

bool baseline_lmdb_commit(baseline_lmdb *self, baseline_runs runs) {
  MDB_txn *transaction;
  if (self->begin(self->environment, NULL, 0, &transaction)) return false;
  if (!put(self, transaction, runs)) {
    self->abort(transaction);
    return false;
  }
  return self->commit(transaction) == 0;
}

static int64_t entries(baseline_lmdb *self, MDB_dbi table) {
  MDB_txn *transaction;
  MDB_stat statistics;
  if (self->begin(self->environment, NULL, MDB_RDONLY, &transaction)) return -1;
  int failure = self->stat(transaction, table, &statistics);
  self->abort(transaction);
  return failure ? -1 : (int64_t)statistics.entries;
}

int64_t baseline_lmdb_runs(baseline_lmdb *self) { return entries(self, self->runs); }
int64_t baseline_lmdb_edges(baseline_lmdb *self) { return entries(self, self->effects); }

const char *baseline_lmdb_version(baseline_lmdb *self) { return self->version(NULL, NULL, NULL); }

void baseline_lmdb_close(baseline_lmdb *self) {
  if (self->close && self->environment) self->close(self->environment);
  free(self);
}
