/* Included before QuickJS's own sources when they are compiled for WASI.
 *
 * QuickJS-ng turns its stack check off under __wasi__, because WASI tells nobody the size of
 * the stack. We know it (filter/build.rs sets it), and without the check a deeply recursive
 * hook overflows V8's own stack: a trap, and login is down for everybody on the worker.
 * So the headers that need __wasi__ come first, then the name goes away. */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>
#undef __wasi__
