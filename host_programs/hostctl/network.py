"""What a netplan configuration means, read from the networkd files that netplan makes of it, and what is live."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Callable, Dict, List, NamedTuple, Optional, Set, Tuple

from host_programs.hostctl.errors import HostctlError

if TYPE_CHECKING:
    from host_programs.hostctl.system import System

GENERATORS = ("/usr/libexec/netplan/generate", "/usr/lib/netplan/generate", "/lib/netplan/generate")
GENERATED = "/run/systemd/network"
SOURCE = "/etc/netplan/60-cloud.yaml"

Sections = List[Tuple[str, Dict[str, List[str]]]]


class Device(NamedTuple):
    """What one device must look like."""

    addresses: List[str]
    mtu: Optional[int]
    routes: List[Tuple[str, str]]
    dhcp: bool


class Expected(NamedTuple):
    """What a configuration makes: devices by name, the kind of those that the kernel has to make, networkd's files."""

    devices: Dict[str, Device]
    kinds: Dict[str, str]
    files: Dict[str, str]

    def unsupported(self, host: System) -> List[str]:
        """Kinds of devices that this kernel cannot create, tried in a network namespace that is thrown away."""
        missing = []
        for kind in sorted(set(self.kinds.values())):
            link = ["link", "lo"] if kind in {"vlan", "macvlan"} else []
            extra = ["id", "1"] if kind == "vlan" else []
            argv = ["unshare", "--net", "ip", "link", "add", *link, "name", "hostctl0", "type", kind, *extra]
            if host.query(argv).code != 0:
                missing.append(kind)
        return missing


def generate(host: System, content: str) -> Expected:
    """Have netplan read the configuration, in a root of its own; nothing of the host is touched.

    Raises:
        HostctlError: netplan is missing, or does not accept the configuration.
    """
    generator = next((path for path in GENERATORS if host.exists(path)), None)
    if generator is None:
        raise HostctlError("netplan", "is not installed", "add netplan.io to packages")
    result, files = host.scratch(SOURCE, content, [generator, "--root-dir"], GENERATED)
    if result.code != 0:
        raise HostctlError(
            "netplan", f"does not accept the configuration: {' '.join(result.err.split())[-400:]}"
        )
    return expected(files)


def expected(files: Dict[str, str]) -> Expected:
    """What networkd makes of files, by name."""
    devices, kinds = {}, {}
    for name, text in files.items():
        found = sections(text)
        if name.endswith(".network"):
            device = _first(found, "Match", "Name")
            if device:
                devices[device] = _device(found)
        elif name.endswith(".netdev"):
            kinds[_first(found, "NetDev", "Name") or name] = _first(found, "NetDev", "Kind") or "unknown"
    return Expected(devices, kinds, files)


def generated(host: System) -> Dict[str, str]:
    """The files that netplan made for networkd last time, by name."""
    return {
        name: host.read(f"{GENERATED}/{name}") or ""
        for name in host.names(GENERATED)
        if name.startswith("10-netplan-")
    }


def live(host: System) -> Dict[str, Dict[str, Any]]:
    """MTU and addresses of each device, by name."""
    found = host.query(["ip", "-j", "address", "show"])
    if found.code != 0:
        raise HostctlError("netplan", f"`ip -j address` exited with {found.code}", "add iproute2 to packages")
    return {
        link["ifname"]: {
            "mtu": link.get("mtu"),
            "addresses": [
                f"{a['local']}/{a['prefixlen']}" for a in link.get("addr_info", []) if "local" in a
            ],
        }
        for link in json.loads(found.out or "[]")
        if "ifname" in link
    }


def routes(host: System) -> Set[Tuple[str, str, str]]:
    """Destination, gateway and device of each route of the main table."""
    found = host.query(["ip", "-j", "route", "show"])
    return {
        (r["dst"], r.get("gateway", ""), r.get("dev", ""))
        for r in json.loads(found.out or "[]")
        if "dst" in r
    }


