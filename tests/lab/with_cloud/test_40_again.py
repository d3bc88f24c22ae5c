"""Nothing is done twice: no change is no change, and a second deploy restarts nothing."""

from __future__ import annotations

import pytest

from tests.lab.support import Stack, ssh
from tests.lab.with_cloud.test_10_deployed import CONTAINER_HOSTS

pytestmark = pytest.mark.cloud

STARTED = (
    "docker ps --quiet --no-trunc | xargs docker inspect --format '{{.Name}} {{.State.StartedAt}}' | sort"
)


def test_preview_of_the_cloud_expects_no_changes(stack: Stack) -> None:
    done = stack.pulumi("preview", "--expect-no-changes")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_deploy_leaves_every_container_running(deployed: str) -> None:
    assert deployed
    before = {host: ssh(host, STARTED).stdout for host in sorted(CONTAINER_HOSTS)}
    done = ssh("deploy", "/opt/kolla-run/kolla-run deploy", timeout=2400, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert {host: ssh(host, STARTED).stdout for host in before} == before
