"""Nothing is done twice: no change is no change, and a second deploy restarts nothing and shows nobody a password."""

from __future__ import annotations

import pytest

from tests.lab.support import Stack, ssh
from tests.lab.with_cloud.test_10_deployed import CONTAINER_HOSTS
from tests.lab.with_cloud.watch import watching

pytestmark = pytest.mark.cloud

STARTED = (
    "docker ps --quiet --no-trunc | xargs docker inspect --format '{{.Name}} {{.State.StartedAt}}' | sort"
)
UPSTREAM = {
    # Ansible's collection community.rabbitmq, inside the toolbox, compares a user's password so.
    "rabbitmq_password": "authenticate_user",
    # The role keystone hands it to a script of the image.
    "keystone_admin_password": "bootstrap",
}
"""What Kolla-Ansible still writes on command lines: a password's name, and a word of the line (docs/guide.md)."""


def test_preview_of_the_cloud_expects_no_changes(stack: Stack) -> None:
    done = stack.pulumi("preview", "--expect-no-changes")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_deploy_restarts_nothing_and_shows_nobody_a_password(secret: dict[str, str]) -> None:
    before = {host: ssh(host, STARTED).stdout for host in sorted(CONTAINER_HOSTS)}
    with watching(secret) as shown:
        done = ssh("deploy", "/opt/kolla-run/kolla-run deploy", timeout=2400, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert {host: ssh(host, STARTED).stdout for host in before} == before
    names = {line: line.partition(":")[0] for line in shown}
    assert [line for line, name in names.items() if UPSTREAM.get(name, "\0") not in line] == []
