"""What a Ceph cluster holds: options, manager modules, pools, filesystems, the gateways' realm, users.

Read back from the cluster and compared; how it is changed is in ceph_changes. Nothing that holds data is ever
deleted: what leaves the state stays in the cluster, and a note says so. With `manage` false nothing is changed, and
each difference is a note.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Tuple

from host_programs.hostctl import ceph, ceph_changes, shapes
from host_programs.hostctl.errors import HostctlError

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE: Dict[str, Any] = {
    "login": [str],
    "manage": bool,
    "osds": int,
    "config": {"*": {"*": str}},
    "modules": {"*": bool},
    "pools": {
        "*": {
            "pg_num": int,
            "size": int,
            "min_size": int,
            "autoscale": str,
            "application": str,
            "target_ratio": str,
            "rule": str,
        }
    },
    "filesystems": {"*": {"metadata": str, "data": str}},
    "realm": {"realm": str, "zonegroup": str, "zone": str},
    "users": {"*": {"*": str}},
}
STAYS = True
OURS = {"ours": True}
ROOT_POOL = ".rgw.root"


def check(want: Dict[str, Any], where: str) -> None:
    """Refuse a filesystem or a realm without all of its parts."""
    for part, required in (("filesystems", ("metadata", "data")), ("realm", ("realm", "zonegroup", "zone"))):
        if part in want:
            shapes.check(want[part], SHAPE[part], f"{where}.{part}", required)


def compare(want: Optional[Dict[str, Any]], plan: Plan) -> None:
    """Compare each part that the state mentions; what every part needs comes before it."""
    if want:
        cluster = ceph.Cluster(plan.host, want.get("login", []))
        parts: Tuple[Tuple[str, Callable[..., None]], ...] = (
            ("osds", _osds),
            ("config", _config),
            ("modules", _modules),
            ("pools", _pools),
            ("filesystems", _filesystems),
            ("realm", _realm),
            ("users", _users),
        )
        add = functools.partial(_change, plan, cluster, bool(want.get("manage", True)))
        for key, part in parts:
            if key in want:
                part(plan, cluster, want[key], add)
    for item in plan.leaving():
        plan.note(f"ceph {item} left the state: it stays in the cluster")


def restore(host: System, item: str, before: Any, boot: bool) -> None:
    """What a cluster holds is never taken back."""


def _change(
    plan: Plan,
    cluster: ceph.Cluster,
    manage: bool,
    item: str,
    label: str,
    orders: ceph_changes.Orders,
    ours: bool = False,
) -> None:
    """Plan one change, or tell about it where the cluster is not ours to change."""
    if not manage:
        plan.wants(item)
        plan.note(f"ceph {item}: {label.rpartition(item)[2].strip() or label}; not changed (manage is off)")
        return
    plan.add(
        item,
        f"ceph {label}",
        functools.partial(ceph_changes.run, cluster, f"ceph {item}", orders),
        OURS if ours else None,
    )


# --- OSDs, options and modules


def _osds(plan: Plan, cluster: ceph.Cluster, want: int, add: Callable[..., None]) -> None:
    """So many OSDs are up: before that, what makes pools would wait for them without a deadline."""
    del add
    up = int(cluster.ask("osd", "stat")["num_up_osds"])
    if up >= want:
        plan.fine("osds")
    else:
        plan.add(
            "osds",
            f"ceph osds {up} of {want} up",
            functools.partial(ceph_changes.wait_for_osds, cluster, want),
        )


def _config(
    plan: Plan, cluster: ceph.Cluster, want: Dict[str, Dict[str, str]], add: Callable[..., None]
) -> None:
    """Options in the monitors' own database, by section; others that are there stay."""
    found = {
        (entry["section"], entry["name"]): str(entry["value"])
        for entry in cluster.ask("config", "dump")
        if not entry.get("mask")
    }
    for section, options in sorted(want.items()):
        for name, value in sorted(options.items()):
            item, now = f"config {section} {name}", found.get((section, name))
            if now == value:
                plan.fine(item)
                continue
            add(item, f"{item} {now or 'unset'}→{value}", [("config", "set", section, name, value)])


