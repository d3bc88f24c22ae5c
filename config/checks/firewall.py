"""The site's own firewall services."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from config.cloud import CloudConfig
from config.errors import Loc, Problem


def extra_services(cloud: CloudConfig) -> Iterator[Problem]:
    """Ports are ports, and the network is there to listen on."""
    defined = cloud.networks.defined()
    for name, service in cloud.firewall.services.items():
        loc: Loc = ("firewall", "services", name)
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
    if cloud.firewall.confirm_within <= cloud.ssh.connect_timeout:
        reason = (
            f"is over before one connection attempt ({cloud.ssh.connect_timeout} s): nobody could confirm"
        )
        fix = "make it longer than `cloud:ssh.connectTimeout`"
        needs = (("ssh", "connectTimeout"),)
        yield Problem(
            ("firewall", "confirmWithin"), reason, fix, str(cloud.firewall.confirm_within), needs=needs
        )


def no_clash_with(product: Collection[str]) -> Callable[[CloudConfig], Iterator[Problem]]:
    """A check that no extra service takes the name of one of the product's; for the firewall component."""

    def check(cloud: CloudConfig) -> Iterator[Problem]:
        for name in cloud.firewall.services:
            if name in product:
                fix = f"call it something else, such as `site-{name}`"
                yield Problem(
                    ("firewall", "services", name), "the product has a service of this name", fix, name
                )

    return check
