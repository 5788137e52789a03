"""The part `hooks`: what a customer waits longer at the token endpoint because of a hook that
decides to change nothing: a small one, one with a package of 100 KiB, one that asks a vendor."""

from __future__ import annotations

import json

import listeners
import vendor_package
from contenders import RS256_LOGIN
from contest import Contender, Contest, Group, check_answers, places
from envoy import Envoy
from figures import Figure, differences, figure, in_rounds
from part import Outcome, Run
from platform_answers import VENDOR
from project import LehFailed, Project, written
from rounds import Samples
from stage import Stage

#: A customer with an e-mail address passes.
SMALL = """\
export default async function ({ customer }) {
  if (!customer.info.email) return new TokenClaims({ tier: "none" });
}
"""
BUNDLE = """\
import { classify } from "vendor-sdk";
export default async function ({ customer }) {
  if (classify(customer.info) < 0) return new TokenClaims({ tier: "none" });
}
"""
#: What the vendor's answer must have, or the hook fails.
FETCH = f"""\
export default async function ({{ customer }}) {{
  const response = await fetch("http://@HOST@{VENDOR.path}");
  const {{ segment }} = await response.json();
  if (typeof segment !== "string") throw new Error("expected a segment, found none");
  if (segment === "refused") return new TokenClaims({{ tier: "none" }});
}}
"""
HOSTS = {"fetch": "vendor.example.com", "fetch-cached": "cached-vendor.example.com"}
#: What makes a bundle of at least 100 KiB.
PACKAGE_BYTES, BUNDLE_BYTES = 112_000, 100 << 10

#: Between two customers, when it is about how long one waits: a ready engine is there for each.
PAUSE_MS = 4

NAMES = ("small", "bundle", "fetch", "fetch-cached")


def run(run: Run, stage: Stage) -> Outcome:
    """Sets up, measures.

    Raises `ProgramFailed`, `WrongAnswer`, `LoadFailed` or `LehFailed`.
    """
    needs = run.needs
    configuration = _project(run, stage).as_json(needs, stage.upstream)
    size = script_bytes(listeners.bundle(configuration), "bundle", BUNDLE_BYTES)
    compared = listeners.with_hooks(configuration, needs.reference_filter, NAMES)
    path = written(run.folder / "hooks.json", compared)
    with Envoy(needs.envoy, path, needs.measured_cores, stage.environment) as envoy:
        contest = Contest(_GROUPS, places(envoy, stage.platform))
        with stage.explained(envoy):
            check_answers(contest, stage.ours)
            samples = run.measured(contest, seconds=0.4, latency_seconds=0.8, pause_ms=PAUSE_MS)
    sizes = [figure("bundle_hook_kib", [size / 1024], "KiB", "lower")]
    return Outcome.of([*_headline(samples), *sizes], contest, samples)


def _hook(name: str, title: str) -> Contender:
    low = name.replace("-", "_")
    return Contender(f"{low}_hook", title, name, RS256_LOGIN, hook=name)


_GROUPS = (
    Group(
        "a login, a hook that changes nothing",
        (
            Contender("bare_login", "bare Envoy", "bare", RS256_LOGIN),
            Contender("noop_login", "a no-op Wasm filter", "noop", RS256_LOGIN),
            _hook("small", "a small hook"),
            _hook("bundle", "a hook with a package of 100 KiB"),
            _hook("fetch", "a hook that asks a vendor"),
            _hook("fetch-cached", "the same, the answer kept"),
            Contender("vendor", "the vendor alone", "vendor", VENDOR, origin="vendor"),
        ),
    ),
)


def _project(run: Run, stage: Stage) -> Project:
    """All hooks in one project, so that all listeners have the same clusters."""
    hooks = tuple(
        f"{{ name: {name}, event: pre-id-token-generation, script: hooks/{name}.js, "
        "place: filter }"
        for name in NAMES
    )
    at = f'address: "{stage.vendor}", port: 80, tls: false'
    egress = (
        f"{HOSTS['fetch']}: {{ {at} }}",
        f"{HOSTS['fetch-cached']}: {{ {at}, cache: true }}",
    )
    files = {
        "hooks/small.js": SMALL,
        "hooks/bundle.js": BUNDLE,
        **{f"hooks/{name}.js": FETCH.replace("@HOST@", host) for name, host in HOSTS.items()},
        **vendor_package.files(PACKAGE_BYTES),
    }
    project = Project(run.folder / "project", hooks, files, stage.environment, egress)
    project.write()
    return project


def script_bytes(bundle: str, hook: str, least: int) -> int:
    """How long the hook's script in `bundle` is with its packages.

    Raises `LehFailed` when it has not the `least` that the figures are about.
    """
    hooks = json.loads(bundle)["hooks"]
    source: str = next(one for one in hooks if one["name"] == hook)["script"]["source"]
    size = len(source.encode())
    if size < least:
        raise LehFailed(f"expected a script of {least} bytes or more for {hook}, found {size}")
    return size


def _headline(samples: Samples) -> list[Figure]:
    """What is added to the time of half of the requests, against a Wasm filter that does
    nothing."""

    def added(name: str, contender: str, goal: float | None) -> Figure:
        values = differences(samples, "p50_ms", contender, "noop_login")
        return figure(name, values, "ms", "lower", goal)

    fetched = [
        fetch - noop - vendor
        for fetch, noop, vendor in in_rounds(
            samples, "p50_ms", "fetch_hook", "noop_login", "vendor"
        )
    ]
    return [
        added("small_hook_added_ms", "small_hook", 0.3),
        added("bundle_hook_added_ms", "bundle_hook", 0.3),
        # Beside what the vendor takes to answer whoever asks.
        figure("fetch_hook_added_ms", fetched, "ms", "lower", 0.5),
        added("fetch_cached_hook_added_ms", "fetch_cached_hook", None),
    ]
