"""What the callback says of a run, event by event; what the operator reads of it; and the verdict over the run. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from host_programs.contract import EXIT_ERROR
from host_programs.contract.kolla_run import EXIT_HOSTS

MARK = "@cloud-kolla@ "
"""What a line with an event begins with; everything else is output of Ansible itself."""

Event = dict[str, Any]

_LAST_WORDS = 3
"""Lines of Ansible's own output that are shown when no event explains a failure."""
LONGEST = 900


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


class Verdict(NamedTuple):
    """How a run ended."""

    code: int
    """0, EXIT_HOSTS or EXIT_ERROR."""
    problems: tuple[str, ...]
    """One line for each host that failed, in the order of their names; else what else is wrong."""
    hosts: int
    """Hosts that took part."""
    changed: int
    """Tasks that changed something."""
    failed: tuple[str, ...]
    unreachable: tuple[str, ...]
    services: tuple[str, ...]
    """Services that were worked on, in order."""

    @property
    def ok(self) -> bool:
        """Whether all hosts did all that was asked."""
        return self.code == 0

    def reason(self) -> str:
        """Why it failed, on one line: how many hosts, and the first of them with its task and message."""
        bad = len(self.failed) + len(self.unreachable)
        if not bad:
            return self.problems[0] if self.problems else "nothing failed"
        more = "" if bad == 1 else f" (and {bad - 1} more, above)"
        return f"failed on {bad} of {self.hosts} hosts: {self.problems[0]}{more}"

    def summary(self, what: str, seconds: float) -> dict[str, Any]:
        """The last line of a run, for programs."""
        return {
            "action": what,
            "ok": self.ok,
            "seconds": round(seconds, 1),
            "hosts": self.hosts,
            "changed": self.changed,
            "failed": list(self.failed),
            "unreachable": list(self.unreachable),
            "services": len(self.services),
        }


def judge(events: Iterable[Event], code: int, output: Sequence[str] = ()) -> Verdict:
    """The verdict.

    Args:
        events: all events of the run; the recap is one `host` event for each host and `end` after them.
        code: the exit code of Kolla-Ansible. With `kolla_max_fail_percentage` it may be 0 although hosts
            failed; and it is not 0 without any host failing when Ansible itself could not work.
        output: the lines that were no events.
    """
    seen = list(events)
    recap = {event["host"]: event for event in seen if event["e"] == "host"}
    complete = any(event["e"] == "end" for event in seen)
    troubles = [e for e in seen if e["e"] in {"failed", "unreachable"} and not e.get("ignored")]
    # What a rescue may have made good counts only where nothing else explains a host.
    last = {event["host"]: event for event in troubles if event.get("rescue")}
    last.update({event["host"]: event for event in troubles if not event.get("rescue")})
    if complete:
        unreachable = sorted(host for host, event in recap.items() if event.get("unreachable"))
        failed = sorted(
            host for host, event in recap.items() if event.get("failures") and host not in unreachable
        )
    else:
        # Ansible died before its recap: whatever failed until then counts.
        unreachable = sorted(host for host, event in last.items() if event["e"] == "unreachable")
        failed = sorted(set(last) - set(unreachable))
    problems = [
        problem(last.get(host, {"e": kind, "host": host, "task": "", "service": "a play"}))
        for kind, hosts in (("unreachable", unreachable), ("failed", failed))
        for host in hosts
    ]
    result = EXIT_HOSTS if problems else 0
    if not problems:
        reason = _other_reason(complete, len(recap), code, output)
        if reason:
            problems, result = [reason], EXIT_ERROR
    return Verdict(
        code=result,
        problems=tuple(sorted(problems)),
        hosts=_number(recap) or _number(event["host"] for event in troubles),
        changed=sum(event.get("changed", 0) for event in recap.values()),
        failed=tuple(failed),
        unreachable=tuple(unreachable),
        services=tuple(dict.fromkeys(e["service"] for e in seen if e["e"] == "service")),
    )


def _number(hosts: Iterable[str]) -> int:
    """How many there are; the deploy host itself counts only where it is alone."""
    names = set(hosts)
    return len(names - {"localhost"}) or len(names)


def _other_reason(complete: bool, hosts: int, code: int, output: Sequence[str]) -> str:
    """Why a run failed although no host did; "" if it did not."""
    words = [line.strip() for line in output if line.strip() and not line.startswith("[WARNING]")]
    end = " | ".join(words[-_LAST_WORDS:])[-LONGEST:] or "no output"
    if complete and hosts and code == 0:
        return ""
    if complete and not hosts:
        return f"no host took part, so nothing was done (see the inventory, --limit and --tags): {end}"
    if complete:
        return f"every host is fine, but Kolla-Ansible ended with code {code}: {end}"
    how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
    return f"Kolla-Ansible {how} before its recap: {end}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
