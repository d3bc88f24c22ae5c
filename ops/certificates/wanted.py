"""A certificate that a cloud has."""

from __future__ import annotations

from dataclasses import dataclass

HERE = "this machine"
"""In place of a host: the operator's machine, which sees the cloud as its clients do."""
UP = "then make up"
"""How a new one of the stack file gets to the hosts."""


@dataclass(frozen=True)
class Wanted:
    """A certificate, or several of one purpose: where it is, who renews it, what it is for."""

    purpose: str
    hosts: tuple[str, ...]
    """Hosts that are asked, or `HERE`."""
    place: str
    """A file or a pattern of files, HOST:PORT, or an https URL that hands out PEM; with `unread`: in words."""
    renewed_by: str
    breaks: str
    """What happens once it has ended."""
    expected: bool = True
    """Whether it has to be there; else it has a row where it is."""
    like: str = ""
    """Purpose of the files of which it has to be one: what is served, and what lies on the disk."""
    unread: str = ""
    """Why nobody looks at it here; empty: it is read."""
