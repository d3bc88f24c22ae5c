"""Ceph daemons of the distribution's packages: each with its data, its key and its unit.

What a daemon lives from is created next to its place and renamed when it is complete, so that a killed run leaves
nothing half-made there. Nothing is ever removed: a daemon that leaves the state goes on running.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, Optional

from host_programs.hostctl import ceph
from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.kinds import units

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE: Dict[str, Any] = {
    "*": {"fsid": str, "monmap": {"*": str}, "keyring": str, "uuid": str, "caps": {"*": str}},
}
STAYS = True
NEEDS = {
    "mon": ("fsid", "monmap", "keyring"),
    "osd": ("uuid", "caps"),
    "mgr": ("caps",),
    "mds": ("caps",),
    "client": ("caps",),
}
"""What each kind of daemon needs to be made."""
DATA = "/var/lib/ceph"
OWNER = "ceph:ceph"
AS_CEPH = ["--setuser", "ceph", "--setgroup", "ceph"]
OURS = {"ours": True}
PLACES = {"mon": "mon", "mgr": "mgr", "mds": "mds", "client": "radosgw", "osd": "osd"}
UNITS = {"mon": "ceph-mon", "mgr": "ceph-mgr", "mds": "ceph-mds", "client": "ceph-radosgw", "osd": "ceph-osd"}
MKFS_SECONDS = 300


def check(want: Dict[str, Dict[str, Any]], where: str) -> None:
    """Refuse names that are none (they become paths), and daemons without what it takes to make them."""
    for name, daemon in want.items():
        kind, _, rest = name.partition(".")
        if kind not in NEEDS or not rest.replace("-", "").replace(".", "").replace("_", "").isalnum():
            known = f"KIND.NAME with KIND one of {', '.join(NEEDS)}"
            raise HostctlError(f"{where}.{name}", "is not a daemon", known)
        for key in NEEDS[kind]:
            if key not in daemon:
                raise HostctlError(f"{where}.{name}", f"has no {key}")


def compare(want: Optional[Dict[str, Dict[str, Any]]], plan: Plan) -> None:
    """Monitors first, then what needs them: managers, OSDs, metadata servers, gateways."""
    daemons = want or {}
    order = ["mon", "mgr", "osd", "mds", "client"]
    for name in sorted(daemons, key=lambda name: (order.index(name.partition(".")[0]), name)):
        kind = name.partition(".")[0]
        {"mon": _mon, "osd": _osd}.get(kind, _keyed)(plan, name, daemons[name])
    for item in plan.leaving():
        plan.note(f"ceph daemon {item} left the state: it stays, with its data; remove it by hand")


def restore(host: System, item: str, before: Any, boot: bool) -> None:
    """Daemons and their data are never taken back."""


def folder_of(name: str) -> str:
    """Where a daemon keeps its data: `mon.ceph01` in /var/lib/ceph/mon/ceph-ceph01."""
    kind, _, rest = name.partition(".")
    return f"{DATA}/{PLACES[kind]}/ceph-{rest}"


def unit_of(name: str) -> str:
    """The unit of a daemon; a gateway's has the whole name behind `client.`."""
    kind, _, rest = name.partition(".")
    return f"{UNITS[kind]}@{rest}.service"


# --- monitors


def _mon(plan: Plan, name: str, daemon: Dict[str, Any]) -> None:
    host, folder = plan.host, folder_of(name)
    if host.exists(f"{folder}/store.db"):
        # A host keeps the identity of its cluster in two places; a third one in the state is a mistake.
        known = _fsid_of(host)
        if known and known != daemon["fsid"]:
            reason = f"the host belongs to the cluster {known}, not {daemon['fsid']}"
            raise HostctlError(f"ceph daemon {name}", reason, "set cloud:ceph.fsid to the cluster's own")
        plan.fine(name)
    else:
        plan.add(name, f"ceph daemon {name} created", functools.partial(_make_mon, host, name, daemon), OURS)
    _unit(plan, name, unit_of(name))


def _fsid_of(host: System) -> str:
    """The cluster that a monitor of this host was made for; our own note of it, next to the daemons' data."""
    return (host.read(f"{DATA}/openstack-cloud.fsid") or "").strip()


def _make_mon(host: System, name: str, daemon: Dict[str, Any]) -> None:
    item, folder = f"ceph daemon {name}", folder_of(name)
    short = name.partition(".")[2]
    new, monmap = f"{DATA}/mon/new-{short}", f"{DATA}/mon/new-{short}.monmap"
    members = [word for mon, address in sorted(daemon["monmap"].items()) for word in ("--addv", mon, address)]
    run = functools.partial(host.run, item=item, seconds=MKFS_SECONDS)
    run(["rm", "-rf", "--", new])
    run(["monmaptool", "--create", "--clobber", "--fsid", daemon["fsid"], *members, monmap])
    run(["chown", OWNER, monmap])
    host.make_dir(new, "0750", OWNER)
    files = ["--monmap", monmap, "--keyring", daemon["keyring"], "--mon-data", new]
    run(["ceph-mon", "--cluster", "ceph", "--mkfs", "-i", short, *files, *AS_CEPH])
    host.write(f"{DATA}/openstack-cloud.fsid", daemon["fsid"] + "\n")
    host.remove(monmap)
    host.rename(new, folder)


