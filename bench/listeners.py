"""The listeners that are compared, all made from the one that `leh envoy` writes: what differs
between two of them is what their names say, and nothing else."""

from __future__ import annotations

import base64
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
