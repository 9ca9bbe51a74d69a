// Has one call on a file below one folder fail, as on a bad or full disk:
//   gcc -O2 -shared -fPIC -o failing-disk.so failing-disk.c -ldl
//   LD_PRELOAD=failing-disk.so FAIL_DIR=/abs/folder FAIL_CALL=write FAIL_AT=3 FAIL_WITH=5 FAIL_MARK=/abs/file
//     UV_USE_IO_URING=0 program ...
// FAIL_CALL is write, sync or rename, FAIL_AT the number of the call, from 1 on, FAIL_WITH an errno; 0 has a
// write take half of its bytes. When it has failed, FAIL_MARK is there, with the name of the file in it. With
// FAIL_AT=0 none fails, and FAIL_MARK gets the names of all the files, a line each.
// Not seen: mmap, io_uring (turn it off), what stdio writes.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ({ static typeof(&name) f; if (!f) f = (typeof(&name))dlsym(RTLD_NEXT, #name); f; })

static char dir[PATH_MAX];
static const char *wanted, *mark;
static long at, with;
static long seen;

__attribute__((constructor)) static void init(void) {
  const char *d = getenv("FAIL_DIR"), *n = getenv("FAIL_AT"), *w = getenv("FAIL_WITH");
  wanted = getenv("FAIL_CALL"), mark = getenv("FAIL_MARK");
  if (!d || !n || !w || !wanted || !mark || !realpath(d, dir)) *dir = 0;
  else at = atol(n), with = atol(w);
}

static int fails_for(const char *call, const char *path) {
  if (!*dir || strcmp(call, wanted) || strncmp(path, dir, strlen(dir))) return 0;
  if (__atomic_add_fetch(&seen, 1, __ATOMIC_SEQ_CST) != at && at) return 0;
  char line[PATH_MAX + 1];
  int n = snprintf(line, sizeof line, "%s\n", path);
  int fd = REAL(open)(mark, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0 || REAL(write)(fd, line, n) < 0) abort();
  close(fd);
  errno = (int)with;
  return at > 0;
}

static int fails(const char *call, int fd) {
  char link[64], path[PATH_MAX];
  if (!*dir) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  return fails_for(call, path);
}

#define HALF(n) ((n) > 1 ? (n) / 2 : (n))
#define WRITE(whole, half) ({ ssize_t r; if (!fails("write", fd)) r = whole; else if (with) r = -1; else r = half; r; })

ssize_t write(int fd, const void *b, size_t n) { return WRITE(REAL(write)(fd, b, n), REAL(write)(fd, b, HALF(n))); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { return WRITE(REAL(pwrite)(fd, b, n, o), REAL(pwrite)(fd, b, HALF(n), o)); }
ssize_t pwrite64(int fd, const void *b, size_t n, off_t o) { return pwrite(fd, b, n, o); }
ssize_t writev(int fd, const struct iovec *v, int n) { return WRITE(REAL(writev)(fd, v, n), REAL(write)(fd, v->iov_base, HALF(v->iov_len))); }
ssize_t pwritev(int fd, const struct iovec *v, int n, off_t o) { return WRITE(REAL(pwritev)(fd, v, n, o), REAL(pwrite)(fd, v->iov_base, HALF(v->iov_len), o)); }
ssize_t pwritev64(int fd, const struct iovec *v, int n, off_t o) { return pwritev(fd, v, n, o); }
int fsync(int fd) { return fails("sync", fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails("sync", fd) ? -1 : REAL(fdatasync)(fd); }
int rename(const char *a, const char *b) { return fails_for("rename", b) ? -1 : REAL(rename)(a, b); }
