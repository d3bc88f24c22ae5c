"""Nothing is done twice: no change is no change, and a second deploy restarts nothing but etcd and shows nobody a password."""

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


RESTARTED = {"/etcd"}
"""What Kolla-Ansible 22 (2026.1) starts again at every deployment, one member after the other; why is not known yet."""


def lines(found: dict[str, str]) -> set[tuple[str, str, str]]:
    """Host, container, start time."""
    return {(host, *line.split()) for host, text in found.items() for line in text.splitlines()}  # type: ignore[misc]


def test_preview_of_the_cloud_expects_no_changes(stack: Stack) -> None:
    done = stack.pulumi("preview", "--expect-no-changes")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_deploy_restarts_nothing_but_what_is_known_and_shows_nobody_a_password(
    secret: dict[str, str],
) -> None:
    before = started()
    with watching(secret) as shown:
        done = ssh("deploy", "/opt/kolla-run/kolla-run deploy", timeout=2400, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert {container for _, container, _ in lines(before) ^ lines(started())} <= RESTARTED
    known = [line for line in shown for name, words in UPSTREAM if line.startswith(name) and words in line]
    assert set(shown) - set(known) == set()
