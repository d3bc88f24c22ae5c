"""The programs that hostctl calls, as far as it relies on them: what they answer and what they change."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from host_programs.hostctl.system import Result
from tests.unit.host_programs.hostctl.fake_ceph import Ceph
from tests.unit.host_programs.hostctl.fake_network import OK, NetworkPrograms

if TYPE_CHECKING:
    from tests.unit.host_programs.hostctl.fake import FakeSystem

BOOT_TARGETS = "/etc/systemd/system/"


class Programs(NetworkPrograms):
    """dpkg and apt, systemd, nft, netplan and ip, users' tools; `commands` of a case come first."""

    def __init__(self, host: FakeSystem, facts: dict[str, Any]) -> None:
        self.host = host
        self.commands: dict[str, Any] = copy.deepcopy(facts.get("commands", {}))
        self.packages: dict[str, str] = dict(facts.get("packages", {}))
        self.units: dict[str, dict[str, str]] = copy.deepcopy(facts.get("units", {}))
        self.tables: dict[str, str] = dict(facts.get("tables", {}))
        self.links: dict[str, Any] = copy.deepcopy(facts.get("links", {}))
        self.routes: list[dict[str, str]] = copy.deepcopy(facts.get("routes", []))
        self.generated: dict[str, dict[str, str]] = facts.get("generated", {})
        self.kernel_lacks: list[str] = facts.get("kernel_lacks", [])
        self.ceph = Ceph(host, facts.get("ceph"))

    def state(self) -> dict[str, Any]:
        units = {
            name: {key: unit[key] for key in sorted(unit) if key != "NeedDaemonReload"}
            for name, unit in self.units.items()
            if not name.startswith("hostctl-") and (self._brought(name) or "LoadState" in unit)
        }
        return {"units": units, "tables": self.tables, "links": self.links, "packages": self.packages} | {
            "ceph": self.ceph.state()
        }

    def answer(self, argv: list[str], stdin: str, *, changing: bool = False) -> Result:
        given = self.commands.get(" ".join(argv))
        if isinstance(given, list):  # one answer after the other; the last one stays
            given = given.pop(0) if len(given) > 1 else given[0]
        if given is not None:
            return self._given(given)
        tools: dict[str, Callable[[list[str], str], Result]] = {
            "dpkg-query": self._dpkg_query,
            "apt-get": self._apt_get,
            "apt-mark": self._apt_mark,
            "systemctl": self._systemctl,
            "nft": self._nft,
            "unshare": self._unshare,
            "ip": self._ip,
            "netplan": self._netplan,
            "useradd": self._useradd,
            "usermod": self._usermod,
            "passwd": self._passwd,
            "swapoff": self._swapoff,
            "mount": self._mount,
            "modprobe": self._modprobe,
            "python3": self._venv,
            "ceph": self.ceph.ceph,
            "radosgw-admin": self.ceph.radosgw_admin,
            "ceph-mon": self.ceph.ceph_mon,
            "ceph-osd": self.ceph.ceph_osd,
            "ceph-authtool": self.ceph.ceph_authtool,
            "monmaptool": self.ceph.monmaptool,
            "rm": self.ceph.rm,
            "chown": self.ceph.chown,
        }
        tool = tools.get(argv[0])
        if tool is None:
            assert changing, f"the case has no answer for: {' '.join(argv)}"
            return OK
        return tool(argv[1:], stdin)

    def _given(self, given: Any) -> Result:
        entry: dict[str, Any] = {"out": given} if isinstance(given, str) else given
        for path, content in entry.get("then", {}).get("files", {}).items():
            self.host.put(path, content)
        self.packages.update(entry.get("then", {}).get("packages", {}))
        return Result(entry.get("code", 0), entry.get("out", ""), entry.get("err", ""))

    # --- packages

    def _dpkg_query(self, argv: list[str], stdin: str) -> Result:
        names = argv[3:]
        lines = [f"{name} {self.packages[name]}" for name in names if name in self.packages]
        return Result(0 if len(lines) == len(names) else 1, "".join(f"{line}\n" for line in lines), "")

    def _apt_get(self, argv: list[str], stdin: str) -> Result:
        if "install" in argv:
            for word in argv[argv.index("install") + 1 :]:
                if word.endswith("-"):
                    self.packages[word[:-1]] = "rc "
                else:
                    self.packages[word] = "ii "
                    unit = self.units.get(f"{word}.service")
                    if unit is not None:
                        unit.update(LoadState="loaded", UnitFileState="enabled")
        return OK

    def _apt_mark(self, argv: list[str], stdin: str) -> Result:
        self.packages[argv[1]] = "h" + self.packages[argv[1]][1:]
        return OK

    # --- systemd

    def _systemctl(self, argv: list[str], stdin: str) -> Result:
        if argv[0] == "show":
            names = argv[argv.index("--") + 1 :]
            blocks = [self._unit(name) for name in names]
            return Result(
                0, "\n\n".join("\n".join(f"{k}={v}" for k, v in b.items()) for b in blocks) + "\n", ""
            )
        if argv[0] == "list-unit-files":
            rows = [f"{n} {u['UnitFileState']}" for n, u in self.units.items() if n.endswith(".swap")]
            return Result(0, "".join(f"{row}\n" for row in rows), "")
        if argv[0] == "daemon-reload":
            for unit in self.units.values():
                unit.pop("NeedDaemonReload", None)
            return OK
        unit = self.units.setdefault(argv[-1], {})
        self._verb(unit, argv)
        return OK

    def _verb(self, unit: dict[str, str], argv: list[str]) -> None:
        effects: dict[str, dict[str, str]] = {
            "start": {"ActiveState": "active", "SubState": "running"},
            "restart": {"ActiveState": "active", "SubState": "running"},
            "stop": {"ActiveState": "inactive", "SubState": "dead"},
            "enable": {"UnitFileState": "enabled"},
            "disable": {"UnitFileState": "disabled"},
            "mask": {"UnitFileState": "masked", "LoadState": "masked"},
            "unmask": {"UnitFileState": "disabled", "LoadState": "loaded"},
        }
        if argv[0] == "unmask" and unit.get("LoadState") != "masked":
            return
        unit.update(effects.get(argv[0], {}))

    def _brought(self, name: str) -> bool:
        return f"{BOOT_TARGETS}{name}" in self.host.files

    def _unit(self, name: str) -> dict[str, str]:
        absent = {
            "LoadState": "not-found",
            "ActiveState": "inactive",
            "SubState": "dead",
            "UnitFileState": "",
        }
        loaded = {**absent, "LoadState": "loaded", "UnitFileState": "disabled"}
        known = loaded if self._brought(name) else absent
        return {**known, **self.units.get(name, {})}

    # --- users, swap, mounts, modules, venvs

    def _append(self, path: str, line: str) -> None:
        self.host.files[path]["content"] += line + "\n"

    def _useradd(self, argv: list[str], stdin: str) -> Result:
        name = argv[-1]
        home = argv[argv.index("--home-dir") + 1] if "--home-dir" in argv else f"/home/{name}"
        self._append("/etc/passwd", f"{name}:x:990:990::{home}:{argv[argv.index('--shell') + 1]}")
        self._append("/etc/group", f"{name}:x:990:")
        self._append("/etc/shadow", f"{name}:!:1::::::")
        return OK

    def _usermod(self, argv: list[str], stdin: str) -> Result:
        name = argv[-1]
        field = {"-s": 6, "-d": 5}.get(argv[0])
        if field is not None:
            self._edit("/etc/passwd", name, field, argv[1])
        elif argv[:2] == ["-a", "-G"]:
            self._edit("/etc/group", argv[2], 3, name)
        return OK

    def _passwd(self, argv: list[str], stdin: str) -> Result:
        self._edit("/etc/shadow", argv[-1], 1, "!locked")
        return OK

    def _edit(self, path: str, name: str, field: int, value: str) -> None:
        lines = []
        for line in (self.host.read(path) or "").splitlines():
            parts = line.split(":")
            if parts[0] == name:
                parts[field] = value
            lines.append(":".join(parts))
        self.host.files[path]["content"] = "".join(f"{line}\n" for line in lines)

    def _swapoff(self, argv: list[str], stdin: str) -> Result:
        self.host.put("/proc/swaps", "Filename Type Size Used Priority\n")
        return OK

    def _mount(self, argv: list[str], stdin: str) -> Result:
        self._append("/proc/mounts", f"/dev/x {argv[-1]} ext4 rw 0 0")
        return OK

    def _modprobe(self, argv: list[str], stdin: str) -> Result:
        self.host.put(f"/sys/module/{argv[-1]}/refcnt", "0\n")
        return OK

    def _venv(self, argv: list[str], stdin: str) -> Result:
        value = "true" if "--system-site-packages" in argv else "false"
        self.host.put(f"{argv[-1]}/pyvenv.cfg", f"include-system-site-packages = {value}\n")
        self.host.put(f"{argv[-1]}/bin/python3", "")
        return OK
