"""One line per failed host and concern, from the engine's event log.

The engine reports a failure three times among the lines of all the other hosts; what an operator needs
at the end of a run is who failed, in what, and why.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST = 300
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|<\{%[^%]*%\}>")
_NOISE = re.compile(
    r"^((running )?\".*|.*occurred:|\*|(update|preview) failed|resource \w+ failed.*|exit status \d+)$"
)
_PREFIX = re.compile(
    r"^(\*\s+|error: |diagnostic: |command:\S+ resource '[^']*' has a problem: |rpc error: .* desc = )+"
)


@dataclass(frozen=True)
class Failure:
    """What failed and why, in one line."""

    host: str
    concern: str
    cause: str

    def __str__(self) -> str:
        return f"{self.host}  {self.concern}: {self.cause}"


def failures(log: Iterable[str], hosts: Sequence[str]) -> list[Failure]:
    """The failures in an event log (one JSON event per line), in the order of hosts, each resource once.

    A half-written last line (the engine was killed) is left out.
    """
    failed: dict[str, list[str]] = {}
    for line in log:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if failure := event.get("resOpFailedEvent"):
            failed.setdefault(str(failure["metadata"]["urn"]), [])
        diagnostic = event.get("diagnosticEvent") or {}
        if diagnostic.get("severity") == "error" and diagnostic.get("urn"):
            failed.setdefault(str(diagnostic["urn"]), []).append(str(diagnostic.get("message", "")))
    rank = {host: number for number, host in enumerate(hosts)}
    found = [Failure(*place(urn, hosts), cause("\n".join(messages))) for urn, messages in failed.items()]
    return sorted(found, key=lambda item: (rank.get(item.host, len(rank)), item.host))


def place(urn: str, hosts: Sequence[str]) -> tuple[str, str]:
    """Host and concern of a resource, from its name `COMPONENT-HOST[-CONCERN]`; else name and type."""
    types, name = urn.split("::")[-2:]
    parents = types.split("$")
    for host in sorted(hosts, key=len, reverse=True):
        match = re.search(rf"(?:^|-){re.escape(host)}(?:-(?P<concern>.+))?$", name)
        if match:
            component = parents[-2].rsplit(":", 1)[-1] if len(parents) > 1 else name
            concern = match["concern"] or component.lower()
            return host, "firewall-confirm" if (component, concern) == ("Firewall", "confirm") else concern
    return name, parents[-1]


def cause(message: str) -> str:
    """The line of an error that names the cause: hostctl's or kolla-run's own, else the first that says something."""
    lines = [_PREFIX.sub("", line.strip()) for line in _ANSI.sub("", message).splitlines()]
    lines = [line for line in lines if line]
    own = [line for line in lines if line.startswith(("hostctl: ", "kolla-run: ", "sudo: "))]
    telling = [line for line in lines if not _NOISE.match(line)]
    chosen = (own[-1:] or telling[:1] or lines[:1] or ["no reason was given; see the output above"])[0]
    chosen = chosen.removeprefix("hostctl: ").removeprefix("kolla-run: ")
    return chosen if len(chosen) <= LONGEST else chosen[: LONGEST - 1] + "…"


def summary(found: Sequence[Failure], hosts: Sequence[str]) -> str:
    """The end of a failed run: how many hosts failed, then one line each; "" without a failed resource."""
    if not found:
        return ""
    names = {failure.host for failure in found} & set(hosts)
    head = f"failed: {len(names)} of {len(hosts)} hosts" if names else "failed:"
    return "\n".join([head, *(f"  {failure}" for failure in found)])
