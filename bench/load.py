"""Requests, one at a time for looking at the answer, and as load by wrk."""

from __future__ import annotations

import http.client
import json
import math
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from child import before_exec

_SCRIPT = Path(__file__).resolve().parent / "wrk.lua"


class LoadFailed(Exception):
    """Requests failed, or wrk did."""


@dataclass(frozen=True)
class Request:
    """An HTTP/1.1 request, the same each time."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Slice:
    """What wrk saw: how many requests in how many seconds, and how long the one half, all but one
    percent, and all of them took at most."""

    requests: int
    seconds: float
    failed: int
    p50_ms: float
    p99_ms: float
    max_ms: float


def ask(address: str, request: Request) -> Answer:
    """Sends `request` once."""
    connection = http.client.HTTPConnection(address, timeout=10)
    try:
        connection.request(
            request.method, request.path, request.body or None, {"host": "bench", **request.headers}
        )
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, headers, answer.read())
    finally:
        connection.close()


def drive(
    wrk: Path,
    cores: Sequence[int],
    address: str,
    request: Request,
    connections: int,
    seconds: float,
    length: int | None = None,
    may_fail: bool = False,
    pause_ms: int | None = None,
) -> Slice:
    """Keeps `connections` busy with `request` for `seconds`, with pauses of `pause_ms` after each
    answer. An answer fails with a status of 400 up, and when it has not the `length` (bytes of its
    body) that is given.

    Raises `LoadFailed` when wrk fails, and unless it `may_fail` when any request does.
    """
    # Written as wrk looks for it: it would add another one.
    headers = {"Host": "bench", **request.headers}
    arguments = [request.method, request.body]
    arguments += ["" if number is None else str(number) for number in (length, pause_ms)]
    arguments += [text for header in headers.items() for text in header]
    # wrk knows whole seconds only. It ends cleanly when it is interrupted, and soon by itself.
    longest = f"-d{math.ceil(seconds) + 5}s"
    command = [str(wrk), "-t1", f"-c{connections}", longest, "-s", str(_SCRIPT)]
    command += [f"http://{address}{request.path}", "--", *arguments]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=before_exec(cores),
    )
    try:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=20)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    result = next((line for line in output.splitlines() if line.startswith("RESULT ")), None)
    if result is None:
        raise LoadFailed(f"wrk failed on {request.method} {request.path}:\n{output}")
    measured = Slice(**json.loads(result.removeprefix("RESULT ")))
    if not may_fail and (measured.failed or not measured.requests):
        raise LoadFailed(
            f"{measured.failed} of {measured.requests} requests failed: {request.method} "
            f"{request.path} at {address}"
        )
    return measured
