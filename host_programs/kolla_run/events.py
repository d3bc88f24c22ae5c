"""What the callback says, line by line, and what the operator reads of it. Pure."""

from __future__ import annotations

import json
from typing import Any

MARK = "@cloud-kolla@ "
"""What a line with an event begins with; everything else is output of Ansible itself."""

Event = dict[str, Any]


def parse(line: str) -> Event | None:
    """The event of a line, or None if it is none.

    An event does not always start the line: somebody else may have left theirs unfinished.
    """
    _, mark, text = line.partition(MARK)
    if not mark:
        return None
    try:
        event = json.loads(text)
    except ValueError:
        return None
    return event if isinstance(event, dict) and isinstance(event.get("e"), str) else None


def elapsed(seconds: float) -> str:
    """`[  12.3 s]`."""
    return f"[{seconds:6.1f} s]"


def said(event: Event) -> str:
    """What the operator reads at once of an event; "" of most."""
    kind = event["e"]
    if kind == "service":
        words = f"{event['service']}: {_count(event['hosts'], 'host')}, {_count(event['tasks'], 'task')}"
        words += f", {event['changed']} changed"
        bad = [f"{event[key]} {key}" for key in ("failed", "unreachable") if event.get(key)]
        return ", ".join([words, *bad])
    if kind in {"failed", "unreachable"} and not (event.get("ignored") or event.get("rescue")):
        return problem(event)
    return ""


def problem(event: Event) -> str:
    """`ctl02: failed in mariadb : Check MariaDB service: message`, on one line."""
    task = event.get("task") or "an unnamed task"
    service = event.get("service", "")
    place = task if " : " in task or not service else f"{service} : {task}"
    on = f" (on {event['on']})" if event.get("on") else ""
    return f"{event['host']}: {event['e']} in {place}{on}: {event.get('message', 'no message')}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
