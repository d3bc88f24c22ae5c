"""Nothing is done twice: no change is no change, and a second deploy restarts nothing and shows nobody a password."""

from __future__ import annotations

import pytest

from tests.lab.support import Stack, ssh
from tests.lab.watch import watching
from tests.lab.with_cloud.containers import started

pytestmark = pytest.mark.cloud

UPSTREAM = (
    (
        "rabbitmq_password",
        "authenticate_user",
    ),  # Ansible's collection community.rabbitmq compares a password so
    ("keystone_admin_password", "bootstrap"),  # the role keystone hands it to a script of the image
    ("nova_database_password", "map_cell0"),  # the command of a container that the role nova starts
)
"""What Kolla-Ansible still writes on command lines (docs/guide.md): a password's name, and words of the line."""


def test_preview_of_the_cloud_expects_no_changes(stack: Stack) -> None:
    done = stack.pulumi("preview", "--expect-no-changes")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long(minutes=18, then=26)
def test_a_second_deploy_restarts_nothing_and_shows_nobody_a_password(secret: dict[str, str]) -> None:
    before = started()
    with watching(secret) as shown:
        done = ssh("deploy", "/opt/kolla-run/kolla-run deploy", timeout=2400, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert started() == before
    known = [line for line in shown for name, words in UPSTREAM if line.startswith(name) and words in line]
    assert set(shown) - set(known) == set()
