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
        run = "/run/systemd/network"
        for name in self.host.names(run):
            del self.host.files[f"{run}/{name}"]
        for name, text in self.generated.get(self._cloud_yaml() or "", {}).items():
            self.host.put(f"{run}/{name}", text)
        if argv[0] == "apply":
            self.networkd_starts()
        return OK

    def _cloud_yaml(self) -> str | None:
        return self.host.read("/etc/netplan/60-cloud.yaml")

    def networkd_starts(self) -> None:
        """It adds what its files say and, as with KeepConfiguration, takes no address or route away."""
        run = "/run/systemd/network"
        if self._cloud_yaml() is None:
            self.links.update(copy.deepcopy(self.commands.get("netplan apply without ours", {})))
        for name in self.host.names(run):
            text = self.host.read(f"{run}/{name}") or ""
            device = text.split("Name=")[1].split("\n")[0]
            link = self.links.setdefault(device, {"mtu": 1500, "addresses": []})
            index = (self.host.read(f"/sys/class/net/{device}/ifindex") or "").strip()
            state = f"/run/systemd/netif/links/{index}"
            file = (self.host.read(state) or "").strip().partition("=")[2]
            if file and not self.host.exists(file):
                self.host.put(state, f"NETWORK_FILE={run}/{name}\n")
            if name.endswith(".network"):
                values = [line.partition("=") for line in text.splitlines()]
                wanted = [value for key, _, value in values if key == "Address"]
                link["addresses"] += [address for address in wanted if address not in link["addresses"]]
                link["mtu"] = next((int(v) for k, _, v in values if k == "MTUBytes"), link["mtu"])
                self._routes_of(device, values)

    def _routes_of(self, device: str, values: list[tuple[str, str, str]]) -> None:
        to = "default"
        for key, _, value in values:
            if key == "Destination":
                to = "default" if value == "0.0.0.0/0" else value
            elif key == "Gateway":
                route = {"dst": to, "gateway": value, "dev": device}
                if not any((r["dst"], r["gateway"]) == (to, value) for r in self.routes):
                    self.routes.append(route)

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
            case ["address", "delete", address, "dev", name]:
                self.links[name]["addresses"].remove(address)
            case ["route", "delete", to, "via", gateway, "dev", name]:
                self.routes.remove({"dst": to, "gateway": gateway, "dev": name})
            case _:
                raise unknown("ip", argv)
        return OK
