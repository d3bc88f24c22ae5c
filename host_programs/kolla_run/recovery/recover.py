"""`kolla-run recover`: the gates in their order, from the hosts up to what ran on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from host_programs.contract.kolla_run import KOLLA_USER
from host_programs.kolla_run import integrity_run, openstack
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.integrity_run import Clock
from host_programs.kolla_run.kolla import Kolla
from host_programs.kolla_run.recovery import ceph, galera, hosts, ovn, rabbitmq, workloads
from host_programs.kolla_run.recovery.apis import Apis
from host_programs.kolla_run.recovery.gate import Gate, Seen
from host_programs.kolla_run.recovery.narrowed import narrowed
from host_programs.kolla_run.recovery.power_off import RECORD
from host_programs.kolla_run.recovery.walk import Hands, quiet, rehearse, walk

GATES = (
    Gate("hosts", "whether each host answers Ansible", hosts.reachable, 900),
    Gate("units", "the container engine, and the units of Kolla's containers and of Ceph", hosts.units, 300),
    Gate("ceph", "the monitors' quorum, OSDs, flags", ceph.ceph, 900),
    Gate("galera", "whether MariaDB has a primary component, with all members Synced", galera.galera, 1800),
    Gate("rabbitmq", "nodes, partitions, members of quorum queues", rabbitmq.rabbitmq, 600),
    Gate("ovn-nb", "leader and members of the northbound database", ovn.northbound, 600),
    Gate("ovn-sb", "leader and members of the southbound database", ovn.southbound, 600),
    Gate("containers", "state and health of each container", hosts.containers, 900),
)


def recover(
    kolla: Kolla,
    without: Collection[str] = (),
    *,
    dry_run: bool = False,
    clock: Clock = Clock(),  # noqa: B008 - immutable
    fetch: openstack.Fetch | None = None,
    user: str = KOLLA_USER,
) -> dict[str, Any]:
    """Bring the cloud back, gate by gate.

    Args:
        kolla: the deployment.
        without: hosts that are off and stay so.
        dry_run: only say what would be done.
        clock: the time.
        fetch: how the APIs are asked; None: over the network.
        user: who runs Ansible.

    Raises:
        StuckError: a gate did not open.
        MissingError: the gates are passed, and something else is not as expected.
        RunError: it is not known what is expected, or a host is none of the cloud's.
    """
    expected = integrity_run.expectations(kolla)
    check_hosts(without, expected["hosts"])
    record = kolla.records.read(RECORD) or {}
    apis = Apis(kolla, fetch)

    def look() -> Seen:
        return Seen(kolla.observe((), tell=quiet), expected, frozenset(without), record, engine=kolla.engine)

    def look_at_all() -> Seen:
        return look()._replace(apis=apis.look())

    summary = {"action": "recover", "ok": True, "hosts": len(expected["hosts"]) - len(set(without))}
    with narrowed(kolla, without, user):
        if dry_run:
            gates = (*GATES, *workloads.BACK) if record else GATES
            rehearse("recover", gates, look_at_all() if record else look(), kolla.tell)
            return {**summary, "changed": 0, "dry_run": True}
        hands = Hands(kolla, apis.call)
        taken = walk(GATES, look, hands, clock)
        integrity_run.check(kolla, clock, fetch, without=frozenset(without), asleep=True)
        if record:
            kolla.tell(f"recover: what ran before the power-off of {record['at']}")
            taken += walk((*workloads.BACK, GATES[-1]), look_at_all, hands, clock)
            kolla.records.remove(RECORD)
    kolla.tell("recover: all is as it was")
    return {**summary, "changed": taken}


def check_hosts(named: Iterable[str], known: Collection[str]) -> None:
    """Raises RunError for a host that is none of the cloud's."""
    for host in named:
        if host not in known:
            raise RunError(f"--without {host}", "is no host of this cloud", f"one of {', '.join(known)}")
