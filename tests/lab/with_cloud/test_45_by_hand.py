"""What somebody changed past the program on the cloud's APIs is found by a refresh, and brought back by `up`."""

from __future__ import annotations

import pytest
from openstack.connection import Connection

from tests.lab.support import Stack

pytestmark = pytest.mark.cloud


def rules(cloud: Connection, project: str) -> set[tuple[str, str | None, int | None]]:
    """Rules of the project's group: direction, protocol, port."""
    group = cloud.network.find_security_group("www", project_id=project, ignore_missing=False)
    found = cloud.network.security_group_rules(security_group_id=group.id)
    return {(rule.direction, rule.protocol, rule.port_range_min) for rule in found}


def test_a_change_and_a_deletion_by_hand_are_found_and_repaired(stack: Stack, cloud: Connection) -> None:
    demo = cloud.get_project("demo")
    assert demo is not None
    project = demo.id
    before = rules(cloud, project)
    group = cloud.network.find_security_group("www", project_id=project, ignore_missing=False)
    (https,) = cloud.network.security_group_rules(security_group_id=group.id, protocol="tcp")
    cloud.network.delete_security_group_rule(https)
    cloud.compute.update_quota_set(project, cores=21)

    found = stack.pulumi("refresh", "--preview-only", "--expect-no-changes", "--diff")
    assert found.returncode != 0
    assert "cores" in found.stdout
    assert "QuotaSetV2" in found.stdout
    assert "SecGroupRule" in found.stdout

    repaired = stack.pulumi("up", "--yes", "--skip-preview", "--refresh", timeout=1800)
    assert repaired.returncode == 0, repaired.stdout + repaired.stderr
    assert rules(cloud, project) == before
    assert cloud.compute.get_quota_set(project).cores == 20
    clean = stack.pulumi("refresh", "--preview-only", "--expect-no-changes")
    assert clean.returncode == 0, clean.stdout + clean.stderr
