"""A fault costs some calls and never what was acknowledged, and all is as before without anybody's hand.

Two of them; `make chaos` has all, in random order, as often as one likes.
"""

from __future__ import annotations

import pytest

from lab.chaos.faults import FAULTS
from lab.chaos.figures import table
from lab.chaos.load import administrator
from lab.chaos.rounds import play

pytestmark = [pytest.mark.cloud, pytest.mark.usefixtures("deployed")]

SEED = 18


@pytest.mark.parametrize(
    "name", ["HAProxy is reloaded on all controllers", "MariaDB is killed on all controllers"]
)
def test_nothing_acknowledged_is_lost_and_all_comes_back(name: str) -> None:
    cost = play(FAULTS[name], administrator(), SEED, print)
    print(table([cost]))
    assert cost.wrong == []
    assert all(writes.acknowledged for writes in cost.writes.values()), (
        "nothing was written, so nothing was shown"
    )
