"""`kolla.overrides`: files that something reads, of services that run, without passwords."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import normpath

from config.cloud import CloudConfig
from config.kolla import KollaSettings
from config.kolla.catalogue import services
from config.kolla.override import OverrideText
from config.kolla.override_owners import by_options, for_ceph
from config.kolla.override_paths import is_ini, nearest, readers
from config.kolla.setting import sets, settings
from config.kolla.values import UnknownValueError
from config.model.errors import Loc, Problem
from config.model.secrets import secret_within
from config.model.text_source import read_file
from config.release_map import known

_HERE: Loc = ("kolla", "overrides")
_EVERYWHERE = {"global", "common", "loadbalancer"}
_PARTS = {"ovn-controller": "ovn", "ovn-db": "ovn", "prometheus-node-exporters": "prometheus"}
_UNREADABLE = (
    "check its rights; what is not text you put on the deploy host yourself, and name its folder in an option, "
    "such as `ironic_agent_files_directory`"
)


def override_texts(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    """Each is read by a service that runs, and its text is valid."""
    if not kolla.overrides:
        return
    try:
        running = set(services(cloud))
    except UnknownValueError:
        return  # which services run cannot be known: reported where it is set
    for path, override in kolla.overrides.items():
        yield from _path(cloud, kolla, path, running)
        yield from _text(cloud, path, override)


def _path(cloud: CloudConfig, kolla: KollaSettings, path: str, running: set[str]) -> Iterator[Problem]:
    here: Loc = (*_HERE, path)
    release = cloud.releases.openstack
    needs: tuple[Loc, ...] = (("releases", "openstack"), ("hosts",))
    plain = PurePosixPath(path)
    if plain.is_absolute() or ".." in plain.parts or plain.parts[:1] == ("config",):
        last = normpath(path).rpartition("config/")[2].lstrip("./")
        fix = f"write `{last}`" if last not in ("", path) else "name a file, such as `nova.conf`"
        yield Problem(here, "is not a path below `config/`", fix)
        return
    if made := for_ceph(cloud, path):
        yield Problem(here, *made, needs=(("ceph",),))
        return
    if by_options(kolla, path):
        return
    found = readers(release, path, list(cloud.hosts))
    if not found:
        reason, fix = _unread(cloud, path)
        yield Problem(here, reason, fix, needs=needs)
        return
    names = {_PARTS.get(name, name) for name in found}
    if not names & (running | _EVERYWHERE):
        reason = f"is for {' or '.join(sorted(names))}, which is not switched on"
        yield Problem(here, reason, "switch it on, or remove the text", needs=(*needs, ("kolla",)))


def _unread(cloud: CloudConfig, path: str) -> tuple[str, str]:
    """Why nothing reads a path, and what to write instead."""
    release, hosts = cloud.releases.openstack, list(cloud.hosts)
    for part in PurePosixPath(path).parts[:-1]:
        if readers(release, path, [part]):
            return f"there is no host `{part}`", f"name one of: {', '.join(hosts)}"
    others = [series for series in known() if readers(series, path, hosts)]
    near = nearest(release, path, hosts)
    fix = f"did you mean `{near}`?" if near else "see the service's page in Kolla-Ansible's documentation"
    if others:
        return f"Kolla-Ansible {release} reads no such file; {', '.join(others)} did", fix
    return f"Kolla-Ansible {release} reads no such file", fix


def _text(cloud: CloudConfig, path: str, override: OverrideText) -> Iterator[Problem]:
    here: Loc = (*_HERE, path)
    text, shown = override.content, None
    if text is None and override.file is not None:
        here, shown = (*here, "file"), str(override.file)
        fix = "write it, or correct the name; it starts from the folder of Pulumi.yaml"
        text, unread = read_file(here, override.file, fix, _UNREADABLE, absent=False)
        yield from unread
    if text is not None:
        for reason, fix in text_faults(cloud, path, text):
            yield Problem(here, reason, fix, shown)


def text_faults(cloud: CloudConfig, path: str, text: str) -> Iterator[tuple[str, str]]:
    """Why a text cannot serve for a path, with the fix; never shows the text."""
    if not text.strip():
        yield "is empty", "remove it"
        return
    if is_ini(path):
        lines = (line.strip() for line in text.splitlines())
        first = next((line for line in lines if line and not line.startswith(("#", ";", "{"))), "[")
        if not first.startswith("["):
            yield "does not begin with a section", "put the options below their `[section]`"
    if secret := secret_within(text):
        yield (
            f"has a secret in it ({secret}), and these files are shown in previews",
            "put it into the passwords (`cloud:kolla.passwords`) under its own name, and write `{{ NAME }}`",
        )
    for setting in settings(cloud):
        if setting.field and setting.path == path and sets(text, setting):
            yield (
                f"sets `{setting.option}`, and so does `cloud:{setting.field}`",
                "remove the line, or leave that field out",
            )
