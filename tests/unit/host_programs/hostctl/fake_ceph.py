"""A Ceph cluster in memory: what `ceph`, `radosgw-admin` and the daemons' own tools answer and change."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from host_programs.hostctl.system import Result
from tests.unit.host_programs.hostctl.fake_network import OK, unknown

if TYPE_CHECKING:
    from tests.unit.host_programs.hostctl.fake import FakeSystem

KEY = "AQCanaryCanaryCanary=="
"""Every key of the cluster; no label, note or error may show it."""
RULES = {"replicated_rule": 0, "flash": 1}
DEFAULTS: dict[str, Any] = {
    "pools": {},
    "auth": {"client.admin": {"mon": "allow *"}},
    "config": [],
    "modules": {"on": ["restful"], "off": ["dashboard", "prometheus"]},
    "filesystems": {},
    "rgw": {"realm": [], "zonegroup": [], "zone": []},
    "up": 3,
    "osds": {},
    "quorum": True,
}


def _json(data: Any) -> Result:
    return Result(0, json.dumps(data), "")


def _caps(words: list[str]) -> dict[str, str]:
    return dict(zip(words[::2], words[1::2], strict=True))


class Ceph:
    """The cluster and the host's tools."""

    def __init__(self, host: FakeSystem, facts: dict[str, Any] | None) -> None:
        self.host = host
        self.facts: dict[str, Any] = {**copy.deepcopy(DEFAULTS), **copy.deepcopy(facts or {})}

    def state(self) -> dict[str, Any]:
        return copy.deepcopy({key: value for key, value in self.facts.items() if key != "up"})

    def ceph(self, argv: list[str], stdin: str) -> Result:
        if "--connect-timeout" not in argv:
            raise AssertionError("a question to the cluster needs a deadline")
        at = argv.index("--connect-timeout")
        words = argv[at + 2 :]
        if words[-2:] == ["--format", "json"]:
            words = words[:-2]
        if not self.facts["quorum"]:
            return Result(1, "", "[errno 110] RADOS timed out (error connecting to the cluster)")
        area = {
            "osd": self._osd,
            "mgr": self._mgr,
            "config": self._config,
            "fs": self._fs,
            "auth": self._auth,
        }
        if words == ["quorum_status"]:
            return _json({})
        if words[0] not in area:
            raise unknown("ceph", words)
        return area[words[0]](words[1:])

    # --- questions and orders

    def _osd(self, words: list[str]) -> Result:
        match words:
            case ["stat"]:
                up = self.facts["up"]  # one number after the other; the last one stays
                if isinstance(up, list):
                    up = up.pop(0) if len(up) > 1 else up[0]
                return _json({"num_up_osds": up})
            case ["crush", "rule", "dump"]:
                rules = ({"rule_id": number, "rule_name": name} for name, number in RULES.items())
                return _json(list(rules))
            case ["new", uuid]:
                number = self.facts["osds"].setdefault(uuid, len(self.facts["osds"]))
                return Result(0, f"{number}\n", "")
            case ["pool", "ls"]:
                return _json(list(self.facts["pools"]))
            case ["pool", "ls", "detail"]:
                return _json([{"pool_name": name, **pool} for name, pool in self.facts["pools"].items()])
            case ["pool", "create", name, pg_num, *flags]:
                return self._new_pool(name, int(pg_num), dict(zip(flags[::2], flags[1::2], strict=True)))
            case ["pool", "set", name, key, value, *sure]:
                return self._set(self.facts["pools"][name], key, value, sure=bool(sure))
            case ["pool", "application", "enable", name, application]:
                if self.facts["pools"][name]["application_metadata"]:
                    return Result(1, "", "EPERM: the pool has an application")
                self.facts["pools"][name]["application_metadata"] = {application: {}}
                return OK
        raise unknown("ceph osd", words)

    def _new_pool(self, name: str, pg_num: int, given: dict[str, str]) -> Result:
        size, ratio = int(given.get("--size", 3)), given.get("--target-size-ratio")
        self.facts["pools"][name] = {
            "size": size,
            "min_size": size - size // 2,
            "pg_num": pg_num,
            "crush_rule": 0,
            "pg_autoscale_mode": given.get("--autoscale-mode", "on"),
            "application_metadata": {},
            "options": {"target_size_ratio": float(ratio)} if ratio else {},
        }
        return OK

    def _set(self, pool: dict[str, Any], key: str, value: str, *, sure: bool) -> Result:
        if (key, value) == ("size", "1") and not sure:
            return Result(1, "", "EPERM: pass --yes-i-really-mean-it")
        if key == "target_size_ratio":
            pool["options"][key] = float(value)
        else:
            pool[key] = RULES[value] if key == "crush_rule" else int(value) if value.isdigit() else value
        if key == "size":  # as the monitors do
            pool["min_size"] = int(value) - int(value) // 2
        return OK

    def _mgr(self, words: list[str]) -> Result:
        modules = self.facts["modules"]
        match words:
            case ["module", "ls"]:
                off = [{"name": name} for name in modules["off"]]
                return _json(
                    {
                        "always_on_modules": ["balancer"],
                        "enabled_modules": modules["on"],
                        "disabled_modules": off,
                    }
                )
            case ["module", "enable" | "disable" as verb, name]:
                source, target = ("off", "on") if verb == "enable" else ("on", "off")
                modules[source].remove(name)
                modules[target] = sorted([*modules[target], name])
                return OK
        raise unknown("ceph mgr", words)

    def _config(self, words: list[str]) -> Result:
        entries = self.facts["config"]
        match words:
            case ["dump"]:
                return _json(entries)
            case ["set", section, name, value]:
                entries[:] = [e for e in entries if (e["section"], e["name"]) != (section, name)]
                entries.append({"section": section, "name": name, "value": value})
                return OK
        raise unknown("ceph config", words)

    def _fs(self, words: list[str]) -> Result:
        found = self.facts["filesystems"]
        match words:
            case ["ls"]:
                return _json(
                    [{"name": n, "metadata_pool": m, "data_pools": d} for n, (m, d) in found.items()]
                )
            case ["new", name, metadata, data]:
                found[name] = [metadata, [data]]
                return OK
        raise unknown("ceph fs", words)

    def _auth(self, words: list[str]) -> Result:
        users = self.facts["auth"]
        match words:
            case ["ls"]:
                return _json({"auth_dump": [{"entity": n, "key": KEY, "caps": c} for n, c in users.items()]})
            case ["get-or-create", name, *caps]:
                users.setdefault(name, _caps(caps))
                return Result(0, f"[{name}]\n\tkey = {KEY}\n", "")
            case ["caps", name, *caps]:
                users[name] = _caps(caps)
            case ["import", "-i", path]:
                text = json.loads(self.host.read(path) or "{}")
                users[text["name"]] = text["caps"]
            case _:
                raise unknown("ceph auth", words)
        return OK

    def radosgw_admin(self, argv: list[str], stdin: str) -> Result:
        match argv:
            case ["realm" | "zonegroup" | "zone" as kind, "list", "--format", "json"]:
                names = self.facts["rgw"][kind]
                return _json({f"{kind}s": names}) if names else Result(2, "", "failed: (2) No such file")
            case ["realm" | "zonegroup" | "zone" as kind, "create", *words]:
                self.facts["rgw"][kind].append(words[words.index(f"--rgw-{kind}") + 1])
                self.facts["pools"].setdefault(".rgw.root", {"size": 3, "min_size": 2, "pg_num": 8})
                return OK
            case ["period", "update", "--commit", "--rgw-realm", realm] if (
                realm in self.facts["rgw"]["realm"]
            ):
                return OK
        raise unknown("radosgw-admin", argv)

    # --- the daemons' tools

    def ceph_mon(self, argv: list[str], stdin: str) -> Result:
        self.host.put(f"{argv[argv.index('--mon-data') + 1]}/store.db", "")
        return OK

    def ceph_osd(self, argv: list[str], stdin: str) -> Result:
        folder = argv[argv.index("--osd-data") + 1]
        self.host.put(f"{folder}/fsid", argv[argv.index("--osd-uuid") + 1] + "\n")
        return OK

    def ceph_authtool(self, argv: list[str], stdin: str) -> Result:
        caps = {
            kind: cap for flag, kind, cap in zip(argv, argv[1:], argv[2:], strict=False) if flag == "--cap"
        }
        self.host.put(argv[0], json.dumps({"name": argv[argv.index("-n") + 1], "caps": caps}))
        return OK

    def monmaptool(self, argv: list[str], stdin: str) -> Result:
        self.host.put(argv[-1], " ".join(argv[:-1]))
        return OK

    def rm(self, argv: list[str], stdin: str) -> Result:
        for path in [p for p in self.host.files if p == argv[-1] or p.startswith(argv[-1] + "/")]:
            del self.host.files[path]
        return OK

    def chown(self, argv: list[str], stdin: str) -> Result:
        self.host.files[argv[1]]["owner"] = argv[0]
        return OK
