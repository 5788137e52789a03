"""Programs that this one starts: on cores of their choice, and never longer than it lives."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable, Sequence

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


def before_exec(cores: Sequence[int], niceness: int = 0) -> Callable[[], None]:
    """The `preexec_fn` of such a program. It dies with us even when we are killed. With a
    `niceness` (nice(2)) it gives way to others on its cores."""
    parent = os.getpid()

    def prepare() -> None:
        os.sched_setaffinity(0, cores)
        os.nice(niceness)
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        # We may have died before that.
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def cpu_clock(pid: int) -> int:
    """The clock of the processor time of process `pid` (clock_getcpuclockid(3)): nanoseconds,
    where /proc/PID/stat has steps of 10 ms."""
    clock = ctypes.c_int()
    error = _LIBC.clock_getcpuclockid(pid, ctypes.byref(clock))
    if error:
        raise OSError(error, f"no CPU clock of process {pid}: {os.strerror(error)}")
    return clock.value
