// Preloaded into a program, has each sync of a file take SLOW_DISK milliseconds more.
//
//   cc -shared -fPIC -o slow-disk.so slow-disk.c -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static int after_a_while(const char *name, int fd) {
  usleep(atoi(getenv("SLOW_DISK")) * 1000);
  int (*sync)(int) = dlsym(RTLD_NEXT, name);
  return sync(fd);
}

int fsync(int fd) { return after_a_while("fsync", fd); }
int fdatasync(int fd) { return after_a_while("fdatasync", fd); }
