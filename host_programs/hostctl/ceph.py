"""How hostctl talks to a Ceph cluster: the `ceph` program with JSON answers, deadlines, and no key in sight."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING, Any, Dict, List, Sequence

from host_programs.hostctl.errors import HostctlError

if TYPE_CHECKING:
    from host_programs.hostctl.system import Result, System

CONNECT_SECONDS = 15
"""Longest wait for a monitor; without it `ceph` waits five minutes."""
QUORUM_SECONDS = 240
"""How long monitors may take until a majority of them has found each other."""
STEP_SECONDS = 2
RUN_SECONDS = 120


class Cluster:
    """One cluster, seen from this host."""

    def __init__(self, host: System, login: Sequence[str] = ()) -> None:
        """`login`: arguments that say who asks which cluster; none: client.admin of /etc/ceph."""
        self.host = host
        self.who = list(login)
        self.login = [*login, "--connect-timeout", str(CONNECT_SECONDS)]

    def ask(self, *words: str) -> Any:
        """The answer to a question, parsed.

        Raises:
            HostctlError: the cluster does not answer, or not in JSON; the message has the question, not the answer.
        """
        result = self.host.query(["ceph", *self.login, *words, "--format", "json"])
        question = f"`ceph {' '.join(words)}`"
        if result.code == 127:
            raise HostctlError("ceph", "is not installed", "add ceph-common to packages")
        if result.code != 0:
            raise HostctlError("ceph", f"{question} exited with {result.code}: {last_words(result)}")
        try:
            # Some releases print a line of their own before the JSON.
            return json.loads(result.out[min(_starts(result.out)) :])
        except ValueError:
            raise HostctlError("ceph", f"{question} did not answer in JSON") from None

    def order(self, item: str, *words: str, stdin: str = "") -> Result:
        """Have the cluster do something; `item` names it in an error."""
        return self.host.run(["ceph", *self.login, *words], item, stdin=stdin, seconds=RUN_SECONDS)

    def gateway_names(self, kind: str) -> List[str]:
        """Names of the gateways' realms, zonegroups or zones. Raises HostctlError as `ask`."""
        # Only `ceph` itself understands --connect-timeout.
        found = self.host.query(["radosgw-admin", *self.who, kind, "list", "--format", "json"])
        if found.code == errno.ENOENT:
            return []  # nothing of the kind was ever made
        if found.code != 0:
            raise HostctlError(f"ceph {kind}s", f"`radosgw-admin {kind} list`: {last_words(found)}")
        names: List[str] = json.loads(found.out or "{}").get(f"{kind}s") or []
        return names

    def gateway_order(self, item: str, *words: str) -> None:
        """Have something done about the gateways' realm."""
        self.host.run(["radosgw-admin", *self.who, *words], item, seconds=RUN_SECONDS)

    def wait(self, item: str) -> None:
        """Wait until the monitors have a quorum.

        Raises:
            HostctlError: they have none in time; says what the cluster answered last.
        """
        end = self.host.clock() + QUORUM_SECONDS
        while True:
            found = self.host.query(["ceph", *self.login, "quorum_status"])
            if found.code == 0:
                return
            if self.host.clock() > end:
                reason = f"the monitors have no quorum after {QUORUM_SECONDS} s: {last_words(found)}"
                raise HostctlError(item, reason, "see journalctl -u 'ceph-mon@*' on the monitors' hosts")
            self.host.pause(STEP_SECONDS)


def caps_words(caps: Dict[str, str]) -> List[str]:
    """Capabilities as arguments: `mon "profile rbd" osd …`, in a fixed order."""
    return [word for kind in sorted(caps) for word in (kind, caps[kind])]


def last_words(result: Result) -> str:
    """The last line that a program complained with."""
    lines = [line.strip() for line in result.err.splitlines() if line.strip()]
    return lines[-1][-300:] if lines else "nothing was said"


def _starts(text: str) -> List[int]:
    found = [text.find(mark) for mark in "[{"]
    return [at for at in found if at >= 0] or [0]
