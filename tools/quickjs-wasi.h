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

/* Room in a function's frame on WASI's stack in linear memory: see patch_quickjs.py. The assembler
 * statement takes its address, so that the optimizer cannot do without it. */
#define LEH_PAD(size) char leh_pad[size]; __asm__ volatile("" : : "r"(leh_pad) : "memory")

/* The check compares addresses on that stack. V8 keeps frames on a stack of its own, about 1 MiB,
 * and many a recursive function (JSON.parse) puts nothing on ours: it could recurse for ever
 * without being seen. This pad is in the frame of every function that checks, as the checks are
 * inline, so that each level of any recursion shows. */
#define __builtin_frame_address(level) ({ LEH_PAD(256); (void *)leh_pad; })
