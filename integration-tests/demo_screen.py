"""How the demo speaks to the person in front of the terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Set
from typing import Any


def show_claims(claims: dict[str, Any], of_the_login: Set[str], added: Set[str]) -> None:
    """One line for each claim; those in `added` stand out, those `of_the_login` share one."""
    for name, value in claims.items():
        text = value if isinstance(value, str) else json.dumps(value)
        line = f"{name:<15} {text}"
        if name in added:
            say(green(f" + {line}"))
        elif name not in of_the_login:
            say(f"   {line}")
    say(f"   and {', '.join(name for name in claims if name in of_the_login)}")


def show_keys(report: dict[str, Any]) -> None:
    """Whose key signed, and all keys of the JWKS."""
    say(f"   signature verified, by Envoy's key {green(report['header']['kid'])}")
    for kid in report["jwks_kids"]:
        whose = "the platform's" if kid in report["platform_kids"] else "Envoy's"
        say(f"   in the JWKS: {kid} ({whose})")


def show_refresh(report: dict[str, Any], added: Set[str]) -> None:
    """What the refresh brought, of the claims in `added` too."""
    refreshed = report["refreshed"]
    if refreshed is None:
        say("   refresh: the platform gave no refresh token")
    elif refreshed["id_token"] is None:
        say("   refresh: works; this platform sends no ID token with it")
    else:
        names = ", ".join(sorted(added & refreshed["id_token"].keys())) or "nothing"
        say(f"   refresh: new ID token verified; of the hooks: {names}")


def show_failure(message: str, part: str | None, last_lines: list[str]) -> None:
    """What failed, and what the log of the `part` to blame says at its end."""
    print(f"\n{red('Failed:')} {message}", file=sys.stderr)
    if part is not None:
        print(f"The last lines of {part}:", file=sys.stderr)
    for line in last_lines:
        print(f"   {line}", file=sys.stderr)


def title(number: int, text: str) -> None:
    say(f"\n{bold(f'{number}  {text}')}")


def say(text: str) -> None:
    print(text, flush=True)


def styled(code: str, text: str) -> str:
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return text
    return f"\x1b[{code}m{text}\x1b[0m"


def bold(text: str) -> str:
    return styled("1", text)


def green(text: str) -> str:
    return styled("32", text)


def red(text: str) -> str:
    return styled("31", text)
