"""How what a Ceph cluster holds is changed: commands in their order, and the waits that go with them."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence, Tuple

from host_programs.hostctl import ceph
from host_programs.hostctl.errors import HostctlError

Orders = List[Tuple[str, ...]]
"""Commands for the cluster, in order."""
OSD_SECONDS = 300
MODULE_SECONDS = 90
# How a pool's properties are called in the state, in the cluster's answer and in its commands.
PROPERTIES = (
    ("size", "size"),
    ("min_size", "min_size"),
    ("autoscale", "pg_autoscale_mode"),
    ("rule", "crush_rule"),
)


def run(cluster: ceph.Cluster, item: str, orders: Orders) -> None:
    """Give the orders one after the other; `item` names them in an error."""
    for words in orders:
        cluster.order(item, *words)


def wait_for_osds(cluster: ceph.Cluster, want: int) -> None:
    """Wait until so many OSDs are up.

    Raises:
        HostctlError: they are not in time.
    """
    end = cluster.host.clock() + OSD_SECONDS
    while True:
        up = int(cluster.ask("osd", "stat")["num_up_osds"])
        if up >= want:
            return
        if cluster.host.clock() > end:
            fix = "see `ceph osd tree` and journalctl -u 'ceph-osd@*' on the hosts of those that are down"
            raise HostctlError("ceph osds", f"only {up} of {want} are up after {OSD_SECONDS} s", fix)
        cluster.host.pause(ceph.STEP_SECONDS)


def enable_module(cluster: ceph.Cluster, name: str) -> None:
    """The monitors learn from the first active manager which modules there are."""
    end = cluster.host.clock() + MODULE_SECONDS
    while True:
        found = cluster.ask("mgr", "module", "ls")
        if name in {module["name"] for module in found.get("disabled_modules", [])}:
            cluster.order(f"ceph module {name}", "mgr", "module", "enable", name)
            return
        if name in found.get("enabled_modules", []):
            return
        if cluster.host.clock() > end:
            fix = "see journalctl -u 'ceph-mgr@*', or install the module's package on the managers' hosts"
            raise HostctlError(f"ceph module {name}", "no active manager has it", fix)
        cluster.host.pause(ceph.STEP_SECONDS)


def creation(name: str, pool: Dict[str, Any]) -> Orders:
    """As much as one command can say: each takes the monitors a second. A single copy has to be insisted on."""
    words = ["osd", "pool", "create", name, str(pool.get("pg_num", 32))]
    said = [("size", "--size"), ("autoscale", "--autoscale-mode"), ("target_ratio", "--target-size-ratio")]
    for key, flag in said:
        if key in pool and (key, pool[key]) != ("size", 1):
            words += [flag, str(pool[key])]
    return [tuple(words), *settings(name, pool, {}, but=[key for key, _ in said if pool.get(key) != 1])[1]]


def settings(
    name: str, pool: Dict[str, Any], now: Dict[str, Any], but: Sequence[str] = ()
) -> Tuple[List[str], Orders]:
    """What differs between a pool and its state, and the commands that put it right; nothing of `but`."""
    differences: List[str] = []
    orders: Orders = []
    for key, answer in PROPERTIES:
        if key not in pool or key in but:
            continue
        have, value = str(now.get(answer, "")), str(pool[key])
        # The cluster adapts min_size to a new size by itself: it is set again after each size.
        if have != value or (key == "min_size" and orders):
            sure = ("--yes-i-really-mean-it",) if (key, value) == ("size", "1") else ()
            orders.append(("osd", "pool", "set", name, answer, value, *sure))
        if have != value:
            differences.append(f"{key} {have or 'unset'}→{value}")
    if "target_ratio" in pool and "target_ratio" not in but:
        ratio = float(now.get("options", {}).get("target_size_ratio", 0))
        if abs(ratio - float(pool["target_ratio"])) > 1e-6:
            differences.append(f"target ratio {ratio:g}→{float(pool['target_ratio']):g}")
            orders.append(("osd", "pool", "set", name, "target_size_ratio", pool["target_ratio"]))
    have_apps = sorted(now.get("application_metadata", {}))
    if "application" in pool and pool["application"] not in have_apps:
        differences.append(f"application {' '.join(have_apps) or 'unset'}→{pool['application']}")
        # Without --yes-i-really-mean-it: a pool that something else works in is not taken over.
        orders.append(("osd", "pool", "application", "enable", name, pool["application"]))
    return differences, orders


def make_realm(cluster: ceph.Cluster, item: str, realm: str, group: str, zone: str) -> None:
    """Realm, zonegroup and zone: what there is already stays, so that a killed run is completed."""
    at = ["--rgw-realm", realm]
    for kind, name, words in (
        ("realm", realm, [*at, "--default"]),
        ("zonegroup", group, [*at, "--rgw-zonegroup", group, "--master", "--default"]),
        ("zone", zone, [*at, "--rgw-zonegroup", group, "--rgw-zone", zone, "--master", "--default"]),
    ):
        if name not in cluster.gateway_names(kind):
            cluster.gateway_order(item, kind, "create", *words)
    cluster.gateway_order(item, "period", "update", "--commit", *at)
