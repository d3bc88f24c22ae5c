"""What a Ceph cluster holds: options, manager modules, pools, filesystems, the gateways' realm, users.

Read back from the cluster, compared, changed. Nothing that holds data is ever deleted: what leaves the state
stays in the cluster, and a note says so. With `manage` false nothing is changed, and each difference is a note.
"""

from __future__ import annotations

import errno
import functools
import json
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Sequence, Tuple

from host_programs.hostctl import ceph
from host_programs.hostctl.errors import HostctlError

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

Orders = List[Tuple[str, ...]]
"""Commands for the cluster, in order."""
OURS = {"ours": True}
ROOT_POOL = ".rgw.root"
OSD_SECONDS = 300
MODULE_SECONDS = 90
# How a pool's properties are called in the state, in the cluster's answer and in its commands.
PROPERTIES = (
    ("size", "size"),
    ("min_size", "min_size"),
    ("autoscale", "pg_autoscale_mode"),
    ("rule", "crush_rule"),
)


def plan(want: Optional[Dict[str, Any]], plan: Plan) -> None:
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
    plan: Plan, cluster: ceph.Cluster, manage: bool, item: str, label: str, orders: Orders, made: bool = False
) -> None:
    """Plan one change, or tell about it where the cluster is not ours to change."""
    if not manage:
        plan.wants(item)
        plan.note(f"ceph {item}: {label.rpartition(item)[2].strip() or label}; not changed (manage is off)")
        return
    plan.add(
        item,
        f"ceph {label}",
        functools.partial(_run, cluster, f"ceph {item}", orders),
        OURS if made else None,
    )


def _run(cluster: ceph.Cluster, item: str, orders: Orders) -> None:
    for words in orders:
        cluster.order(item, *words)


# --- OSDs, options and modules


def _osds(plan: Plan, cluster: ceph.Cluster, want: int, add: Callable[..., None]) -> None:
    """So many OSDs are up: before that, what makes pools would wait for them without a deadline."""
    del add
    up = int(cluster.ask("osd", "stat")["num_up_osds"])
    if up >= want:
        plan.fine("osds")
    else:
        plan.add("osds", f"ceph osds {up} of {want} up", functools.partial(_wait_for_osds, cluster, want))


def _wait_for_osds(cluster: ceph.Cluster, want: int) -> None:
    end = cluster.host.clock() + OSD_SECONDS
    while True:
        up = int(cluster.ask("osd", "stat")["num_up_osds"])
        if up >= want:
            return
        if cluster.host.clock() > end:
            fix = "see `ceph osd tree` and journalctl -u 'ceph-osd@*' on the hosts of those that are down"
            raise HostctlError("ceph osds", f"only {up} of {want} are up after {OSD_SECONDS} s", fix)
        cluster.host.pause(ceph.STEP_SECONDS)


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
            effect = functools.partial(_enable_module, cluster, name)
            plan.add(item, f"ceph {item} enable", effect)
        else:
            add(item, f"{item} disable", [("mgr", "module", "disable", name)])


def _enable_module(cluster: ceph.Cluster, name: str) -> None:
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
            fix = "see journalctl -u 'ceph-mgr@*', or install the module's package beside the managers"
            raise HostctlError(f"ceph module {name}", "no active manager has it", fix)
        cluster.host.pause(ceph.STEP_SECONDS)


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
            add(item, f"{item} created", _creation(name, pool), made=True)
            continue
        now = {**now, "crush_rule": rules.get(now.get("crush_rule"), "")}
        differences, orders = _settings(name, pool, now)
        if differences:
            add(item, f"{item} {', '.join(differences)}", orders)
        else:
            plan.fine(item)


def _creation(name: str, pool: Dict[str, Any]) -> Orders:
    """As much as one command can say: each takes the monitors a second. A single copy has to be insisted on."""
    words = ["osd", "pool", "create", name, str(pool.get("pg_num", 32))]
    said = [("size", "--size"), ("autoscale", "--autoscale-mode"), ("target_ratio", "--target-size-ratio")]
    for key, flag in said:
        if key in pool and (key, pool[key]) != ("size", 1):
            words += [flag, str(pool[key])]
    return [tuple(words), *_settings(name, pool, {}, but=[key for key, _ in said if pool.get(key) != 1])[1]]


def _settings(
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


def _filesystems(
    plan: Plan, cluster: ceph.Cluster, want: Dict[str, Dict[str, str]], add: Callable[..., None]
) -> None:
    found = {entry["name"]: entry for entry in cluster.ask("fs", "ls")}
    for name, filesystem in sorted(want.items()):
        item, now = f"filesystem {name}", found.get(name)
        metadata, data = filesystem["metadata"], filesystem["data"]
        if now is None:
            add(item, f"{item} created", [("fs", "new", name, metadata, data)], made=True)
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
    if ROOT_POOL in cluster.ask("osd", "pool", "ls") and zone in _names(cluster, "zone", "zones"):
        plan.fine(item)
        return
    effect = functools.partial(_make_realm, cluster, f"ceph {item}", realm, group, zone)
    plan.add(item, f"ceph {item} created", effect, OURS)


def _names(cluster: ceph.Cluster, kind: str, key: str) -> List[str]:
    found = cluster.host.query(["radosgw-admin", *_short(cluster), kind, "list", "--format", "json"])
    if found.code == errno.ENOENT:
        return []  # nothing of the kind was ever made
    if found.code != 0:
        raise HostctlError(f"ceph {kind}s", f"`radosgw-admin {kind} list`: {ceph.last_words(found)}")
    names: List[str] = json.loads(found.out or "{}").get(key) or []
    return names


def _short(cluster: ceph.Cluster) -> List[str]:
    """The login without what only `ceph` itself understands."""
    at = cluster.login.index("--connect-timeout")
    return cluster.login[:at]


def _make_realm(cluster: ceph.Cluster, item: str, realm: str, group: str, zone: str) -> None:
    at = ["--rgw-realm", realm]
    for kind, key, name, words in (
        ("realm", "realms", realm, [*at, "--default"]),
        ("zonegroup", "zonegroups", group, [*at, "--rgw-zonegroup", group, "--master", "--default"]),
        ("zone", "zones", zone, [*at, "--rgw-zonegroup", group, "--rgw-zone", zone, "--master", "--default"]),
    ):
        if name not in _names(cluster, kind, key):
            cluster.host.run(["radosgw-admin", *_short(cluster), kind, "create", *words], item, seconds=120)
    commit = ["radosgw-admin", *_short(cluster), "period", "update", "--commit", *at]
    cluster.host.run(commit, item, seconds=120)


# --- users


def _users(
    plan: Plan, cluster: ceph.Cluster, want: Dict[str, Dict[str, str]], add: Callable[..., None]
) -> None:
    """Users with exactly these capabilities; keys are made by the cluster and never shown."""
    found = {entry["entity"]: entry["caps"] for entry in cluster.ask("auth", "ls")["auth_dump"]}
    for name, caps in sorted(want.items()):
        item, now = f"user {name}", found.get(name)
        if now is None:
            orders: Orders = [("auth", "get-or-create", name, *ceph.caps_words(caps))]
            add(item, f"{item} created", orders, made=True)
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
