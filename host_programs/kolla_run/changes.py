"""What a change will restart: from checksums of rendered and live files to services, tags and hosts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Sums = Mapping[str, str]
"""Checksum by path below /etc/kolla."""
Applied = Mapping[str, tuple[str, str]]
"""By path: what was rendered when it was applied last, and what was there afterwards."""

_LISTED = 3
MISSING = "container_missing"
"""What Kolla-Ansible calls a container that is not there."""


class HostSums(NamedTuple):
    """One host: what is live and what a run would write."""

    live: Sums
    next: Sums


class Row(NamedTuple):
    """One service that a change reaches."""

    service: str
    """Folder below /etc/kolla, which is the container's name with dashes."""
    verb: str
    """restart, start (nothing was there) or leftover (no longer configured; its container stays)."""
    hosts: tuple[str, ...]
    files: tuple[str, ...]
    """Of its folder, that are written differently; and what of its container differs."""
    tag: str
    """Which tag reaches it; "" if none is known."""

    def __str__(self) -> str:
        files = ", ".join(self.files[:_LISTED])
        more = f" and {len(self.files) - _LISTED} more" if len(self.files) > _LISTED else ""
        if self.verb == "leftover":
            return f"{self.service}: no longer configured on {', '.join(self.hosts)}; its container stays"
        return f"{self.service}: {self.verb} on {', '.join(self.hosts)} ({files}{more})"


class Plan(NamedTuple):
    """What an apply would do."""

    first: bool
    """Nothing was applied before: everything is new."""
    rows: tuple[Row, ...]
    settings: Mapping[str, tuple[str, ...]]
    """Options that the containers of a tag depend on and that changed, by tag: files do not show these."""
    everything: str
    """Why no choice of tags would do; "" if one does."""

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that reach all of it, sorted; empty if everything or nothing has to be run."""
        if self.first or self.everything:
            return ()
        return tuple(sorted({row.tag for row in self.rows if row.verb != "leftover"} | set(self.settings)))

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.first or self.everything or self.tags)

    def lines(self) -> list[str]:
        """What the operator reads."""
        if self.first:
            return ["first deployment: every service starts on its hosts"]
        lines = [str(row) for row in self.rows]
        for tag, options in sorted(self.settings.items()):
            names = ", ".join(options[:_LISTED]) + (" …" if len(options) > _LISTED else "")
            lines.append(f"{tag}: its tasks run ({names})")
        if self.everything:
            lines.append(f"all services are gone through: {self.everything}")
        return lines or ["nothing restarts: the configuration is as it was applied"]

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "first": self.first,
            "rows": [row._asdict() for row in self.rows],
            "settings": {tag: list(options) for tag, options in self.settings.items()},
            "everything": self.everything,
            "tags": list(self.tags),
        }


def plan(
    hosts: Mapping[str, HostSums],
    applied: Mapping[str, Applied] | None,
    tags: Mapping[str, str],
    settings: Mapping[str, Iterable[str]],
    everything: str = "",
    differing: Mapping[str, Mapping[str, Iterable[str]]] | None = None,
) -> Plan:
    """What applying the rendered configuration would change.

    A file counts as changed if it would be written differently than when it was applied last, or if
    somebody changed it since. What an apply itself changes afterwards (a key it adds) is no change.

    Args:
        hosts: checksums by host.
        applied: what the last successful apply left, by host; None: there was none.
        tags: tag by folder, as seen while rendering.
        settings: changed options by the tag whose containers depend on them.
        everything: why all services must be gone through anyhow; "" if there is no reason.
        differing: by host and service, how its container is not as it would be started now.
    """
    changed: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    for host, sums in hosts.items():
        before = applied.get(host, {}) if applied else {}
        for service, verb, path in _differences(sums, before):
            where, files = changed.setdefault((service, verb), (set(), set()))
            where.add(host)
            files.add(path)
    for host, services in (differing or {}).items():
        for service, names in services.items():
            verb = "start" if MISSING in names else "restart"
            where, files = changed.setdefault((service, verb), (set(), set()))
            where.add(host)
            files.update(f"container: {name}" for name in names)
    rows = tuple(
        Row(service, verb, tuple(sorted(where)), tuple(sorted(files)), tags.get(service, ""))
        for (service, verb), (where, files) in sorted(changed.items())
    )
    unknown = sorted({row.service for row in rows if not row.tag and row.verb != "leftover"})
    if unknown and not everything:
        everything = f"no tag is known for {', '.join(unknown)}"
    chosen = {tag: tuple(sorted(options)) for tag, options in sorted(settings.items())}
    return Plan(applied is None, rows, chosen, everything)


def with_the_rest(
    rendered: Mapping[str, HostSums],
    tags: Iterable[str],
    applied: Mapping[str, Applied],
    of: Mapping[str, str],
) -> dict[str, HostSums]:
    """What a rendering of some services would write, together with what all others wrote when they were applied.

    Args:
        rendered: checksums by host; of these services, but for what is live.
        tags: theirs.
        applied: what the last successful apply left, by host.
        of: tag by folder; a file in a folder of one of the tags that was not written this time is gone.
    """
    chosen = set(tags)
    return {
        host: HostSums(
            sums.live,
            {
                path: was
                for path, (was, _) in applied.get(host, {}).items()
                if of.get(path.split("/", 1)[0]) not in chosen
            }
            | dict(sums.next),
        )
        for host, sums in rendered.items()
    }


def applied_now(rendered: Mapping[str, Sums], live: Mapping[str, Sums]) -> dict[str, dict[str, list[str]]]:
    """What to remember after an apply: by host and path, what was rendered and what is there."""
    return {
        host: {path: [value, live.get(host, {}).get(path, "")] for path, value in sorted(sums.items())}
        for host, sums in rendered.items()
    }


def just_written(live: Mapping[str, Sums]) -> dict[str, dict[str, list[str]]]:
    """The same after a first deployment, from what is there alone.

    What its one-off containers were started with stays behind, and no rendering has it: nova-api-bootstrap.
    """
    own = {
        host: {
            path: value for path, value in sums.items() if not path.split("/", 1)[0].endswith("-bootstrap")
        }
        for host, sums in live.items()
    }
    return applied_now(own, own)


def _differences(sums: HostSums, before: Applied) -> Iterable[tuple[str, str, str]]:
    """Service, verb and path below its folder of each file that is not as it was applied."""
    present = {path.split("/", 1)[0] for path in sums.live}
    coming = {path.split("/", 1)[0] for path in sums.next}
    for path, value in sums.next.items():
        service, _, name = path.partition("/")
        live = sums.live.get(path, "")
        known = before.get(path)
        same = (value, live) == (known[0], known[1]) if known else value == live
        if not same:
            yield service, "restart" if service in present else "start", name or service
    for path in before:
        service, _, name = path.partition("/")
        if path not in sums.next and path in sums.live:
            yield service, "restart" if service in coming else "leftover", name or service
