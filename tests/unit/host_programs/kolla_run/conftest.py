"""A deploy host, without a cloud and with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from host_programs.kolla_run import steps
from tests.unit.host_programs.kolla_run.fake import FakeHost


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    return FakeHost(tmp_path)


@pytest.fixture
def deployed(host: FakeHost) -> FakeHost:
    """A host with a cloud."""
    steps.deploy(host.kolla())
    host.ran.clear()
    host.said.clear()
    return host
