"""The machine's own apt sources, read through apt: what is built here comes from where the machine's packages do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from machine.commands import output
from machine.errors import MachineError

FORMAT = "$(REPO_URI)|$(RELEASE)|$(COMPONENT)"


@dataclass(frozen=True)
class Archive:
    """One archive of the distribution."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]

    @property
    def folder(self) -> str:
        """Its path on the server, as on a mirror that serves it: `/debian`."""
        return "/" + urlsplit(self.uri).path.strip("/")

    def deb822(self, keyring: str) -> str:
        """A source for apt."""
        return (
            f"Types: deb\nURIs: {self.uri}\nSuites: {' '.join(self.suites)}\n"
            f"Components: {' '.join(self.components)}\nSigned-By: {keyring}\n"
        )


def parse(listing: str, release: str) -> list[Archive]:
    """The distribution's archives in the answer of `apt-get indextargets`, the main one first.

    Raises:
        MachineError: the release itself is not among them.
    """
    found: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for line in dict.fromkeys(listing.splitlines()):
        uri, suite, component = line.split("|")
        if suite == release or suite.startswith(release + "-"):
            suites, components = found.setdefault(uri.rstrip("/"), ({}, {}))
            suites[suite] = None
            components[component] = None
    archives = [Archive(uri, tuple(suites), tuple(components)) for uri, (suites, components) in found.items()]
    if not any(release in archive.suites for archive in archives):
        raise MachineError(f"apt on this machine has no index of {release}: run `apt-get update`")
    return sorted(archives, key=lambda archive: release not in archive.suites)


def read(release: str) -> list[Archive]:
    """The machine's archives of its release; fetches apt's indexes if it has none."""
    ask = ("apt-get", "indextargets", "--format", FORMAT, "Created-By: Packages")
    listing = output(ask)
    if f"|{release}|" not in listing:
        output(("apt-get", "update", "-qq"), timeout=300)
        listing = output(ask)
    return parse(listing, release)


def of(codename: str) -> list[Archive]:
    """Archives of a release of Debian on the servers that the machine has its own release from.

    Raises:
        MachineError: the machine is no Debian, so its servers need not have one.
    """
    lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    system = dict(line.split("=", 1) for line in lines if "=" in line)
    if system.get("ID", "").strip('"') != "debian":
        raise MachineError(f"apt on this machine has no Debian {codename}: run this on a Debian")
    own = system["VERSION_CODENAME"].strip('"')
    return renamed(read(own), own, codename)


def renamed(archives: list[Archive], own: str, other: str) -> list[Archive]:
    """The same archives of another release: bookworm-security is trixie-security there."""
    return [
        replace(archive, suites=tuple(suite.replace(own, other, 1) for suite in archive.suites))
        for archive in archives
    ]


def keyring(release_id: str) -> str:
    """Path of the distribution's keyring, on the machine and in what is built of it."""
    return f"/usr/share/keyrings/{release_id}-archive-keyring.gpg"


def servers(archives: list[Archive]) -> list[str]:
    """Names of the servers that the archives are on."""
    return sorted({name for archive in archives if (name := urlsplit(archive.uri).hostname)})
