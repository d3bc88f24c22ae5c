"""A port that a service listens on: which option moves it, who runs it, who may ask."""

from __future__ import annotations

from dataclasses import dataclass

from config.firewall.model import NetworkUse, Protocol, Source


@dataclass(frozen=True)
class Port:
    """One line of a service's part of the firewall. Ports that belong together share one."""

    label: str
    """Its name in the firewall's table."""
    why: str
    options: tuple[str, ...]
    """Options that hold the ports; one that a release does not have is passed over."""
    on: tuple[str, ...]
    """Inventory groups whose hosts listen."""
    sources: tuple[Source, ...] = ("subnet",)
    networks: tuple[NetworkUse, ...] = ("management",)
    protocol: Protocol = "tcp"
    fixed: tuple[str, ...] = ()
    """Ports and ranges that no option moves."""
    prefix: str = ""
    """An option that holds all digits but the last: ten ports less one, from 1 on."""
    when: str = ""
    """An expression over options; empty: whenever the service runs."""

    def moved_by(self) -> tuple[str, ...]:
        """Every option that moves it."""
        return (*self.options, self.prefix) if self.prefix else self.options


def api(  # the parts of an option's name that releases do not agree on
    label: str,
    why: str,
    group: str,
    *prefixes: str,
    when: str = "",
    listen: bool = True,
) -> tuple[Port, Port]:
    """An API: on the internal virtual address, on its own hosts behind that, on the external address.

    Args:
        label: name in the table.
        why: what is asked there.
        group: the inventory group that runs it.
        prefixes: what comes before `_port`, `_listen_port`, `_public_port` in the options' names.
        when: an expression; empty: always.
        listen: whether there is a `_listen_port`.
    """
    ends = ("port", "listen_port") if listen else ("port",)
    inside = tuple(f"{prefix}_{end}" for prefix in prefixes for end in ends)
    outside = tuple(f"{prefix}_public_port" for prefix in prefixes)
    return (
        Port(label, why, inside, ("loadbalancer", group), ("users",), when=when),
        Port(label, why, outside, ("loadbalancer",), ("users",), ("public",), when=when),
    )
