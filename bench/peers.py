"""The part `peers`: the same change of the ID token by what a user would pick instead of ours.

Each contender has all its processes on the one core that is measured. They are set up as their
documentation advises, and as they are at their best.
"""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import listeners
import platform_answers as platform
from contenders import HOOK, LOGINS
from contest import Contender, Contest, Group, Place, check_answers, places
from envoy import Envoy
from figures import Figure, figure, ratios
from needs import PEERS, Needs
from part import Outcome, Run
from program import Program, free_address
from project import written
from rounds import Samples
from stage import Stage
from tokens import KeyPair, pkcs8_pem
from traffic import claim_project

#: Without it, Envoy resets the stream of each request, and up to one percent of answers are cut.
_GRACEFUL = "envoy.reloadable_features.ext_proc_graceful_grpc_close"
#: How many times as fast the filter is to be.
_GOALS: dict[str, dict[str, float | None]] = {
    "ext_proc": {"RS256": 1.35, "ES256": 2.0},
    # By the defaults of Envoy, which show the headers of request and response too.
    "ext_proc_headers": {"RS256": None, "ES256": None},
    "njs": {"RS256": 1.8, "ES256": 3.0},
}


def run(run: Run, stage: Stage) -> Outcome:
    """Sets up, measures.

    Raises `ProgramFailed`, `WrongAnswer`, `LoadFailed` or `LehFailed`.
    """
    with _contest(run, stage) as (contest, programs), stage.explained(*programs):
        # The key set is not their business.
        lengths = check_answers(contest, stage.ours, published=False)
        counted = Contest(contest.groups, contest.places, lengths)
        samples = run.measured(counted, seconds=1.0, latency_seconds=0.1)
        # They do what they did before.
        check_answers(contest, stage.ours, published=False)
    return Outcome.of(_headline(samples), contest, samples)


@contextmanager
def _contest(run: Run, stage: Stage) -> Iterator[tuple[Contest, list[Program]]]:
    needs, folder, cores = run.needs, run.folder, run.needs.measured_cores
    generated = claim_project(run, stage).configuration(needs, stage.upstream)
    with ExitStack() as stack:
        ours = stack.enter_context(Envoy(needs.envoy, generated, cores, stage.environment))
        node, port = _node(needs, folder, stage.ours)
        stack.enter_context(node)
        path = written(folder / "ext_proc.json", _with_ext_proc(ours.configuration(), port))
        theirs = stack.enter_context(Envoy(needs.envoy, path, cores))
        nginx, address = _nginx(needs, folder, stage.upstream, stage.ours)
        stack.enter_context(nginx)
        at = {**places(ours, theirs, stage.platform), "njs": Place("njs", address, (nginx,))}
        for name in ("ext_proc", "ext_proc_headers"):
            at[name] = Place(name, at[name].address, (theirs, node), theirs)
        yield Contest(tuple(map(_group, LOGINS)), at), [ours, theirs, node, nginx]


def _group(algorithm: str) -> Group:
    low, login = algorithm.lower(), LOGINS[algorithm]

    def one(name: str, title: str, hook: str | None = None) -> Contender:
        return Contender(f"{name}_{low}_peer", title, name, login, algorithm, hook)

    return Group(
        f"a claim and a signature on one core, {algorithm}",
        (
            Contender(f"bare_{low}_peer", "bare Envoy, without the change", "bare", login),
            one("lifecycle", "our Envoy", HOOK),
            one("ext_proc", "Envoy's ext_proc with Node.js"),
            one("ext_proc_headers", "the same, with the headers"),
            one("njs", "nginx with njs"),
        ),
    )


def _headline(samples: Samples) -> list[Figure]:
    """How many times as many requests each second as a peer; and what failed meanwhile."""
    found: list[Figure] = []
    for peer, goals in _GOALS.items():
        for algorithm, goal in goals.items():
            low = algorithm.lower()
            names = (f"lifecycle_{low}_peer", f"{peer}_{low}_peer")
            found += [
                figure(f"vs_{peer}_{low}", ratios(samples, "rps", *names), "ratio", "higher", goal),
                # The same by processor time, which other programs on the machine disturb less.
                figure(
                    f"vs_{peer}_{low}_cpu",
                    ratios(samples, "cpu_ms", *reversed(names)),
                    "ratio",
                    "higher",
                ),
            ]
    failed = {
        name: sum(
            sample.failed
            for contender, taken in samples.items()
            if contender in (f"{name}_rs256_peer", f"{name}_es256_peer")
            for sample in taken
        )
        for name in ("lifecycle", *_GOALS)
    }
    return found + [
        figure(f"{name}_failed", [float(count)], "answers", "lower")
        for name, count in failed.items()
    ]


