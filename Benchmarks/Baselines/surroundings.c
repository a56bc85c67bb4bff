#include "Baselines.h"

#include <time.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

uint64_t baseline_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_nsec;
}

const char *baseline_compiler(void) {
#if defined(__clang__)
  return "clang " __clang_version__;
#else
  return __VERSION__;
#endif
}

size_t baseline_heap_bytes(void) {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
  struct mallinfo2 information = mallinfo2();
  return information.uordblks + information.hblkhd;
#else
  return 0;
#endif
}
