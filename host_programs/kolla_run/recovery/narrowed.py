"""The inventory without hosts that stay off: Kolla-Ansible stumbles over a host that it cannot ask."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator

from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.kolla import Kolla

_NAME = "inventory-without"
"""Beside the inventory: Ansible looks for group_vars and host_vars there."""


def without(text: str, hosts: Iterable[str]) -> str:
    """An inventory's text without some hosts, wherever they are named."""
    gone = set(hosts)
    return "".join(
        line for line in text.splitlines(keepends=True) if line.split()[:1] not in [[h] for h in gone]
    )


@contextlib.contextmanager
def narrowed(kolla: Kolla, hosts: Iterable[str], user: str) -> Iterator[None]:
    """Let Kolla-Ansible and our playbooks work without some hosts for a while.

    Raises:
        RunError: the inventory cannot be read.
    """
    gone = sorted(hosts)
    if not gone:
        yield
        return
    before, path = kolla.paths, f"{kolla.paths.config}/{_NAME}"
    try:
        with open(before.inventory, encoding="utf-8") as file:
            text = without(file.read(), gone)
    except OSError as error:
        raise RunError(before.inventory, f"cannot be read: {error.strerror}", "run pulumi up") from None
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        if os.geteuid() == 0:
            shutil.chown(path, user)
        kolla.paths = before._replace(narrowed=path)
        yield
    finally:
        kolla.paths = before
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
