"""The listeners that are compared, all made from the one that `leh envoy` writes: what differs
between two of them is what their names say, and nothing else."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import wasm_module

Json = dict[str, Any]

#: The name of our filter in the generated configuration.
FILTER = "lifecycle_hooks"
#: Without it, a plugin cannot reach the foreign function `sign`.
FOREIGN_FUNCTIONS = "proxy_call_foreign_function"

_LUA = "function envoy_on_request(request)\n  local path = request:headers():get(':path')\nend\n"


def comparison(generated: Json, reference_filter: Path, sign_arguments: dict[str, bytes]) -> Json:
    """The configuration with all of them. `sign_arguments` has an entry for each listener that
    only signs."""
    ours = _listener(generated)
    listeners = [
        named(ours, "ours"),
        bare(ours),
        with_filter(ours, "lua", _lua()),
        with_filter(ours, "noop", _reference(ours, "noop", reference_filter, None)),
        without_host_signature(ours),
    ]
    for name, arguments in sign_arguments.items():
        listeners.append(
            with_filter(ours, name, _reference(ours, name, reference_filter, arguments))
        )
    return _with_listeners(generated, listeners)


def with_hooks(generated: Json, reference_filter: Path, hooks: Sequence[str]) -> Json:
    """The configuration with bare Envoy, the filter that does nothing, and for each of `hooks` a
    listener of its name with no other hook. These share a virtual machine, as listeners with the
    same filter do."""
    ours = _listener(generated)
    noop = with_filter(ours, "noop", _reference(ours, "noop", reference_filter, None))
    return _with_listeners(
        generated, [bare(ours), noop, *(with_hook(ours, hook) for hook in hooks)]
    )


def with_hook(ours: Json, hook: str) -> Json:
    """A listener of the hook's name, with no other hook."""
    listener = named(ours, hook)
    configuration = _plugin(listener)["configuration"]
    bundle = json.loads(configuration["value"])
    bundle["hooks"] = [one for one in bundle["hooks"] if one["name"] == hook]
    configuration["value"] = json.dumps(bundle)
    return listener


def bundle(generated: Json) -> str:
    """The bundle in the generated configuration."""
    text: str = _plugin(_listener(generated))["configuration"]["value"]
    return text


def bare_only(generated: Json) -> Json:
    """The generated configuration without the filter."""
    return _with_listeners(generated, [bare(_listener(generated))])


def named(listener: Json, name: str) -> Json:
    """The same under another name, with statistics of its own."""
    listener = deepcopy(listener)
    listener["name"] = name
    _manager(listener)["stat_prefix"] = name
    return listener


def bare(ours: Json) -> Json:
    """Neither our filter nor the routes that enable it."""
    listener = named(ours, "bare")
    manager = _manager(listener)
    manager["http_filters"] = [one for one in manager["http_filters"] if one["name"] != FILTER]
    for host in manager["route_config"]["virtual_hosts"]:
        host["routes"] = [
            route
            for route in host["routes"]
            if FILTER not in route.get("typed_per_filter_config", {})
        ]
    return listener


def with_filter(ours: Json, name: str, http_filter: Json) -> Json:
    """Another filter in place of ours, enabled on every route."""
    listener = named(bare(ours), name)
    _manager(listener)["http_filters"].insert(0, http_filter)
    return listener


def enable_on(listener: Json, http_filter: Json, path: str) -> None:
    """Puts a filter that is disabled by default into `listener`, and enables it on `path`."""
    manager = _manager(listener)
    manager["http_filters"].insert(0, http_filter)
    kind = "type.googleapis.com/envoy.config.route.v3.FilterConfig"
    for host in manager["route_config"]["virtual_hosts"]:
        route = {
            "match": {"path": path},
            "route": deepcopy(host["routes"][-1]["route"]),
            "typed_per_filter_config": {http_filter["name"]: {"@type": kind, "config": {}}},
        }
        host["routes"].insert(0, route)


def without_host_signature(ours: Json) -> Json:
    """Our filter in a virtual machine that may not call the host's `sign`, as an operator can
    restrict it: it signs by itself."""
    listener = named(ours, "ours_rust")
    plugin = _plugin(listener)
    module = wasm_module.names(Path(plugin["vm_config"]["code"]["local"]["filename"]))
    allowed = sorted((module.imports | module.exports) - {FOREIGN_FUNCTIONS})
    plugin["capability_restriction_config"] = {
        "allowed_capabilities": {name: {} for name in allowed}
    }
    # Virtual machines of one id are shared, with what the first of them may call.
    plugin["vm_config"]["vm_id"] = "ours_rust"
    return listener


def _reference(ours: Json, name: str, module: Path, sign_arguments: bytes | None) -> Json:
    """The filter that does nothing, or signs; with the settings of ours for the rest."""
    plugin = deepcopy(_plugin(ours))
    plugin["name"] = name
    plugin["vm_config"] = {
        "vm_id": name,
        "runtime": plugin["vm_config"]["runtime"],
        "code": {"local": {"filename": str(module)}},
    }
    del plugin["configuration"]
    if sign_arguments is not None:
        plugin["configuration"] = {
            "@type": "type.googleapis.com/google.protobuf.BytesValue",
            "value": base64.b64encode(sign_arguments).decode(),
        }
    kind = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm"
    return {"name": name, "typed_config": {"@type": kind, "config": plugin}}


def _lua() -> Json:
    kind = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua"
    return {
        "name": "lua",
        "typed_config": {"@type": kind, "default_source_code": {"inline_string": _LUA}},
    }


def _with_listeners(generated: Json, listeners: list[Json]) -> Json:
    configuration = deepcopy(generated)
    configuration["static_resources"]["listeners"] = listeners
    return configuration


def _listener(generated: Json) -> Json:
    only: Json
    (only,) = generated["static_resources"]["listeners"]
    return only


def _manager(listener: Json) -> Json:
    manager: Json = listener["filter_chains"][0]["filters"][0]["typed_config"]
    return manager


def _plugin(listener: Json) -> Json:
    ours = next(one for one in _manager(listener)["http_filters"] if one["name"] == FILTER)
    plugin: Json = ours["typed_config"]["config"]
    return plugin
