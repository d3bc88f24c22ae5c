"""Have networkd take what netplan generates, without an address going that stays.

A restart, not `networkctl reload`: with `critical` (KeepConfiguration=yes) a device that is configured again loses
networkd's own addresses for a moment, and netplan's files always look new, because it rewrites each. Keepalived takes
that for a fault. After a restart networkd finds the addresses, keeps all of them, and adds what is missing; what the
new files no longer say is taken away here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Dict, List, Optional, Sequence, Set, Tuple

from host_programs.hostctl import network
from host_programs.hostctl.errors import HostctlError

if TYPE_CHECKING:
    from host_programs.hostctl.system import System

OTHERS = ("/run/systemd/system", "/run/NetworkManager/system-connections")
"""Where netplan writes for other programs than networkd: Open vSwitch, SR-IOV, wpa_supplicant, NetworkManager."""
ALWAYS = {"netplan-ovs-cleanup.service"}
OWN = "/etc/systemd/network/"
UNFINISHED = "/run/hostctl-networkd.json"
"""What networkd had set before a change that has not ended yet; of no use after a boot, which sets all of it again."""

Files = Dict[str, str]


def beyond(host: System, before: Files, after: Files, moved: Sequence[str]) -> List[str]:
    """The files that a restart of networkd does not take, which it takes `netplan apply` for.

    Args:
        host: where.
        before: networkd's files of the configuration that goes.
        after: those of the one that comes.
        moved: further files that come or go with it.
    """
    changed = [
        name for name in sorted({*before, *after}) if not _taken(name, before.get(name), after.get(name))
    ]
    return [*changed, *(path for path in moved if path.startswith(OWN)), *_others(host)]


def remember(host: System) -> None:
    """Write down what networkd has set, before anything changes: a run that is killed is finished by the next one."""
    known = _remembered(host)
    for name, device in network.expected(network.generated(host)).devices.items():
        known[name] = [
            sorted({*old, *now}) for old, now in zip(known.get(name, ((), ())), _removable(device))
        ]
    host.write(UNFINISHED, json.dumps(known), "0600")


def take(host: System, moved: Sequence[str]) -> None:
    """Generate networkd's files and have it go by them; `moved` are other files that came or went."""
    before, others = network.generated(host), _others(host)
    host.run(["netplan", "generate"], "netplan", seconds=30)
    if others or beyond(host, before, network.generated(host), moved):
        host.run(["netplan", "apply"], "netplan", seconds=60)
    else:
        host.run(["systemctl", "restart", "systemd-networkd.service"], "netplan", seconds=60)


def tidy(host: System) -> None:
    """Take away what was remembered and the new configuration does not have."""
    after = network.expected(network.generated(host)).devices
    # Without any, whoever had the devices before netplan has them again.
    for name, (addresses, routes) in sorted(_remembered(host).items() if after else ()):
        kept = _removable(after.get(name, network.Device([], None, [], dhcp=False)))
        for words in (
            *(["address", "delete", a, "dev", name] for a in addresses if a not in kept[0]),
            *(["route", "delete", *r.split(), "dev", name] for r in routes if r not in kept[1]),
        ):
            _remove(host, name, words)
    host.remove(UNFINISHED)


def _remembered(host: System) -> Dict[str, List[List[str]]]:
    found: Dict[str, List[List[str]]] = json.loads(host.read(UNFINISHED) or "{}")
    return found


def _removable(device: network.Device) -> Tuple[List[str], List[str]]:
    return device.addresses, [f"{to} via {via}" for to, via in device.routes]


def _remove(host: System, name: str, words: List[str]) -> None:
    """Networkd may remove it at the same moment; then it is gone, which is all that counts."""
    if not _there(host, name, words):
        return
    try:
        host.run(["ip", *words], f"netplan {name}", seconds=10)
    except HostctlError:
        if _there(host, name, words):
            raise


def _there(host: System, name: str, words: List[str]) -> bool:
    if words[0] == "route":
        return (words[2], words[4], name) in network.routes(host)
    return words[2] in network.live(host).get(name, {"addresses": []})["addresses"]


def _others(host: System) -> List[str]:
    return [
        f"{folder}/{name}"
        for folder in OTHERS
        for name in host.names(folder)
        if name.startswith("netplan-") and name not in ALWAYS
    ]


def _taken(name: str, before: Optional[str], after: Optional[str]) -> bool:
    """Whether it is nothing but networkd's, and nothing that it does only when it makes a device."""
    if name.endswith(".netdev") and (before is None or after is None):
        return True  # A new device is made; one that went is taken away before.
    return not name.endswith((".link", ".netdev")) or _settings(before) == _settings(after)


def _settings(text: Optional[str]) -> Set[Tuple[str, str, str]]:
    """What a file says beyond the MTU, which stands in the .network file too, and what is so anyway."""
    return {
        (title, key, value)
        for title, values in network.sections(text or "")
        for key, found in values.items()
        for value in found
        if title != "Match" and key != "MTUBytes" and (key, value) != ("WakeOnLan", "off")
    }
