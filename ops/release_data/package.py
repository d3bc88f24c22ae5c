"""A published kolla-ansible package, read as it lies in its wheel."""

from __future__ import annotations

import email
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from email.message import Message
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml


class PackageError(Exception):
    """A package cannot be had, or is not what it should be."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Ansible's YAML: its own tags (`!unsafe`) are read as plain values."""


def _untagged(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else None


_Loader.add_multi_constructor("!", _untagged)


class Package:
    """One kolla-ansible wheel; paths are those below `share/kolla-ansible`."""

    def __init__(self, wheel: Path) -> None:
        """Open the wheel. Raises PackageError for what is no kolla-ansible wheel."""
        match = re.match(r"kolla_ansible-([0-9][^-]*)-", wheel.name)
        if match is None:
            raise PackageError(f"{wheel.name}: not a wheel of kolla-ansible; want kolla_ansible-VERSION-….whl")
        self.version = match[1]
        self._archive = zipfile.ZipFile(wheel)
        self._share = f"kolla_ansible-{self.version}.data/data/share/kolla-ansible/"

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every file below `share/kolla-ansible`, sorted."""
        names = (n for n in self._archive.namelist() if n.startswith(self._share) and not n.endswith("/"))
        return tuple(sorted(name.removeprefix(self._share) for name in names))

    def below(self, *patterns: str) -> Iterator[str]:
        """The files that one of the regular expressions matches in full."""
        wanted = re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
        return (path for path in self.paths if wanted.fullmatch(path))

    def text(self, path: str) -> str:
        """A file's text. Raises PackageError when the package has no such file."""
        try:
            return self._archive.read(self._share + path).decode("utf-8")
        except KeyError:
            raise PackageError(f"kolla-ansible {self.version} has no {path}") from None

    def yaml(self, path: str) -> Any:
        """A YAML file's value. Raises PackageError when it is missing or not YAML."""
        try:
            return yaml.load(self.text(path), Loader=_Loader)  # noqa: S506  # a SafeLoader
        except yaml.YAMLError as error:
            raise PackageError(f"kolla-ansible {self.version}: {path} is not YAML: {error}") from error

    @cached_property
    def metadata(self) -> Message:
        """The wheel's METADATA."""
        name = f"kolla_ansible-{self.version}.dist-info/METADATA"
        return email.message_from_bytes(self._archive.read(name))

    def member(self, name: str) -> str | None:
        """A file of the wheel itself, or None."""
        try:
            return self._archive.read(name).decode("utf-8")
        except KeyError:
            return None


def download(version: str, folder: Path) -> Package:
    """The wheel of a version, from the package index into the folder. Raises PackageError."""
    # The package runs elsewhere: its own Python decides what it needs, ours only reads it.
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"),
        *("--python-version", "3.12", "--dest", str(folder), f"kolla-ansible=={version}"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PackageError(f"kolla-ansible {version} cannot be downloaded: {done.stderr.strip()[-300:]}")
    return find(version, folder)


def find(version: str, folder: Path) -> Package:
    """The wheel of a version in a folder. Raises PackageError when it is not there."""
    wheel = next(iter(folder.glob(f"kolla_ansible-{version}-*.whl")), None)
    if wheel is None:
        raise PackageError(f"{folder} has no kolla_ansible-{version}-….whl")
    return Package(wheel)
