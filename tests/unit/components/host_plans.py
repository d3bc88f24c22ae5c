"""The plans of the real stack files' hosts."""

from __future__ import annotations

from typing import Any

import pytest

from components.host_prep.plan import HostPlan, plan_hosts
from tests.unit.components.support import STACKS, cloud, files


def plans(stack: str) -> dict[str, HostPlan]:
    return plan_hosts(cloud(stack), files())


def every() -> list[Any]:
    return [pytest.param(plan, id=f"{s}-{h}") for s in STACKS for h, plan in plans(s).items()]
