"""How a test platform tells its parent that it serves, and how it ends.

The contract is the same for every platform in this folder, whatever it is written in:
one JSON line on stdout when it serves, nothing else on stdout, logs on stderr; exit 0 at
SIGTERM, at SIGINT, and with `--exit-with-parent` when stdin closes.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def announce(details: Mapping[str, Any], write: Path | None) -> None:
    """Prints the ready line, and puts the same JSON into the file `write` if one is given.

    The file appears whole or not at all: a container that waits for it on a shared volume
    must never read half of it.
    """
    line = json.dumps({"ready": True, **details})
    if write is not None:
        unfinished = write.with_name(f".{write.name}.{os.getpid()}")
        unfinished.write_text(line + "\n", encoding="utf-8")
        unfinished.replace(write)
    print(line, flush=True)


def stop_requested(with_parent: bool) -> threading.Event:
    """An event that is set when this process should end.

    `with_parent` also watches stdin: the parent holds its other end, so the end of file
    means that the parent is gone, even if it was killed and could tell nobody.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def wait_for_end_of_stdin() -> None:
        # Not sys.stdin: a thread that is inside it when the process ends aborts the process.
        while os.read(0, 4096):
            pass
        stop.set()

    if with_parent:
        threading.Thread(target=wait_for_end_of_stdin, daemon=True).start()
    return stop
