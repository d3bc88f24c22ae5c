"""A host in memory: files, and programs that behave (fake_programs). Nothing of the machine is touched."""

from __future__ import annotations

import copy
from typing import Any

from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.reading import Stat
from host_programs.hostctl.system import Result, System
from tests.unit.host_programs.hostctl.fake_programs import Programs

BASE_FILES: dict[str, Any] = {
    "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
    "/etc/group": "root:x:0:\n",
    "/etc/shadow": "root:*:1::::::\n",
    "/etc/hosts": "127.0.0.1 localhost\n",
    "/proc/sys/kernel/hostname": "ctl01\n",
    "/proc/sys/kernel/osrelease": "6.1.0\n",
    "/proc/swaps": "Filename Type Size Used Priority\n",
    "/proc/mounts": "/dev/vda1 / ext4 rw 0 0\n",
    "/var/lib/apt/lists/mirror_InRelease": "",
}


class Killed(BaseException):
    """The process is gone, as by kill -9."""


class FakeSystem(System):
    """Keeps what the real one would change; dies before its n-th change if told so (`die_at`)."""

    def __init__(self, facts: dict[str, Any] | None = None) -> None:
        super().__init__()
        facts = facts or {}
        self.files: dict[str, dict[str, Any]] = {}
        for path, entry in {**BASE_FILES, **facts.get("files", {})}.items():
            self.put(path, entry)
        self.programs = Programs(self, facts)
        self.read_only = tuple(facts.get("read_only", ()))
        self.no_space = tuple(facts.get("no_space", ()))
        self.ages: dict[str, float] = facts.get("ages", {})
        self.origin: str | None = facts.get("way_in")
        self.ran: list[str] = []
        self.changes = 0
        self.die_at: int | None = None
        self.time = 0.0

    def put(self, path: str, entry: Any) -> None:
        if entry is None:
            self.files.pop(path, None)
            return
        given = {"content": entry} if isinstance(entry, str) else dict(entry)
        mode = "0777" if "link" in given else "0644"
        self.files[path] = {"mode": mode, "owner": "root:root", **given}

    def snapshot(self) -> dict[str, Any]:
        """Everything but hostctl's own notes and lists of apt."""
        own = ("/var/lib/hostctl", "/var/lib/apt")
        files = {
            path: entry
            for path, entry in self.files.items()
            if not path.startswith(own) and "dir" not in entry
        }
        return copy.deepcopy({"files": files, **self.programs.state()})

    # --- reading

    def read(self, path: str) -> str | None:
        entry = self.files.get(path)
        return entry.get("content") if entry else None

    def read_bytes(self, path: str, offset: int) -> bytes:
        return (self.read(path) or "").encode()[offset:]

    def exists(self, path: str) -> bool:
        return path in self.files or any(name.startswith(path + "/") for name in self.files)

    def writable(self, path: str) -> bool:
        return not path.startswith(self.read_only) if self.read_only else True

    def names(self, path: str) -> list[str]:
        return sorted(
            {name[len(path) + 1 :].split("/")[0] for name in self.files if name.startswith(path + "/")}
        )

    def age(self, path: str) -> float | None:
        return self.ages.get(path, 60.0) if self.exists(path) else None

    def pid(self) -> int:
        return 4242

    def stat(self, path: str) -> Stat | None:
        entry = self.files.get(path)
        if entry is None:
            return Stat("0755", "root:root", True, False) if self.exists(path) else None
        return Stat(entry["mode"], entry["owner"], bool(entry.get("dir")), "link" in entry)

    def readlink(self, path: str) -> str | None:
        return self.files.get(path, {}).get("link")

    def query(self, argv: Any, stdin: str = "") -> Result:
        return self.programs.answer(list(argv), stdin)

    def scratch(self, path: str, content: str, argv: Any, results: str) -> tuple[Result, dict[str, str]]:
        return self.programs.netplan_generate(content)

    def way_in(self) -> str | None:
        return self.origin

    def clock(self) -> float:
        return self.time

    def pause(self, seconds: float) -> None:
        self.time += seconds

    # --- changing

    def _change(self, path: str = "") -> None:
        """Each change is a moment at which the process may die, before it is made."""
        self.changes += 1
        if self.die_at is not None and self.changes >= self.die_at:
            raise Killed
        if self.no_space and path.startswith(self.no_space):
            raise HostctlError(path, "no space: needs 1 bytes")

    def run(self, argv: Any, item: str, stdin: str = "", seconds: float = 0, env: Any = None) -> Result:
        self._change()
        words = " ".join(argv)
        self.ran.append(words)
        result = self.programs.answer(list(argv), stdin)
        if result.code != 0:
            raise HostctlError(item, f"`{words}` exited with {result.code}: {result.err}")
        return result

    def write(self, path: str, content: str, mode: str = "0644", owner: str = "root:root") -> None:
        self._change(path)
        self.files[path] = {"content": content, "mode": mode, "owner": owner}

    def make_dir(self, path: str, mode: str = "0755", owner: str = "root:root") -> None:
        self._change(path)
        self.files[path] = {"dir": True, "mode": mode, "owner": owner}

    def poke(self, path: str, value: str) -> None:
        self._change(path)
        self.files[path]["content"] = value + "\n"
        redirects = "/proc/sys/net/ipv4/conf/all/accept_redirects"
        if path == "/proc/sys/net/ipv4/ip_forward" and redirects in self.files:
            # As the kernel does: a router does not accept redirects, a host does.
            self.files[redirects]["content"] = "0\n" if value == "1" else "1\n"

    def symlink(self, path: str, target: str) -> None:
        self._change(path)
        self.files[path] = {"link": target, "mode": "0777", "owner": "root:root"}

    def rename(self, path: str, new: str) -> None:
        self._change(path)
        for name in [name for name in self.files if name == path or name.startswith(path + "/")]:
            self.files[new + name[len(path) :]] = self.files.pop(name)

    def remove(self, path: str) -> None:
        if path in self.files:
            self._change(path)
            del self.files[path]
