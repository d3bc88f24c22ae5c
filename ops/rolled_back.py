"""Whether a change that a host rolled back still matters: the host knows what it has, the stack what it holds.

A run that is cancelled between a change and its confirmation leaves the host in its old, good state. If the
engine holds that old state too, there is nothing to do: a note. If it holds the change for done, a plain
preview would show nothing, so the operator has to be reminded until `make up` has applied it again.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ops.failures import place
from ops.report import Report
from ops.stack import StackError
from ops.unconfirmed import armed

Held = Mapping[tuple[str, str], str]
"""Host and group → sha256 of the state that the stack records as applied."""

OTHER = "the last change was rolled back, but Pulumi's state still records it as applied: run make up"
UNKNOWN = "the last change was rolled back; what Pulumi's state records is not known ({}): run make up"

_GROUP = re.compile(r" apply (\S+) ")


def held(export: Mapping[str, Any], hosts: Sequence[str]) -> dict[tuple[str, str], str]:
    """What an exported stack records as applied, of the states that need a confirmation."""
    found = {}
    for urn, inputs in armed(export).items():
        if group := _GROUP.search(str(inputs["create"])):
            digest = hashlib.sha256(str(inputs.get("stdin", "")).encode()).hexdigest()
            found[place(urn, hosts)[0], group[1]] = digest
    return found


class Judge:
    """Tells notes from drift; the stack is read when the first host needs it, and only once."""

    def __init__(self, load: Callable[[], Held]) -> None:
        self._load = load
        self._lock = asyncio.Lock()
        self._held: Held | None = None
        self._reason = ""

    async def judge(self, report: Report) -> tuple[Report, frozenset[str]]:
        """The report with each roll-back as a note or as drift, and the groups that only `make up` can repair."""
        if not report.rolled_back:
            return report, frozenset()
        async with self._lock:
            if self._held is None and not self._reason:
                try:
                    self._held = await asyncio.to_thread(self._load)
                except StackError as error:
                    self._reason = str(error).splitlines()[0]
        drift, notes, left = dict(report.drift), dict(report.notes), set()
        for group, sha256 in report.rolled_back.items():
            if self._held is not None and self._held.get((report.host, group), "") == sha256:
                continue
            notes.pop(group, None)
            left.add(group)
            words = OTHER if self._held is not None else UNKNOWN.format(self._reason)
            drift[group] = (*drift.get(group, ()), words)
        return replace(report, drift=drift, notes=notes), frozenset(left)
