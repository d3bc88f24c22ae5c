"""The plans of both stack files, as a reviewer reads them: one host of each role, and
what Kolla-Ansible is given.

`UPDATE_GOLDEN=1 pytest tests/unit/components/test_golden.py` writes them anew; the diff is what to review.
"""

from __future__ import annotations

import json
import os

import pytest

from components.firewall.plan import plan_firewall
from components.host_prep.plan import plan_hosts
from components.kolla_cluster.plan import plan_kolla
from tests.unit.components.support import GOLDEN, STACKS, cloud, files

HOSTS = ("ctl01", "net01", "cmp01", "ceph01", "mon01", "deploy")


def texts(stack: str) -> dict[str, str]:
    """File name to content."""
    config = cloud(stack)
    plans, firewalls = plan_hosts(config, files()), plan_firewall(config)
    found: dict[str, str] = {}
    for host in HOSTS:
        plan = plans[host]
        folder = f"{stack}/{host}"
        found[f"{folder}/base.json"] = json.dumps(plan.base, indent=2, sort_keys=True) + "\n"
        found[f"{folder}/network.netplan"] = plan.network["netplan"]["content"]
        found[f"{folder}/firewall.nft"] = firewalls[host].state["nftables"]["ruleset"]
    kolla = plan_kolla(config)
    return found | {f"{stack}/kolla/{name}": text for name, text in kolla.files().items()}


@pytest.mark.parametrize("stack", STACKS)
def test_plans_are_the_reviewed_ones(stack: str) -> None:
    wanted = texts(stack)
    if os.environ.get("UPDATE_GOLDEN"):
        for name, text in wanted.items():
            path = GOLDEN / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    have = {
        str(path.relative_to(GOLDEN)): path.read_text()
        for path in (GOLDEN / stack).rglob("*")
        if path.is_file()
    }
    assert have == wanted
