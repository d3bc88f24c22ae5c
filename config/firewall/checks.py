"""The site's own firewall services, and the time for a confirmation."""

from __future__ import annotations

from collections.abc import Iterator

from config.cloud import CloudConfig
from config.firewall.model import ExtraService
from config.firewall.table import product
from config.kolla.values import UnknownValueError
from config.model.errors import Loc, Problem
from config.site.ssh import open_to_everyone


def firewall(cloud: CloudConfig) -> Iterator[Problem]:
    """Ports are ports, the network is there to listen on, and what OpenStack listens on is known."""
    taken = _labels(cloud) if cloud.firewall.services else set()
    for label, service in cloud.firewall.services.items():
        if label in taken:
            reason, fix = (
                "the product has a service of this name",
                f"call it something else, such as `site-{label}`",
            )
            yield Problem(("firewall", "services", label), reason, fix, label)
        yield from _service(cloud, ("firewall", "services", label), service)
    yield from open_to_everyone(("firewall", "sshFrom"), cloud.firewall.ssh_from)
    if cloud.firewall.confirm_within <= cloud.ssh.connect_timeout:
        reason = (
            f"is over before one connection attempt ({cloud.ssh.connect_timeout} s): nobody could confirm"
        )
        fix = "make it longer than `cloud:ssh.connectTimeout`"
        needs: tuple[Loc, ...] = (("ssh", "connectTimeout"),)
        yield Problem(
            ("firewall", "confirmWithin"), reason, fix, str(cloud.firewall.confirm_within), needs=needs
        )


def _service(cloud: CloudConfig, loc: Loc, service: ExtraService) -> Iterator[Problem]:
    defined = cloud.networks.defined()
    for at, ports in enumerate(service.ports):
        first, _, last = ports.partition("-")
        low, high = int(first), int(last or first)
        if not 1 <= low <= high <= 65535:
            reason = "ends before it starts" if low > high else "is not within 1-65535"
            yield Problem((*loc, "ports", at), reason, "write a port, or the lower port first", ports)
    if service.network not in defined:
        fix = f"define `cloud:networks.{service.network}`, or use one of: {', '.join(defined)}"
        needs: tuple[Loc, ...] = (("networks", service.network),)
        yield Problem((*loc, "network"), "there is no such network", fix, service.network, needs=needs)
    elif service.network == "provider":
        fix = "use the network on which the hosts have addresses"
        yield Problem((*loc, "network"), "hosts do not listen on the provider network", fix, "provider")


def _labels(cloud: CloudConfig) -> set[str]:
    """What the product's own lines are called; none where their ports cannot be known, which is reported elsewhere."""
    try:
        return {opening.label for opening in product(cloud)}
    except UnknownValueError:
        return set()
