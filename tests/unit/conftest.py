"""What unit tests share."""

from __future__ import annotations

import pytest

from tests.own_home import own_home
from tests.unit.programs import HostPrograms

__all__ = ["own_home"]


@pytest.fixture(scope="session")
def host_programs() -> HostPrograms:
    """Programs of a host: this machine's own, or the ones in the lab's image."""
    return HostPrograms()
