"""A lock that a killed run left is told from one that somebody holds."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ops import lock

TAKEN = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def held(host: str = "here") -> lock.Lock:
    return lock.Lock(Path("l.json"), 4242, "root", host, TAKEN)


@pytest.mark.parametrize(
    ("host", "start", "stale"),
    [
        ("here", None, True),
        ("here", TAKEN - timedelta(seconds=30), False),
        ("here", TAKEN + timedelta(seconds=1), False),
        ("here", TAKEN + timedelta(seconds=60), True),
        ("elsewhere", None, False),
    ],
    ids=["dead", "alive", "alive within the clock's slack", "number given out again", "another machine's"],
)
def test_a_lock_is_stale_only_when_its_owner_is_known_to_be_gone(
    host: str, start: datetime | None, stale: bool
) -> None:
    assert lock.is_stale(held(host), "here", lambda _: start) is stale


def test_a_process_of_this_machine_is_seen_with_its_start() -> None:
    mine = lock.started(os.getpid())
    assert mine is not None
    assert mine <= datetime.now(UTC) + timedelta(seconds=2)
    assert lock.started(2**22 + 1) is None


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file:///srv/state", "/srv/state/.pulumi/locks/organization/cloud/lab"),
        ("file://~/state", "~/state/.pulumi/locks/organization/cloud/lab"),
        ("s3://bucket?region=x", None),
        ("", None),
    ],
)
def test_locks_are_looked_for_where_a_file_backend_keeps_them(url: str, folder: str | None) -> None:
    assert lock.lock_dir(url, "cloud", "lab") == (Path(folder).expanduser() if folder else None)


def test_locks_are_read_as_the_engine_writes_them(tmp_path: Path) -> None:
    said = {"pid": 7, "username": "u", "hostname": "h", "timestamp": "2026-05-01T14:00:00.123456789+02:00"}
    (tmp_path / "a.json").write_text(json.dumps(said))
    (tmp_path / "b.json").write_text("{")
    (found,) = lock.read_locks(tmp_path)
    assert str(found) == "u@h, pid 7, since 2026-05-01 12:00:00 UTC"
