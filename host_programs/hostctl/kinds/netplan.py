"""Netplan: one file of ours, checked before it is written, applied, and compared with the live devices.

networkd acts after it was told, and does without what the kernel cannot make. So the kernel's features are
asked first, and after it the live devices decide whether it worked.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from host_programs.hostctl import filework, network, networkd
from host_programs.hostctl.errors import HostctlError

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE: Dict[str, Any] = {"content": str}
REQUIRED = ("content",)
STAYS = False
FOLDER = "/etc/netplan"
FOLDERS = (FOLDER, "/run/netplan")
"""Read together; a later name overrules an earlier one, and lists of addresses add up."""
FILE = f"{FOLDER}/60-cloud.yaml"
ASIDE = ".disabled-by-hostctl"
ITEM = "config"
WAIT_SECONDS = 30
WAIT_STEP = 0.2


def compare(want: Optional[Dict[str, str]], plan: Plan) -> None:
    """The file, no other file, and what the devices must look like because of it."""
    host = plan.host
    if want is None:
        for item in plan.leaving():
            effect = functools.partial(restore, host, item, plan.originals[item], boot=False)
            plan.undo(item, "netplan restored", effect, now=_capture(host, [], [], apply=True), touches=FILE)
        return
    content = want["content"]
    expected = network.generate(host, content)
    aside = [*(path for path in _yaml(host) if path != FILE), *network.overruling(host, expected)]
    files = _file_differences(host, content) + [f"{path} set aside" for path in aside]
    missing = expected.unsupported(host)
    if missing:
        plan.note(
            f"netplan: this kernel cannot create {', '.join(missing)}: the configuration is checked and stored, not applied"
        )
    before_files = network.generated(host)
    stale = [] if missing else sorted(set(network.expected(before_files).kinds) - set(expected.kinds))
    live = [] if missing else network.differences(host, expected, plan.note)
    unfinished = ["of an unfinished run applied"] if not missing and host.exists(networkd.UNFINISHED) else []
    labels = [*files, *live, *unfinished, *(f"{name} removed" for name in stale)]
    if not labels:
        plan.fine(ITEM)
        return
    network.keeps_the_way_in(host, expected)
    beyond = [] if missing else networkd.beyond(host, before_files, expected.files, aside)
    if beyond:
        plan.note(
            f"netplan: `netplan apply`, which reconfigures every device, for {', '.join(beyond)}:"
            " virtual addresses may move to another host"
        )
    # A first effect does it all; the other labels only say what else it puts right.
    effect = functools.partial(_bring_about, host, content, expected, aside, stale, apply=not missing)
    before = _capture(host, aside, list(expected.kinds), apply=not missing)
    for number, label in enumerate(labels):
        if number == 0:
            plan.add(ITEM, f"netplan {label}", effect, before=before, touches=FILE)
        else:
            plan.add(f"{ITEM}:{number}", f"netplan {label}", _done)


def restore(host: System, item: str, before: Dict[str, Any], boot: bool) -> None:
    """Put the old files back and apply them; at boot networkd starts after us and reads them."""
    del item
    if before["apply"] and not boot:
        networkd.remember(host)
    for path in _yaml(host):
        if path not in before["files"]:
            host.remove(path)
    for path, old in before["files"].items():
        filework.restore(host, path, old)
        host.remove(path + ASIDE)
    if boot:
        host.run(["netplan", "generate"], "netplan", seconds=30)
        return
    if not before["apply"]:
        return
    networkd.take(host, list(before["files"]))
    networkd.tidy(host)
    present = network.live(host)
    for name in before["new"]:
        if name in present:
            host.run(["ip", "link", "delete", "dev", name], f"netplan {name}", seconds=10)
    # networkd keeps an MTU that no file mentions any more.
    for name, mtu in before["mtu"].items():
        if name in present and present[name]["mtu"] != mtu:
            host.run(["ip", "link", "set", "dev", name, "mtu", str(mtu)], f"netplan {name}", seconds=10)


def _capture(host: System, aside: List[str], kinds: List[str], apply: bool) -> Dict[str, Any]:
    return {
        "files": {path: filework.capture(host, path) for path in dict.fromkeys([*_yaml(host), *aside, FILE])},
        "mtu": {name: device["mtu"] for name, device in network.live(host).items()},
        "new": [name for name in kinds if not host.exists(f"/sys/class/net/{name}")],
        "apply": apply,
    }


def _file_differences(host: System, content: str) -> List[str]:
    found = host.stat(FILE)
    labels = []
    if found is None:
        labels.append(f"{FILE} created")
    elif host.read(FILE) != content:
        labels.append(f"{FILE} content")
    elif (found.mode, found.owner) != ("0600", "root:root"):
        labels.append(f"{FILE} mode {found.mode}→0600")
    return labels


def _bring_about(
    host: System,
    content: str,
    expected: network.Expected,
    aside: List[str],
    stale: List[str],
    apply: bool,
) -> None:
    if apply:
        networkd.remember(host)
    host.write(FILE, content, "0600")
    for path in filter(host.exists, aside):
        host.rename(path, path + ASIDE)
    if not apply:
        return
    # Before netplan forgets about them; it never takes a device away itself.
    for name in sorted(set(stale) & set(network.live(host))):
        host.run(["ip", "link", "delete", "dev", name], f"netplan {name}", seconds=10)
    networkd.take(host, aside)
    left = network.differences(host, expected, _ignore)
    deadline = host.clock() + WAIT_SECONDS
    while left and host.clock() < deadline:
        host.pause(WAIT_STEP)
        left = network.differences(host, expected, _ignore)
    if left:
        raise HostctlError(
            "netplan",
            f"{WAIT_SECONDS} s after it was applied still: {'; '.join(left)}",
            "see networkctl status",
        )
    networkd.tidy(host)


def _yaml(host: System) -> List[str]:
    return [f"{folder}/{name}" for folder in FOLDERS for name in host.names(folder) if name.endswith(".yaml")]


def _ignore(text: str) -> None:
    del text


def _done() -> None:
    """Done by the effect of the first label."""