def _node(needs: Needs, folder: Path, keys: KeyPair) -> tuple[Program, int]:
    """The external processor, and its port."""
    file = folder / "keys.pem"
    file.touch(mode=0o600)
    file.write_text(keys.pem())
    command = [needs.node, PEERS / "ext_proc/server.mjs", file]
    environment = {"NODE_ENV": "production"}
    node = Program("node", command, needs.measured_cores, folder / "node.log", environment)
    return node, int(node.wait_for_line(r"^ready (\d+)$")[1])


def _with_ext_proc(generated: dict[str, Any], port: int) -> dict[str, Any]:
    """Bare Envoy, and two that have the processor at `port` see the bodies of token responses: one
    shows it nothing else, one the headers too."""
    bare = listeners.bare_only(generated)
    configuration = deepcopy(bare)
    static = configuration["static_resources"]
    for name, headers in {"ext_proc": "SKIP", "ext_proc_headers": "SEND"}.items():
        listener = listeners.named(bare["static_resources"]["listeners"][0], name)
        listeners.enable_on(listener, _ext_proc(headers), platform.TOKEN_PATH)
        static["listeners"].append(listener)
    static["clusters"].append(_cluster(port))
    layers = configuration.setdefault("layered_runtime", {}).setdefault("layers", [])
    layers.append({"name": "graceful", "static_layer": {_GRACEFUL: True}})
    return configuration


def _ext_proc(headers: str) -> dict[str, Any]:
    kind = "type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor"
    return {
        "name": "ext_proc",
        "disabled": True,
        "typed_config": {
            "@type": kind,
            "grpc_service": {"envoy_grpc": {"cluster_name": "ext_proc"}},
            "processing_mode": {
                "request_header_mode": headers,
                "response_header_mode": headers,
                "response_body_mode": "BUFFERED",
            },
            "message_timeout": "5s",
        },
    }


def _cluster(port: int) -> dict[str, Any]:
    options = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
    address = {"socket_address": {"address": "127.0.0.1", "port_value": port}}
    return {
        "name": "ext_proc",
        "type": "STATIC",
        "typed_extension_protocol_options": {
            options: {
                "@type": f"type.googleapis.com/{options}",
                "explicit_http_config": {"http2_protocol_options": {}},
            }
        },
        "load_assignment": {
            "cluster_name": "ext_proc",
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address}}]}],
        },
    }


def _nginx(needs: Needs, folder: Path, upstream: str, keys: KeyPair) -> tuple[Program, str]:
    """nginx with one worker, and its address."""
    address = free_address()
    for algorithm in LOGINS:
        file = folder / f"{algorithm}.pem"
        file.touch(mode=0o600)
        file.write_text(pkcs8_pem(keys.of(algorithm)))
    values = {
        "FOLDER": str(folder),
        "MODULES": str(needs.nginx_modules),
        "UPSTREAM": upstream,
        "LISTEN": address,
        # Started by root, it would give its worker to somebody who may not enter the folder.
        "USER": "user root;" if os.geteuid() == 0 else "",
    }
    for name in ("nginx.conf", "claim.js"):
        text = (PEERS / "njs" / name).read_text(encoding="utf-8")
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        (folder / name).write_text(text, encoding="utf-8")
    command = [needs.nginx, "-e", folder / "nginx.log", "-p", folder, "-c", folder / "nginx.conf"]
    nginx = Program("nginx", command, needs.measured_cores, folder / "nginx.out")

    def answers() -> bool | None:
        try:
            with urllib.request.urlopen(f"http://{address}/", timeout=1) as answer:
                return answer.status == 200 or None
        except urllib.error.URLError:
            return None

    nginx.wait_until(answers)
    return nginx, address
