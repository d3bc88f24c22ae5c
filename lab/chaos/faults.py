"""The faults. Each is a generator: it strikes, says what it hit, and goes on when the load has seen enough: then it ends."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from dataclasses import dataclass

from lab import power, ssh
from lab.errors import LabError
from lab.topology import EVERY, HOSTS, NETWORKS
from machine.commands import run

CONTROLLERS = tuple(name for name in HOSTS if name.startswith("ctl"))
VIP = NETWORKS["management"].cidr[250]

Strike = Callable[[random.Random], Generator[str]]


@dataclass(frozen=True)
class Fault:
    """One kind of fault."""

    name: str
    strike: Strike
    ends_itself: bool = True
    """Nobody has to do anything for the calls to be served again; else only what comes after its `yield` helps."""


FAULTS: dict[str, Fault] = {}


def fault(name: str, *, ends_itself: bool = True) -> Callable[[Strike], Strike]:
    """Put a generator into the table."""

    def kept(strike: Strike) -> Strike:
        FAULTS[name] = Fault(name, strike, ends_itself)
        return strike

    return kept


def holder() -> str:
    """The controller that has the internal virtual address."""
    for name in CONTROLLERS:
        if f" {VIP}/" in ssh.root(name, "ip -4 -oneline address"):
            return name
    raise LabError(f"no controller has {VIP}")


def kill(host: str, container: str) -> None:
    """All of a container's processes at once; systemd starts it again."""
    ssh.root(host, f"docker kill --signal KILL {container}")


def killed(what: str, container: str, then: str, *, everywhere: bool) -> None:
    """Put into the table: a container is killed on one controller, or on all of them, and what happens then."""

    @fault(f"{what} is killed on {'all controllers' if everywhere else 'one controller'}")
    def strike(chance: random.Random) -> Generator[str]:
        hosts = CONTROLLERS if everywhere else (chance.choice(CONTROLLERS),)
        for host in hosts:
            kill(host, container)
        yield "all controllers" if everywhere else hosts[0]

    strike.__doc__ = then


@fault("the virtual address's holder loses power")
def holder_off(_: random.Random) -> Generator[str]:
    """Another controller takes the addresses over."""
    yield from _off(holder())


@fault("another controller loses power")
def other_off(chance: random.Random) -> Generator[str]:
    """HAProxy takes its servers out."""
    first = holder()
    yield from _off(chance.choice([name for name in CONTROLLERS if name != first]))


def _off(host: str) -> Generator[str]:
    power.off(host)
    try:
        yield host
    finally:
        power.on(host)


@fault("the virtual address's holder loses its network")
def holder_cut(_: random.Random) -> Generator[str]:
    """It runs on, alone, and must not keep what others have taken over."""
    host = holder()
    link = EVERY[host].link("management")
    run(("ip", "link", "set", "dev", link, "down"))
    try:
        yield host
    finally:
        run(("ip", "link", "set", "dev", link, "up"))


killed("MariaDB", "mariadb", "The other two go on.", everywhere=False)
_RECOVERED = "Galera finds itself again from what it wrote down of its last members."
killed("MariaDB", "mariadb", _RECOVERED, everywhere=True)
killed("RabbitMQ", "rabbitmq", "Clients go to another one; quorum queues elect.", everywhere=False)
killed("memcached", "memcached", "All that was cached is gone.", everywhere=True)


@fault("HAProxy is reloaded on all controllers")
def reload(_: random.Random) -> Generator[str]:
    """As a new certificate or a new server asks for."""
    for host in CONTROLLERS:
        ssh.root(host, "docker kill --signal USR2 haproxy")
    yield "all controllers"


@fault("OVN's northbound leader is killed")
def northbound(_: random.Random) -> Generator[str]:
    """The others elect."""
    status = "docker exec ovn_nb_db ovs-appctl -t /var/run/ovn/ovnnb_db.ctl cluster/status OVN_Northbound"
    for host in CONTROLLERS:
        if "Role: leader" in ssh.root(host, status):
            kill(host, "ovn_nb_db")
            yield host
            return
    raise LabError("no controller leads OVN's northbound database")


@fault("a Ceph monitor and an OSD are killed")
def storage(chance: random.Random) -> Generator[str]:
    """Two of three monitors and two copies are left."""
    host = chance.choice([name for name in HOSTS if name.startswith("ceph")])
    units = ssh.root(host, "systemctl list-units --plain --no-legend ceph-osd@* ceph-mon@*").split("\n")
    names = [line.split()[0] for line in units if line.strip()]
    ssh.root(host, f"systemctl kill --signal KILL {' '.join(names)}")
    yield f"{host}: {', '.join(names)}"


@fault("the plug of the whole datacentre is pulled", ends_itself=False)
def plug(chance: random.Random) -> Generator[str]:
    """All hosts at once; they come back in any order."""
    power.off(*HOSTS)
    try:
        yield "all hosts"
    finally:
        order = list(HOSTS)
        chance.shuffle(order)
        power.on(*order)