# --- OSDs


def _osd(plan: Plan, name: str, daemon: Dict[str, Any]) -> None:
    """`name` is ours; Ceph gives the number, and the OSD's own uuid says which one it is."""
    host = plan.host
    number = _number_of(host, daemon["uuid"])
    if number is None:
        effect = functools.partial(_make_osd, host, name, daemon)
        plan.add(name, f"ceph daemon {name} created", effect, OURS)
        return
    plan.fine(name)
    _unit(plan, f"osd.{number}", unit_of(f"osd.{number}"))


def _number_of(host: System, uuid: str) -> Optional[str]:
    for entry in host.names(f"{DATA}/osd"):
        if entry.startswith("ceph-") and (host.read(f"{DATA}/osd/{entry}/fsid") or "").strip() == uuid:
            return entry[len("ceph-") :]
    return None


def _make_osd(host: System, name: str, daemon: Dict[str, Any]) -> None:
    item, cluster = f"ceph daemon {name}", ceph.Cluster(host)
    cluster.wait(item)
    # Asked again with the same uuid, the cluster gives the same number.
    number = cluster.order(item, "osd", "new", daemon["uuid"]).out.strip()
    if not number.isdigit():
        raise HostctlError(item, "the cluster gave no number for it")
    new, folder = f"{DATA}/osd/new-{number}", folder_of(f"osd.{number}")
    run = functools.partial(host.run, item=item, seconds=MKFS_SECONDS)
    run(["rm", "-rf", "--", new])
    host.make_dir(new, "0750", OWNER)
    where = ["--osd-data", new, "--osd-uuid", daemon["uuid"], "--no-mon-config"]
    run(["ceph-osd", "--cluster", "ceph", "-i", number, "--mkfs", "--mkkey", *where, *AS_CEPH])
    keyring = f"{new}/keyring"
    caps = [word for kind, cap in sorted(daemon["caps"].items()) for word in ("--cap", kind, cap)]
    run(["ceph-authtool", keyring, "-n", f"osd.{number}", *caps])
    # Unlike `auth add`, an import replaces the key of a run that was killed here.
    cluster.order(item, "auth", "import", "-i", keyring)
    host.rename(new, folder)
    for verb in ("enable", "start"):
        run(["systemctl", verb, unit_of(f"osd.{number}")])


# --- daemons that only have a key


def _keyed(plan: Plan, name: str, daemon: Dict[str, Any]) -> None:
    if plan.host.exists(f"{folder_of(name)}/keyring"):
        plan.fine(name)
    else:
        effect = functools.partial(_make_keyed, plan.host, name, daemon["caps"])
        plan.add(name, f"ceph daemon {name} created", effect, OURS)
    _unit(plan, name, unit_of(name))


def _make_keyed(host: System, name: str, caps: Dict[str, str]) -> None:
    item, cluster = f"ceph daemon {name}", ceph.Cluster(host)
    cluster.wait(item)
    keyring = cluster.order(item, "auth", "get-or-create", name, *ceph.caps_words(caps)).out
    host.make_dir(folder_of(name), "0750", OWNER)
    host.write(f"{folder_of(name)}/keyring", keyring, "0600", OWNER)


def _unit(plan: Plan, name: str, unit: str) -> None:
    """Enabled and running. Its daemon may have been made in this run only: it is known by its template then."""
    facts = units.show(plan.host, [unit])[unit]
    for right, verb in (
        (facts.get("UnitFileState") == "enabled", "enable"),
        (units.is_active(facts), "start"),
    ):
        if right:
            plan.fine(f"{unit} {verb}")
        else:
            effect = functools.partial(_systemctl, plan.host, name, verb, unit)
            plan.add(f"{unit} {verb}", f"ceph daemon {name} {verb}", effect)


def _systemctl(host: System, name: str, verb: str, unit: str) -> None:
    if verb == "start":
        host.run(["systemctl", "reset-failed", unit], f"ceph daemon {name}", seconds=30)
    host.run(["systemctl", verb, unit], f"ceph daemon {name}", seconds=120)
    if verb == "start" and units.show(host, [unit])[unit].get("ActiveState") == "failed":
        raise HostctlError(f"ceph daemon {name}", "failed right after its start", f"see journalctl -u {unit}")
