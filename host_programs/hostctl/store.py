"""What hostctl remembers on the host, all of it in /var/lib/hostctl, readable by root only.

GROUP.json           the desired state that was applied last
GROUP.record.json    its status, and what each item was before hostctl changed it
GROUP.pending        files written by a run that did not finish: units may still have to restart
GROUP.rollback.json  while armed: all that it takes to undo
GROUP.rejected.json  the desired state that was rolled back
GROUP.upgrade        the token of the last upgrade
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Set

from host_programs.contract.hostctl import CONFIRMED, HOSTCTL_FOLDER
from host_programs.hostctl.errors import HostctlError

if TYPE_CHECKING:
    from host_programs.hostctl.state import State
    from host_programs.hostctl.system import System

ORIGINALS = "made"
"""In a record: what each item was before hostctl changed it, by kind. The word is that of files on hosts: it stays."""


class Store:
    """Reads and writes what is remembered."""

    def __init__(self, host: System) -> None:
        """Remember on `host`."""
        self.host = host

    def prepare(self) -> None:
        """Make the folder, private, before the first thing is written."""
        found = self.host.stat(HOSTCTL_FOLDER)
        if found is None or found.mode != "0700":
            self.host.make_dir(HOSTCTL_FOLDER, "0700")

    def groups(self) -> List[str]:
        """Groups with a state or something to say about one."""
        names = set()
        for name in self.host.names(HOSTCTL_FOLDER):
            for suffix in (".record.json", ".json"):
                if name.endswith(suffix) and "." not in name[: -len(suffix)]:
                    names.add(name[: -len(suffix)])
        return sorted(names)

    def state(self, group: str, name: str = "") -> Optional[State]:
        """The desired state that was applied last, or the one of that name (`.rejected`)."""
        return self._read(f"{group}{name}.json")

    def save_state(self, group: str, state: Optional[State], name: str = "") -> None:
        """Keep a state, or forget it (None)."""
        self._write(f"{group}{name}.json", state)

    def record(self, group: str) -> Dict[str, Any]:
        """Status and originals; a group that was never applied has an empty one."""
        return self._read(f"{group}.record.json") or {"status": CONFIRMED, "window": None, ORIGINALS: {}}

    def save_record(self, group: str, record: Dict[str, Any]) -> None:
        """Keep status and originals."""
        self._write(f"{group}.record.json", record)

    def rollback(self, group: str) -> Optional[Dict[str, Any]]:
        """What it takes to undo, while the group is armed."""
        return self._read(f"{group}.rollback.json")

    def save_rollback(self, group: str, data: Optional[Dict[str, Any]]) -> None:
        """Arm, or disarm (None): this file alone decides whether there is anything to undo."""
        self._write(f"{group}.rollback.json", data)

    def pending(self, group: str) -> Set[str]:
        """Files whose units may still have to restart."""
        return set((self.host.read(f"{HOSTCTL_FOLDER}/{group}.pending") or "").splitlines())

    def save_pending(self, group: str, paths: Set[str]) -> None:
        """Remember them until the run is through."""
        path = f"{HOSTCTL_FOLDER}/{group}.pending"
        if paths:
            self.host.write(path, "".join(f"{name}\n" for name in sorted(paths)), "0600")
        else:
            self.host.remove(path)

    def _read(self, name: str) -> Optional[Dict[str, Any]]:
        text = self.host.read(f"{HOSTCTL_FOLDER}/{name}")
        if text is None:
            return None
        try:
            data: Dict[str, Any] = json.loads(text)
        except ValueError:
            raise HostctlError(
                f"{HOSTCTL_FOLDER}/{name}", "is not JSON", "remove it and apply the group again"
            ) from None
        return data

    def _write(self, name: str, data: Optional[Dict[str, Any]]) -> None:
        path = f"{HOSTCTL_FOLDER}/{name}"
        if data is None:
            self.host.remove(path)
        else:
            text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            self.host.write(path, text, "0600")