def _modules(plan: Plan, cluster: ceph.Cluster, want: Dict[str, bool], add: Callable[..., None]) -> None:
    found = cluster.ask("mgr", "module", "ls")
    always, on = set(found.get("always_on_modules", [])), set(found.get("enabled_modules", []))
    for name, wanted in sorted(want.items()):
        item = f"module {name}"
        if wanted == (name in always | on):
            plan.fine(item)
        elif wanted:
            effect = functools.partial(ceph_changes.enable_module, cluster, name)
            plan.add(item, f"ceph {item} enable", effect)
        else:
            add(item, f"{item} disable", [("mgr", "module", "disable", name)])


# --- pools and filesystems


def _pools(
    plan: Plan, cluster: ceph.Cluster, want: Dict[str, Dict[str, Any]], add: Callable[..., None]
) -> None:
    found = {pool["pool_name"]: pool for pool in cluster.ask("osd", "pool", "ls", "detail")}
    rules = {}
    if any("rule" in pool for pool in want.values()):
        rules = {rule["rule_id"]: rule["rule_name"] for rule in cluster.ask("osd", "crush", "rule", "dump")}
    for name, pool in sorted(want.items()):
        item, now = f"pool {name}", found.get(name)
        if now is None:
            add(item, f"{item} created", ceph_changes.creation(name, pool), ours=True)
            continue
        now = {**now, "crush_rule": rules.get(now.get("crush_rule"), "")}
        differences, orders = ceph_changes.settings(name, pool, now)
        if differences:
            add(item, f"{item} {', '.join(differences)}", orders)
        else:
            plan.fine(item)


def _filesystems(
    plan: Plan, cluster: ceph.Cluster, want: Dict[str, Dict[str, str]], add: Callable[..., None]
) -> None:
    found = {entry["name"]: entry for entry in cluster.ask("fs", "ls")}
    for name, filesystem in sorted(want.items()):
        item, now = f"filesystem {name}", found.get(name)
        metadata, data = filesystem["metadata"], filesystem["data"]
        if now is None:
            add(item, f"{item} created", [("fs", "new", name, metadata, data)], ours=True)
        elif now["metadata_pool"] != metadata or data not in now["data_pools"]:
            pools = f"{now['metadata_pool']} and {' '.join(now['data_pools'])}"
            fix = "name these pools in cloud:ceph.filesystem: a filesystem's pools are not changed"
            raise HostctlError(f"ceph {item}", f"lives in the pools {pools}", fix)
        else:
            plan.fine(item)


# --- object gateways


def _realm(plan: Plan, cluster: ceph.Cluster, want: Dict[str, str], add: Callable[..., None]) -> None:
    """Realm, zonegroup and zone, made once and in this order, before the first gateway makes its own."""
    del add
    realm, group, zone = want["realm"], want["zonegroup"], want["zone"]
    item = f"zone {realm}/{group}/{zone}"
    # Asking radosgw-admin makes its root pool: a check does not even do that.
    if ROOT_POOL in cluster.ask("osd", "pool", "ls") and zone in cluster.gateway_names("zone"):
        plan.fine(item)
        return
    effect = functools.partial(ceph_changes.make_realm, cluster, f"ceph {item}", realm, group, zone)
    plan.add(item, f"ceph {item} created", effect, OURS)


# --- users


def _users(
    plan: Plan, cluster: ceph.Cluster, want: Dict[str, Dict[str, str]], add: Callable[..., None]
) -> None:
    """Users with exactly these capabilities; keys are made by the cluster and never shown."""
    found = {entry["entity"]: entry["caps"] for entry in cluster.ask("auth", "ls")["auth_dump"]}
    for name, caps in sorted(want.items()):
        item, now = f"user {name}", found.get(name)
        if now is None:
            orders: ceph_changes.Orders = [("auth", "get-or-create", name, *ceph.caps_words(caps))]
            add(item, f"{item} created", orders, ours=True)
        elif now != caps:
            differences = [
                f"{kind} '{now.get(kind, '')}'→'{caps.get(kind, '')}'"
                for kind in sorted({*now, *caps})
                if now.get(kind) != caps.get(kind)
            ]
            add(
                item,
                f"{item} caps {', '.join(differences)}",
                [("auth", "caps", name, *ceph.caps_words(caps))],
            )
        else:
            plan.fine(item)
