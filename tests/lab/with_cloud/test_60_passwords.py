"""None of the services' passwords can be read where it should not be."""

from __future__ import annotations

import pytest

from tests.lab.search import shown
from tests.lab.support import HOSTS, LAB, Stack

pytestmark = pytest.mark.cloud


def test_there_are_passwords_to_look_for(secret: dict[str, str]) -> None:
    assert len(secret) > 80


@pytest.mark.parametrize("host", sorted(HOSTS))
def test_no_file_of_others_log_journal_or_process_has_one(host: str, secret: dict[str, str]) -> None:
    assert shown(host, secret) == []


def test_the_state_has_none_in_clear(stack: Stack, secret: dict[str, str]) -> None:
    exported = stack.pulumi_stack("export").stdout
    assert len(exported) > 100_000
    assert [name for name, value in secret.items() if value in exported] == []


def test_their_files_are_their_owners_alone() -> None:
    kept = [path for folder in ("kolla", "openstack") for path in (LAB / folder).rglob("*") if path.is_file()]
    assert kept
    assert [str(path) for path in kept if path.stat().st_mode & 0o777 != 0o600] == []
