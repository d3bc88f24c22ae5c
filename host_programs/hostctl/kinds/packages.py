"""Debian packages: one query to compare, one apt transaction to change."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence

from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.kinds import apt

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE: Dict[str, Any] = {"present": [str], "absent": [str], "hold": [str]}
STAYS = True
LISTS = "/var/lib/apt/lists"
LISTS_SECONDS = 24 * 3600
POLICY = "/usr/sbin/policy-rc.d"
POLICY_MARK = "# Made by hostctl for the time of one apt run."
OPTIONS = [
    "-q",
    "-y",
    "--no-install-recommends",
    "-o",
    "Dpkg::Options::=--force-confdef",
    "-o",
    "Dpkg::Options::=--force-confold",
    "-o",
    "Dpkg::Use-Pty=0",
]


CONFIGURE = ["dpkg", "--configure", "-a", "--force-confdef", "--force-confold"]


def compare(want: Optional[Dict[str, List[str]]], plan: Plan) -> None:
    """Present, absent and held packages. What leaves the state stays installed."""
    state = want or {}
    present, absent, hold = state.get("present", []), state.get("absent", []), state.get("hold", [])
    if not (present or absent or hold):
        return
    status = _status(plan.host, sorted({*present, *absent, *hold}))
    install = [name for name in present if status.get(name, "")[1:2] != "i"]
    remove = [name for name in absent if status.get(name, " n")[1:2] not in {"n", "c"}]
    selection = [*install, *(f"{name}-" for name in remove)]
    change = functools.partial(_change, plan.host, selection)
    # One transaction for all: the first label carries it, the others say what else it did.
    labels = [f"package {name} {_verb(status.get(name, ''))}" for name in install]
    labels += [f"package {name} remove" for name in remove]
    for number, label in enumerate(labels):
        plan.add(label, label, change if number == 0 else _done)
    plan.ok += len(present) + len(absent) - len(labels)
    if POLICY_MARK in (plan.host.read(POLICY) or "") and not selection:
        plan.add("policy", f"{POLICY} of a killed run removed", functools.partial(plan.host.remove, POLICY))
    for name in hold:
        if status.get(name, "")[:1] == "h":
            plan.fine()
        else:
            effect = functools.partial(plan.host.run, ["apt-mark", "hold", name], f"package {name}")
            plan.add(f"hold {name}", f"package {name} hold", effect)


def refresh(host: System, item: str) -> None:
    """Finish what a killed dpkg left half done, and fetch lists that are missing or a day old."""
    if host.names("/var/lib/dpkg/updates"):
        apt.run_locked(host, CONFIGURE, item)
    fetched = [name for name in host.names(LISTS) if name.endswith(("_InRelease", "_Release", "_Packages"))]
    ages = [age for age in (host.age(f"{LISTS}/{name}") for name in fetched) if age is not None]
    # A mirror that does not change keeps old dates on the lists; the folder says when we last looked.
    looked = host.age(f"{LISTS}/partial")
    if not ages or (min(ages) > LISTS_SECONDS and (looked is None or looked > LISTS_SECONDS)):
        apt.update(host)


def transaction(host: System, words: Sequence[str], item: str) -> None:
    """Run apt-get once, with no daemon started by a package, and repair an interrupted dpkg first."""
    ours = _forbid_starts(host)
    try:
        command = ["apt-get", *OPTIONS, *words]
        try:
            apt.run_locked(host, command, item)
        except HostctlError as error:
            if "dpkg --configure -a" in error.reason or "dpkg was interrupted" in error.reason:
                apt.run_locked(host, CONFIGURE, item)
            elif "Unable to locate package" in error.reason or "404 " in error.reason:
                apt.update(host)
            else:
                raise
            apt.run_locked(host, command, item)
    finally:
        if ours:
            host.remove(POLICY)


def _change(host: System, selection: List[str]) -> None:
    item = f"packages {' '.join(selection)}"[:200]
    refresh(host, item)
    transaction(host, ["install", *selection], item)


def _forbid_starts(host: System) -> bool:
    """Let packages start nothing new: the units of the state are started once, with their final files.

    A restart on upgrade is allowed. The script allows all again when this process is gone, so one that a
    killed run leaves behind does no harm. A policy of somebody else's stays.
    """
    existing = host.read(POLICY)
    if existing is not None and POLICY_MARK not in existing:
        return False
    script = f"#!/bin/sh\n{POLICY_MARK}\nkill -0 {host.pid()} 2>/dev/null || exit 0\n"
    host.write(POLICY, script + 'case "$2" in start) exit 101 ;; esac\nexit 0\n', "0755")
    return True


def _status(host: System, names: List[str]) -> Dict[str, str]:
    """Dpkg's three letters for each package that it knows: wanted, status, error."""
    found = host.query(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Abbrev}\\n", *names])
    if found.code not in {0, 1}:
        raise HostctlError("packages", f"dpkg-query exited with {found.code}: {found.err.strip()[:200]}")
    status: Dict[str, str] = {}
    for line in found.out.splitlines():
        name, _, letters = line.partition(" ")
        # The same package of a second architecture does not hide an installed one.
        if status.get(name, "")[1:2] != "i":
            status[name] = letters
    return status


def _verb(letters: str) -> str:
    return "install" if letters[1:2] in {"", "n", "c"} else "finish installing"


def _done() -> None:
    """Done by the transaction of the first label."""
