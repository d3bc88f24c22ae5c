"""RabbitMQ: all nodes in one cluster, and quorum queues with a member on each. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from host_programs.kolla_run.quorum_queues import END_ORPHANS
from host_programs.kolla_run.recovery.gate import UNIT, Order, Seen, Step, Verdict, host_of, orders

BOOTS = 60.0
"""Seconds for which a node may start: what an earlier start of it said is still in its log."""
_CTL = ("exec", "rabbitmq", "rabbitmqctl")


def rabbitmq(seen: Seen) -> Verdict:
    """The largest part is the cluster; what is not in it comes (back) to it."""
    members = seen.members("rabbitmq")
    if not members:
        return Verdict("there is none")
    parts = {host: _running(seen, host) for host in members}
    best = max(members, key=lambda host: len(parts[host]))
    inside = [host for host in parts[best] if host in members]
    found = f"{len(inside)} of {len(members)} nodes run in one cluster"
    outside = [host for host in members if host not in inside]
    if outside:
        majority = len(inside) * 2 > seen.whole("rabbitmq")
        steps = [step for host in outside for step in _back(seen, host, best)] if majority else []
        waits = f"{', '.join(outside)} to join" if inside else "a node to answer"
        return Verdict(found, tuple(steps), waits)
    unwell = [f"{host} ({_problem(seen, host)})" for host in members if _problem(seen, host)]
    if unwell:
        return Verdict(found, waits=", ".join(unwell))
    orphans = {host: number for host in members if (number := seen.member("rabbitmq", host).get("orphans"))}
    if orphans:
        told = "{} members of quorum queues run for queues that are gone"
        end = (seen.engine, *_CTL, "eval", END_ORPHANS)
        ending: tuple[Step, ...] = tuple(
            (Order(told.format(number), host, end),) for host, number in orphans.items()
        )
        return Verdict(found, ending, f"members without a queue on {', '.join(orphans)} to end")
    queues = seen.member("rabbitmq", best)["queues"]
    short = {host: queues[""] - queues.get(_node(seen, host), 0) for host in members}
    lacking = {host: number for host, number in short.items() if number}
    grow: tuple[Step, ...] = tuple(
        (
            Order(
                f"{number} quorum queues have no member there",
                best,
                (seen.engine, "exec", "rabbitmq", "rabbitmq-queues", "grow", _node(seen, host), "all"),
            ),
        )
        for host, number in lacking.items()
    )
    waits = "; ".join(
        f"{number} quorum queues to have a member on {host}" for host, number in lacking.items()
    )
    return Verdict(f"{found}, {queues['']} quorum queues", grow, waits)


def _back(seen: Seen, host: str, best: str) -> Sequence[Step]:
    """What brings a node back that is not in the cluster which a majority forms; nothing: it may yet come by itself."""
    member = seen.member("rabbitmq", host)
    node = _node_as_known(seen, host, best)
    restart = ("systemctl", "restart", UNIT.format("rabbitmq"))
    if member.get("running") and member["nodes"] != seen.member("rabbitmq", best)["nodes"]:
        # It lost its disk and runs as a cluster of its own, while the others still wait for the one they knew.
        rejoin = orders(
            "is a cluster of its own",
            host,
            (seen.engine, *_CTL, "stop_app"),
            (seen.engine, *_CTL, "reset"),
            (seen.engine, *_CTL, "join_cluster", _node(seen, best)),
            (seen.engine, *_CTL, "start_app"),
        )
        return [*_forget(seen, node, best), rejoin]
    if member.get("running"):
        return [(Order("is in a part of its own", host, restart),)]
    if seen.waited >= BOOTS and seen.hosts.get(host, {}).get("rejected"):
        return [*_forget(seen, node, best), (Order("starts anew, as a member", host, restart),)]
    return []


def _forget(seen: Seen, node: str, best: str) -> Sequence[Step]:
    """Only a cluster that still knows the node can forget it."""
    if node not in seen.member("rabbitmq", best)["nodes"]:
        return []
    forget = (seen.engine, *_CTL, "forget_cluster_node", node)
    return [(Order("lost what it knew: the others forget the one that it was", best, forget),)]


def _running(seen: Seen, host: str) -> list[str]:
    """The hosts whose nodes a node sees."""
    nodes = seen.member("rabbitmq", host).get("running", ())
    return [name for name in (host_of(node, seen.expected["clusters"]["rabbitmq"]) for node in nodes) if name]


def _node(seen: Seen, host: str) -> str:
    return _node_as_known(seen, host, host)


def _node_as_known(seen: Seen, host: str, by: str) -> str:
    """A host's node as another one calls it."""
    known = seen.member("rabbitmq", by).get("nodes", ())
    return next((node for node in known if host_of(node, [host])), f"rabbit@{host}")


def _problem(seen: Seen, host: str) -> str:
    return str(seen.member("rabbitmq", host).get("problem", ""))
