"""The programs that hostctl calls, as far as it relies on them: what they answer and what they change.

Words that a program is not known to take fail the test, as the real one would refuse them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from host_programs.hostctl.system import Result
from tests.unit.host_programs.hostctl.fake_ceph import Ceph
from tests.unit.host_programs.hostctl.fake_network import OK, NetworkPrograms, unknown
from tests.unit.host_programs.hostctl.fake_systemd import Systemd

if TYPE_CHECKING:
    from tests.unit.host_programs.hostctl.fake import FakeSystem


class Programs(NetworkPrograms):
    """dpkg and apt, systemd, nft, netplan and ip, users' tools; `commands` of a case come first."""

    def __init__(self, host: FakeSystem, facts: dict[str, Any]) -> None:
        self.host = host
        self.commands: dict[str, Any] = copy.deepcopy(facts.get("commands", {}))
        self.packages: dict[str, str] = dict(facts.get("packages", {}))
        self.systemd = Systemd(host, facts.get("units", {}))
        self.tables: dict[str, str] = dict(facts.get("tables", {}))
        self.links: dict[str, Any] = copy.deepcopy(facts.get("links", {}))
        self.routes: list[dict[str, str]] = copy.deepcopy(facts.get("routes", []))
        self.generated: dict[str, dict[str, str]] = facts.get("generated", {})
        self.kernel_lacks: list[str] = facts.get("kernel_lacks", [])
        self.ceph = Ceph(host, facts.get("ceph"))

    def state(self) -> dict[str, Any]:
        return {
            "units": self.systemd.state(),
            "tables": self.tables,
            "links": self.links,
            "packages": self.packages,
            "ceph": self.ceph.state(),
        }

    def answer(self, argv: list[str], stdin: str) -> Result:
        given = self.commands.get(" ".join(argv))
        if isinstance(given, list):  # one answer after the other; the last one stays
            given = given.pop(0) if len(given) > 1 else given[0]
        if given is not None:
            return self._given(given)
        tools: dict[str, Callable[[list[str], str], Result]] = {
            "dpkg": self._dpkg,
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
            "hostname": self._hostname,
            "sshd": self._sshd,
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
        if argv[0].endswith("/bin/python3"):
            return self._pip(argv[1:])
        tool = tools.get(argv[0])
        if tool is None:
            raise unknown(argv[0], argv[1:])
        return tool(argv[1:], stdin)

    def _systemctl(self, argv: list[str], stdin: str) -> Result:
        if argv == ["restart", "systemd-networkd.service"]:
            self.networkd_starts()
            return OK
        return self.systemd.systemctl(argv, stdin)

    def _given(self, given: Any) -> Result:
        entry: dict[str, Any] = {"out": given} if isinstance(given, str) else given
        for path, content in entry.get("then", {}).get("files", {}).items():
            self.host.put(path, content)
        self.packages.update(entry.get("then", {}).get("packages", {}))
        return Result(entry.get("code", 0), entry.get("out", ""), entry.get("err", ""))

    # --- packages

    def _dpkg(self, argv: list[str], stdin: str) -> Result:
        if argv != ["--configure", "-a", "--force-confdef", "--force-confold"]:
            raise unknown("dpkg", argv)
        return OK

    def _dpkg_query(self, argv: list[str], stdin: str) -> Result:
        match argv:
            case ["-W", "-f", "${Package} ${db:Status-Abbrev}\\n", *names] if names:
                lines = [f"{name} {self.packages[name]}" for name in names if name in self.packages]
                return Result(
                    0 if len(lines) == len(names) else 1, "".join(f"{line}\n" for line in lines), ""
                )
        raise unknown("dpkg-query", argv)

    def _apt_get(self, argv: list[str], stdin: str) -> Result:
        words = list(argv)
        while words and words[0].startswith("-"):
            option = words.pop(0)
            if option == "-o":
                words.pop(0)
            elif option not in {"-q", "-y", "--no-install-recommends"}:
                raise unknown("apt-get", argv)
        match words:
            case ["update"] | ["dist-upgrade"]:
                return OK
            case ["install", *selection] if selection and not any(word.startswith("-") for word in selection):
                for word in selection:
                    if word.endswith("-"):
                        self.packages[word[:-1]] = "rc "
                    else:
                        self.packages[word] = "ii "
                        self.systemd.installed(word)
                return OK
        raise unknown("apt-get", argv)

    def _apt_mark(self, argv: list[str], stdin: str) -> Result:
        match argv:
            case ["hold", name] if name in self.packages:
                self.packages[name] = "h" + self.packages[name][1:]
                return OK
        raise unknown("apt-mark", argv)

    # --- users, swap, mounts, modules, venvs

    def _append(self, path: str, line: str) -> None:
        self.host.files[path]["content"] += line + "\n"

    def _useradd(self, argv: list[str], stdin: str) -> Result:
        words, given = list(argv[:-1]), {}
        while words:
            option = words.pop(0)
            if option in {"--shell", "--home-dir"}:
                given[option] = words.pop(0)
            elif option not in {"--create-home", "--user-group", "--system"}:
                raise unknown("useradd", argv)
        name = argv[-1]
        home = given.get("--home-dir", f"/home/{name}")
        self._append("/etc/passwd", f"{name}:x:990:990::{home}:{given['--shell']}")
        self._append("/etc/group", f"{name}:x:990:")
        self._append("/etc/shadow", f"{name}:!:1::::::")
        return OK

    def _usermod(self, argv: list[str], stdin: str) -> Result:
        match argv:
            case ["-s" | "-d" as option, value, name]:
                self._edit("/etc/passwd", name, {"-s": 6, "-d": 5}[option], value)
            case ["-a", "-G", group, name]:
                self._edit("/etc/group", group, 3, name)
            case _:
                raise unknown("usermod", argv)
        return OK

    def _passwd(self, argv: list[str], stdin: str) -> Result:
        if argv[:1] != ["--lock"] or len(argv) != 2:
            raise unknown("passwd", argv)
        self._edit("/etc/shadow", argv[1], 1, "!locked")
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
        if argv != ["-a"]:
            raise unknown("swapoff", argv)
        self.host.put("/proc/swaps", "Filename Type Size Used Priority\n")
        return OK

    def _mount(self, argv: list[str], stdin: str) -> Result:
        fstab = (self.host.read("/etc/fstab") or "").splitlines()
        if len(argv) != 1 or not any(line.split()[1:2] == argv for line in fstab):
            raise unknown("mount", argv)
        self._append("/proc/mounts", f"/dev/x {argv[0]} ext4 rw 0 0")
        return OK

    def _modprobe(self, argv: list[str], stdin: str) -> Result:
        if len(argv) != 2 or argv[0] != "--":
            raise unknown("modprobe", argv)
        self.host.put(f"/sys/module/{argv[1]}/refcnt", "0\n")
        return OK

    def _hostname(self, argv: list[str], stdin: str) -> Result:
        if len(argv) != 1 or argv[0].startswith("-"):
            raise unknown("hostname", argv)
        self.host.put("/proc/sys/kernel/hostname", f"{argv[0]}\n")
        return OK

    def _sshd(self, argv: list[str], stdin: str) -> Result:
        """Without Match and Include but of the folder of drop-ins: the first value counts, AllowUsers adds up."""
        if argv != ["-T"]:
            raise unknown("sshd", argv)
        main, folder = "/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d"
        used: dict[str, list[str]] = {}
        texts = []
        for line in (self.host.read(main) or "").splitlines():
            names = self.host.names(folder) if line == f"Include {folder}/*.conf" else []
            texts += [self.host.read(f"{folder}/{n}") or "" for n in names if n.endswith(".conf")] or [line]
        for text in texts:
            for line in text.partition("Match ")[0].splitlines():
                key, _, value = line.partition(" ")
                if key == "AllowUsers":
                    used.setdefault("allowusers", []).extend(value.split())
                elif key and not key.startswith("#"):
                    used.setdefault(key.lower(), [value])
        return Result(0, "".join(f"{k} {v}\n" for k, values in used.items() for v in values), "")

    def _venv(self, argv: list[str], stdin: str) -> Result:
        if argv[:3] != ["-m", "venv", "--clear"] or argv[3:-1] not in ([], ["--system-site-packages"]):
            raise unknown("python3", argv)
        value = "true" if "--system-site-packages" in argv else "false"
        self.host.put(f"{argv[-1]}/pyvenv.cfg", f"include-system-site-packages = {value}\n")
        self.host.put(f"{argv[-1]}/bin/python3", "")
        return OK

    def _pip(self, argv: list[str]) -> Result:
        pip = ["-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
        if argv[:5] != pip or not argv[5:] or any(word.startswith("-") for word in argv[5:]):
            raise unknown("python3", argv)
        return OK
