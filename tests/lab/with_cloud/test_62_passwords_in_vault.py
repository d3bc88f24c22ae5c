"""Kolla's passwords moved into the cloud's own vault: the same plan, and without the vault one line instead of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from components.vault_secrets import paths
from tests.lab.support import Stack, ssh

pytestmark = pytest.mark.cloud

NODES = ("ctl01", "ctl02", "ctl03")
PATH = "kolla/passwords"


def in_vault(config: dict[str, Any]) -> None:
    config["cloud:kolla"]["passwords"] = {"vault": PATH}


@contextmanager
def vault_stopped() -> Iterator[None]:
    """Afterwards it opens by itself: its seal is a static key."""
    for node in NODES:
        ssh(node, f"systemctl stop {paths.UNIT}")
    try:
        yield
    finally:
        for node in NODES:
            ssh(node, f"systemctl start {paths.UNIT}")


def test_moved_and_read_from_there_they_change_nothing_and_a_vault_that_is_down_is_one_line(
    stack: Stack, secret: dict[str, str]
) -> None:
    moved = stack.ops("kolla_passwords", "--move", PATH)
    assert moved.returncode == 0, moved.stderr
    kept = stack.edited("passwords-in-vault", in_vault)
    same = kept.pulumi("preview", "--expect-no-changes")
    assert same.returncode == 0, same.stdout + same.stderr
    with vault_stopped():
        refused = kept.pulumi("preview")
    assert refused.returncode != 0
    said = (refused.stdout + refused.stderr).splitlines()
    # Pulumi says it when it happens and in the end.
    told = {line.partition("error: ")[2] for line in said if "cloud:kolla.passwords" in line}
    assert len(told) == 1, said
    assert "the vault does not answer" in told.pop()
    printed = moved.stdout + moved.stderr + same.stdout + same.stderr + refused.stdout + refused.stderr
    assert [name for name, value in secret.items() if value in printed] == []
