"""nft, ip and netplan, as far as hostctl relies on them: what they answer and what they change."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from host_programs.hostctl.system import Result

if TYPE_CHECKING:
    from tests.unit.host_programs.hostctl.fake import FakeSystem

OK = Result(0, "", "")


def unknown(program: str, argv: list[str]) -> AssertionError:
    """What fails a test: a program would refuse these words, or this fake does not know what they do."""
    return AssertionError(f"{program} does not take: {' '.join(argv)}")


class NetworkPrograms:
    """The network's half of the programs of a fake host; whoever has it sets these."""

    host: FakeSystem
    commands: dict[str, Any]
    tables: dict[str, str]
    links: dict[str, Any]
    routes: list[dict[str, str]]
    generated: dict[str, dict[str, str]]
    """What netplan makes of a file's text: name and text of each file."""
    kernel_lacks: list[str]

    def _nft(self, argv: list[str], stdin: str) -> Result:
        match argv:
            case ["-s", "list", "table", family, name]:
                found = self.tables.get(f"{family} {name}")
                if found is None:
                    return Result(1, "", "No such file or directory")
                return Result(0, found, "")
            case ["-c", "-f", "-"]:
                return OK
            case ["-f", "-"]:
                table, ruleset = self._parsed(stdin)
                self.tables.pop(table, None)
                if ruleset.strip():
                    self.tables[table] = ruleset
                return OK
        raise unknown("nft", argv)

    def _unshare(self, argv: list[str], stdin: str) -> Result:
        if argv[:4] == ["--net", "ip", "link", "add"]:
            kind = argv[argv.index("type") + 1]
            return Result(2, "", "Operation not supported") if kind in self.kernel_lacks else OK
        if argv[:3] != ["--net", "sh", "-c"]:
            raise unknown("unshare", argv)
        if "syntax error" in stdin:
            return Result(1, "", "Error: syntax error, unexpected string")
        return Result(0, self._parsed(stdin)[1], "")

    def _parsed(self, text: str) -> tuple[str, str]:
        """The kernel's view is the text itself, without the two lines that clear the table."""
        lines = text.splitlines()
        return lines[0].removeprefix("table ").removesuffix(" {}"), "".join(f"{line}\n" for line in lines[2:])

    def netplan_generate(self, content: str) -> tuple[Result, dict[str, str]]:
        if "broken" in content:
            return Result(1, "", "Invalid YAML"), {}
        return OK, self.generated.get(content, {})

    def _netplan(self, argv: list[str], stdin: str) -> Result:
        if argv not in (["apply"], ["generate"]):
            raise unknown("netplan", argv)
        content = self.host.read("/etc/netplan/60-cloud.yaml")
        if argv[0] == "apply":
            run = "/run/systemd/network"
            for name in self.host.names(run):
                del self.host.files[f"{run}/{name}"]
            for name, text in self.generated.get(content or "", {}).items():
                self.host.put(f"{run}/{name}", text)
        if argv[0] == "apply" and content is not None:
            for name, text in self.generated.get(content, {}).items():
                device = text.split("Name=")[1].split("\n")[0]
                link = self.links.setdefault(device, {"mtu": 1500, "addresses": []})
                index = (self.host.read(f"/sys/class/net/{device}/ifindex") or "").strip()
                state = f"/run/systemd/netif/links/{index}"
                file = (self.host.read(state) or "").strip().partition("=")[2]
                if file and not self.host.exists(file):
                    self.host.put(state, f"NETWORK_FILE={run}/{name}\n")
                if name.endswith(".network"):
                    values = [line.partition("=") for line in text.splitlines()]
                    link["addresses"] = [value for key, _, value in values if key == "Address"]
                    link["mtu"] = next((int(v) for k, _, v in values if k == "MTUBytes"), link["mtu"])
                    gateway = next((v for k, _, v in values if k == "Gateway"), None)
                    if gateway:
                        self.routes = [{"dst": "default", "gateway": gateway}]
        elif argv[0] == "apply":
            self.links.update(copy.deepcopy(self.commands.get("netplan apply without ours", {})))
        return OK

    def _ip(self, argv: list[str], stdin: str) -> Result:
        if argv[:2] == ["-j", "route"]:
            return Result(0, json.dumps(self.routes), "")
        if argv[:2] == ["-j", "address"]:
            shown = [
                {
                    "ifname": name,
                    "mtu": link["mtu"],
                    "addr_info": [
                        {"local": a.split("/")[0], "prefixlen": int(a.split("/")[1])}
                        for a in link["addresses"]
                    ],
                }
                for name, link in self.links.items()
            ]
            return Result(0, json.dumps(shown), "")
        match argv:
            case ["link", "delete", "dev", name]:
                self.links.pop(name, None)
            case ["link", "set", "dev", name, "mtu", mtu]:
                self.links[name]["mtu"] = int(mtu)
            case _:
                raise unknown("ip", argv)
        return OK
