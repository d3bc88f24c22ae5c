"""Galera: is there a primary component, and are all members in it. Pure."""

from __future__ import annotations

import re

from host_programs.kolla_run.recovery.gate import UNIT, Order, Seen, Step, Verb, Verdict

ALONE = 150.0
"""Seconds for which members may look for each other before they are helped: after a power cut they mostly find each
other by what they wrote down of their last view, and helping one that is about to would make two clusters of it."""
LEFT_OUT = 240.0
"""Seconds for which a member may take to join what others form. One whose transfer broke off waits for ever."""
_NOT_THERE = re.compile(r"Can't connect to .*\((2|111)\b|is not running")
"""What is said while the server does not run, or has not come so far: no socket, a refused connection, no container.
A socket that is merely too busy (11) says nothing of the kind."""


def galera(seen: Seen) -> Verdict:
    """Never form a new cluster where there is one: writes that it acknowledged would be lost."""
    members = seen.members("galera")
    told = {host: seen.member("galera", host) for host in members}
    primary = [host for host, member in told.items() if member.get("primary")]
    if primary:
        return _with_primary(seen, primary, [host for host in members if host not in primary])
    if not members:
        return Verdict("there is none")
    unknown = [host for host, member in told.items() if not _known(member)]
    unknown += [host for host in members if host not in seen.hosts and host not in unknown]
    if unknown:
        reasons = ", ".join(f"{host} ({told[host].get('problem') or 'does not answer'})" for host in unknown)
        return Verdict(
            "no primary component seen", waits=f"an answer of {reasons}: it may be in a primary component"
        )
    found = f"no primary component on {', '.join(members)}"
    # After a planned power-off, or without one of the last view, nobody finds the others: there is no use in waiting.
    alone = 0.0 if seen.record.get("off") or len(members) < seen.whole("galera") else ALONE
    if seen.waited < alone:
        return Verdict(
            found, waits=f"the members to find each other, at most {alone - seen.waited:.0f} s more"
        )
    verb = Verb(
        "no member is in a primary component: the one with the newest data begins", "mariadb-recovery"
    )
    return Verdict(found, (verb,), "a primary component with all members Synced")


def _with_primary(seen: Seen, primary: list[str], others: list[str]) -> Verdict:
    steps: list[Step] = []
    # One that gets all data does not answer yet, and must not be disturbed.
    gives = any("Donor" in seen.member("galera", host)["problem"] for host in primary)
    answers = [host for host in others if "primary" in seen.member("galera", host)]
    late = answers if seen.waited >= LEFT_OUT and not gives else []
    steps += [
        (Order("does not join", host, ("systemctl", "restart", UNIT.format("mariadb"))),) for host in late
    ]
    waits = [f"{host} to be in the primary component" for host in others]
    for host in primary:
        member = seen.member("galera", host)
        if member["problem"]:
            waits.append(f"{host} to be Synced ({member['problem']})")
        elif member["sees"] != len(primary):
            waits.append(f"{host} to see {len(primary)} members; it sees {member['sees']}")
    begun = [host for host in primary if seen.member("galera", host)["bootstraps"]]
    if begun and not waits:
        why = f"a recovery broke off: the container on {', '.join(begun)} would begin a new cluster at its next start"
        steps.append(Verb(why, "reconfigure", ("mariadb",)))
        waits.append(f"a container without that on {', '.join(begun)}")
    found = f"a primary component of {len(primary)} of {len(primary) + len(others)} members"
    return Verdict(found, tuple(steps), "; ".join(waits))


def _known(member: object) -> bool:
    """Whether a member that is in no primary component is known to be in none."""
    if not isinstance(member, dict) or not member:
        return True  # its container does not run
    return "primary" in member or _NOT_THERE.search(member["problem"]) is not None
