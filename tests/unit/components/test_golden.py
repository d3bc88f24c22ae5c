"""The plans of both stack files, as a reviewer reads them: one host of each role, and
what Kolla-Ansible is given.
"""

from __future__ import annotations

import dataclasses
import json

import pytest

from components.ceph_storage.plan import plan_ceph
from components.firewall.plan import plan_firewall
from components.host_prep.plan import plan_hosts
from components.kolla_cluster.plan import plan_kolla
from tests.unit.components.support import GOLDEN, STACKS, cloud, files
from tests.unit.golden import compare

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
    found |= {
        f"{stack}/kolla/{name}": text
        for name, text in kolla.files().items()
        if not name.startswith("config/grafana/dashboards/")  # test_dashboards.py has one of them
    }
    return found | ceph_texts(stack)


def ceph_texts(stack: str) -> dict[str, str]:
    """The cluster: a host's states, what it holds, what Kolla-Ansible gets; cephadm's commands and specifications."""
    plan = plan_ceph(cloud(stack))
    assert plan is not None
    cluster = {
        "pools": plan.pools,
        "users": plan.users,
        "kolla_globals": plan.kolla_globals,
        "kolla_files": plan.kolla_files(dict.fromkeys(plan.user_names, "KEY")),
    }
    host = dataclasses.asdict(plan.hosts["ceph01"])
    bootstrap = host["base"]["files"].pop("/usr/local/sbin/ceph-bootstrap", {}).get("content")
    found = {
        "host.json": json.dumps(host, indent=2, sort_keys=True) + "\n",
        "cluster.json": json.dumps(cluster, indent=2, sort_keys=True) + "\n",
        "bootstrap.sh": bootstrap,
        "specs.yml": plan.specs,
        "gateways.yml": plan.gateway_specs,
    }
    return {f"{stack}/ceph/{name}": text for name, text in found.items() if text}


@pytest.mark.parametrize("stack", STACKS)
def test_plans_are_the_reviewed_ones(stack: str) -> None:
    compare(GOLDEN, texts(stack), below=stack)
