"""OVN's two databases: a leader, and all members in its Raft cluster. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from host_programs.kolla_run.recovery.gate import UNIT, Order, Seen, Step, Verdict, orders


class Database(NamedTuple):
    """One of the two."""

    cluster: str
    container: str
    socket: str
    schema: str
    file: str


NORTH = Database("ovn-nb", "ovn_nb_db", "ovnnb_db", "OVN_Northbound", "/var/lib/openvswitch/ovn-nb/ovnnb.db")
SOUTH = Database("ovn-sb", "ovn_sb_db", "ovnsb_db", "OVN_Southbound", "/var/lib/openvswitch/ovn-sb/ovnsb.db")
# The running server keeps the file that it has open; it finds the other one at its next start.
_JOIN = (
    'file="$1"; shift; rm -f "$file.joins"; ovsdb-tool join-cluster "$file.joins" "$@" '
    '&& mv "$file" "$file.alone" && mv "$file.joins" "$file"'
)


def northbound(seen: Seen) -> Verdict:
    """What Neutron wants."""
    return _raft(seen, NORTH)


def southbound(seen: Seen) -> Verdict:
    """What the hosts are told."""
    return _raft(seen, SOUTH)


def _raft(seen: Seen, database: Database) -> Verdict:
    members = seen.members(database.cluster)
    if not members:
        return Verdict("there is none")
    told = {host: seen.member(database.cluster, host) for host in members}
    there = [host for host in members if told[host].get("cluster")]
    if not there:
        return Verdict("no member answers", waits="a member to answer")
    # The one with most members on its list is the cluster: a member that lost its file has founded one of its own.
    best = max(there, key=lambda host: (len(told[host]["servers"]), _of(told, there, host)))
    inside = [host for host in there if told[host]["cluster"] == told[best]["cluster"]]
    found = f"{len(inside)} of {len(members)} members are in the cluster"
    whole = seen.whole(database.cluster)
    if len(told[best]["servers"]) < 2 <= whole and len(there) > 1 and len(inside) == 1:
        reason = "every member is a cluster of its own: the database is lost (docs/recover.md, OVN)"
        return Verdict(found, stuck=reason)
    leaders = [host for host in inside if told[host]["leads"]]
    if not leaders:
        if len(inside) * 2 <= len(told[best]["servers"]) and not set(members) - set(there):
            reason = f"{len(inside)} of {len(told[best]['servers'])} members are no majority (docs/recover.md, OVN)"
            return Verdict(found, stuck=reason)
        return Verdict(found, waits="a leader")
    steps: list[Step] = []
    waits = []
    for host in members:
        if host not in there:
            waits.append(f"{host} to answer ({told[host].get('problem') or 'its container does not run'})")
        elif host not in inside:
            steps += _rejoin(seen, database, host, leaders[0], inside)
            waits.append(f"{host} to join again")
        elif told[host]["problem"]:
            waits.append(f"{host} ({told[host]['problem']})")
    return Verdict(f"{found}, {leaders[0]} leads", tuple(steps), "; ".join(waits))


def _rejoin(seen: Seen, database: Database, host: str, leader: str, inside: list[str]) -> list[Step]:
    """A member that lost its file: the others forget the one that it was, it joins as a new one."""
    why = f"lost its {database.schema}"
    member, knows = seen.member(database.cluster, host), seen.member(database.cluster, leader)["servers"]
    control = ("ovs-appctl", "-t", f"/var/run/ovn/{database.socket}.ctl")
    kicks = tuple(
        Order(
            f"{host} {why}",
            leader,
            (seen.engine, "exec", database.container, *control, "cluster/kick", database.schema, server),
        )
        for server, address in knows.items()
        if address == member["address"]
    )
    remotes = [seen.member(database.cluster, name)["address"] for name in inside]
    join = ("sh", "-c", _JOIN, "join", database.file, database.schema, member["address"], *remotes)
    rejoin = orders(
        why,
        host,
        (seen.engine, "exec", database.container, *join),
        ("systemctl", "restart", UNIT.format(database.container)),
    )
    return [*([kicks] if kicks else []), rejoin]


def _of(told: Mapping[str, Mapping[str, Any]], there: list[str], host: str) -> int:
    """How many answer as members of the same cluster as a host."""
    return sum(told[name]["cluster"] == told[host]["cluster"] for name in there)