def differences(host: System, expected: Expected, note: Callable[[str], None]) -> List[str]:
    """What is live but wrong, or missing. Further addresses are fine: a VIP comes and goes."""
    present = live(host)
    wrong: List[str] = []
    for name, device in sorted(expected.devices.items()):
        if name not in present:
            if name in expected.kinds:
                wrong.append(f"{name} missing")
            else:
                note(f"netplan: there is no device {name} on this host")
            continue
        have = present[name]
        wrong += [f"{name} address {a} missing" for a in device.addresses if a not in have["addresses"]]
        if device.mtu is not None and have["mtu"] != device.mtu:
            wrong.append(f"{name} mtu {have['mtu']}→{device.mtu}")
    wrong += [f"networkd goes by {file}" for file in overruling(host, expected)]
    wanted = {
        route for name, device in expected.devices.items() if name in present for route in device.routes
    }
    have_routes = {(to, via) for to, via, _ in routes(host)} if wanted else set()
    return wrong + [f"route {to} via {via} missing" for to, via in sorted(wanted - have_routes)]


def overruling(host: System, expected: Expected) -> List[str]:
    """Files other than netplan's that networkd goes by for a device of ours: the first that matches it counts."""
    files = set()
    for name in expected.devices:
        index = (host.read(f"/sys/class/net/{name}/ifindex") or "").strip()
        text = host.read(f"/run/systemd/netif/links/{index}") or ""
        files |= {
            line.partition("=")[2] for line in text.splitlines() if line.startswith("NETWORK_FILE=/etc/")
        }
    return sorted(files)


def keeps_the_way_in(host: System, expected: Expected) -> None:
    """Refuse a configuration without the address that the operator's connection came in on.

    Raises:
        HostctlError: it is not there; nothing was touched yet.
    """
    way_in = host.way_in()
    addresses = {a.partition("/")[0] for device in expected.devices.values() for a in device.addresses}
    if way_in is None or way_in in addresses:
        return
    carriers = [name for name, device in live(host).items() if _carries(device, way_in)]
    if not any(expected.devices[name].dhcp for name in carriers if name in expected.devices):
        raise HostctlError(
            "netplan",
            f"the new configuration has no address {way_in}, which this connection came in on; nothing was changed",
            "correct the management address, or apply it from the console",
        )


def _carries(device: Dict[str, Any], address: str) -> bool:
    return any(have.partition("/")[0] == address for have in device["addresses"])


def _device(found: Sections) -> Device:
    addresses: List[str] = []
    via: List[Tuple[str, str]] = []
    mtu, dhcp = None, False
    for title, values in found:
        if title == "Link" and "MTUBytes" in values:
            mtu = int(values["MTUBytes"][0])
        elif title in {"Network", "Address"}:
            addresses += values.get("Address", [])
            dhcp = dhcp or values.get("DHCP", ["no"])[0] not in {"no", "false"}
        elif title == "Route" and "Gateway" in values and "Table" not in values:
            to = values.get("Destination", ["0.0.0.0/0"])[0]
            gateway = values["Gateway"][0]
            if ":" not in gateway:
                via.append(("default" if to == "0.0.0.0/0" else _plain(to), gateway))
    return Device(addresses, mtu, via, dhcp)


def _plain(to: str) -> str:
    return to.removesuffix("/32")


def sections(text: str) -> Sections:
    """An ini file whose sections and keys may occur more than once."""
    found: Sections = []
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            found.append((line.strip("[]"), {}))
        elif "=" in line and found and not line.startswith(("#", ";")):
            key, _, value = line.partition("=")
            found[-1][1].setdefault(key.strip(), []).append(value.strip())
    return found


def _first(found: Sections, title: str, key: str) -> Optional[str]:
    return next((values[key][0] for name, values in found if name == title and key in values), None)
