"""`make recover` brings back what a power cut leaves behind, and takes no step where nothing is amiss."""

from __future__ import annotations

import pytest

from tests.lab.support import Stack, ssh

pytestmark = pytest.mark.cloud

QUEUE = "cinder-scheduler_fanout_ctl03:cinder-scheduler:1"
FORGET = f'rabbit_db_queue:delete({{resource,<<"/">>,queue,<<"{QUEUE}">>}}, normal).'
"""What is left of a queue that expires while nodes are off: no record of it, and its members."""


def test_a_healthy_cloud_needs_no_step(stack: Stack) -> None:
    done = stack.make("recover", "DRY_RUN=1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "a dry run: 0 steps would be taken" in done.stdout


def test_members_of_a_deleted_queue_are_removed_so_that_it_can_be_created_again(stack: Stack) -> None:
    ssh("ctl01", "docker exec -i rabbitmq sh -c 'rabbitmqctl eval \"$(cat)\"'", stdin=FORGET)
    ssh("ctl03", "systemctl restart kolla-cinder_scheduler-container")
    done = stack.make("recover", timeout=1500)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "recover: all is as it was" in done.stdout
    assert "ra:force_delete_server" in done.stdout
    ssh("ctl01", f"docker exec rabbitmq rabbitmqctl list_queues name | grep -qxF {QUEUE}")
