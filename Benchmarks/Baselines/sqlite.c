#include "Baselines.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

// What is used of <sqlite3.h>; its interface has been stable since 2004.
typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
enum { SQLITE_OK = 0, SQLITE_ROW = 100, SQLITE_DONE = 101 };

struct baseline_sqlite {
  void *library;
  sqlite3 *database;
  sqlite3_stmt *run, *cause, *effect, *begin, *commit;
  int (*open)(const char *, sqlite3 **);
  int (*close)(sqlite3 *);
  int (*exec)(sqlite3 *, const char *, void *, void *, char **);
  int (*prepare)(sqlite3 *, const char *, int, sqlite3_stmt **, const char **);
  int (*bind)(sqlite3_stmt *, int, int64_t);
  int (*step)(sqlite3_stmt *);
  int (*reset)(sqlite3_stmt *);
  int64_t (*column)(sqlite3_stmt *, int);
  int (*finalize)(sqlite3_stmt *);
  const char *(*version)(void);
};

static bool load(baseline_sqlite *self) {
  static const char *const names[] = {"libsqlite3.so.0", "libsqlite3.so", "libsqlite3.dylib"};
  for (size_t name = 0; name < sizeof names / sizeof *names && !self->library; name++)
    self->library = dlopen(names[name], RTLD_NOW);
  if (!self->library) return false;
  struct {
    const char *name;
    void *place;
  } functions[] = {
      {"sqlite3_open", &self->open},           {"sqlite3_close", &self->close},
      {"sqlite3_exec", &self->exec},           {"sqlite3_prepare_v2", &self->prepare},
      {"sqlite3_bind_int64", &self->bind},     {"sqlite3_step", &self->step},
      {"sqlite3_reset", &self->reset},         {"sqlite3_column_int64", &self->column},
      {"sqlite3_finalize", &self->finalize},   {"sqlite3_libversion", &self->version},
  };
  for (size_t index = 0; index < sizeof functions / sizeof *functions; index++) {
    void *symbol = dlsym(self->library, functions[index].name);
    if (!symbol) return false;
    memcpy(functions[index].place, &symbol, sizeof symbol);
  }
  return true;
}

static bool prepare(baseline_sqlite *self, const char *text, sqlite3_stmt **statement) {
  return self->prepare(self->database, text, -1, statement, NULL) == SQLITE_OK;
}

baseline_sqlite *baseline_sqlite_open(const char *path) {
  baseline_sqlite *self = calloc(1, sizeof *self);
  if (!self) return NULL;
  bool isOpen = load(self) && self->open(path, &self->database) == SQLITE_OK &&
                baseline_sqlite_run(
                    self,
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                    "PRAGMA cache_size=-1000000;"
                    "CREATE TABLE IF NOT EXISTS n (id INTEGER PRIMARY KEY, kind INT);"
                    "CREATE TABLE IF NOT EXISTS f (s INT, d INT, PRIMARY KEY (s, d)) WITHOUT ROWID;"
                    "CREATE TABLE IF NOT EXISTS b (d INT, s INT, PRIMARY KEY (d, s)) WITHOUT ROWID;") &&
                prepare(self, "INSERT INTO n VALUES (?, 3)", &self->run) &&
                prepare(self, "INSERT INTO f VALUES (?, ?)", &self->cause) &&
                prepare(self, "INSERT INTO b VALUES (?, ?)", &self->effect) &&
                prepare(self, "BEGIN", &self->begin) && prepare(self, "COMMIT", &self->commit);
  if (isOpen) return self;
  baseline_sqlite_close(self);
  return NULL;
}

static bool step(baseline_sqlite *self, sqlite3_stmt *statement) {
  bool isDone = self->step(statement) == SQLITE_DONE;
  return self->reset(statement) == SQLITE_OK && isDone;
}

static bool insert(baseline_sqlite *self, sqlite3_stmt *statement, uint32_t one, uint32_t other) {
  self->bind(statement, 1, one);
  self->bind(statement, 2, other);
  return step(self, statement);
}

bool baseline_sqlite_commit(baseline_sqlite *self, baseline_runs runs) {
  if (!step(self, self->begin)) return false;
  for (uint32_t run = 0; run < runs.count; run++) {
    const uint32_t *causes = runs.causes + (size_t)run * runs.causes_per_run;
    uint32_t row = runs.first + run;
    self->bind(self->run, 1, row);
    if (!step(self, self->run)) return false;
    for (uint32_t index = 0; index < runs.causes_per_run; index++) {
      if (!insert(self, self->cause, causes[index], row) ||
          !insert(self, self->effect, row, causes[index]))
        return false;
    }
  }
  return step(self, self->commit);
}

bool baseline_sqlite_run(baseline_sqlite *self, const char *statements) {
  return self->exec(self->database, statements, NULL, NULL, NULL) == SQLITE_OK;
}

int64_t baseline_sqlite_number(baseline_sqlite *self, const char *question) {
  sqlite3_stmt *statement = NULL;
  if (!prepare(self, question, &statement)) return -1;
  int64_t number = self->step(statement) == SQLITE_ROW ? self->column(statement, 0) : -1;
  self->finalize(statement);
  return number;
}

const char *baseline_sqlite_version(baseline_sqlite *self) { return self->version(); }

void baseline_sqlite_close(baseline_sqlite *self) {
  if (self->finalize) {
    sqlite3_stmt *const all[] = {self->run, self->cause, self->effect, self->begin, self->commit};
    for (size_t index = 0; index < sizeof all / sizeof *all; index++) self->finalize(all[index]);
  }
  if (self->close && self->database) self->close(self->database);
  // The library stays loaded: unloading it while the process lives gains nothing.
  free(self);
}
