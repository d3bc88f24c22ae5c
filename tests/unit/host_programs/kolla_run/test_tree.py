"""The tree of playbooks that a run gets: the release's own, and what is replaced in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from host_programs.kolla_run import tree
from host_programs.kolla_run.dialect import Request
from tests.unit.host_programs.kolla_run.fake import FakeHost
from tests.unit.host_programs.kolla_run.small_tree import DEFECT, REPLACED, SOURCE, WORKER, write
from tests.unit.host_programs.kolla_run.support import SHELL


def test_a_tree_is_links_but_for_playbooks_and_what_is_replaced(tmp_path: Path) -> None:
    source, target = tmp_path / "ansible", tmp_path / "tree"
    write(source, SOURCE)
    mask = os.umask(0o077)
    try:
        tree.build(str(target), str(source), REPLACED)
    finally:
        os.umask(mask)
    own = {p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file() and not p.is_symlink()}
    assert own == {"site.yml", "nova.yml", *REPLACED}
    assert (target / "roles/register/defaults").readlink() == source / "roles/register/defaults"
    assert (target / "group_vars").readlink() == source / "group_vars"
    for path in (target, target / "roles/register"):
        assert path.stat().st_mode & 0o777 == 0o755
    assert (target / "site.yml").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("action", ["deploy", "reconfigure", "mariadb-backup", "mariadb-recovery"])
def test_what_works_on_containers_runs_with_the_mended_file(action: str, tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    write(host.source, {WORKER: DEFECT, "mariadb_backup.yml": "", "mariadb-recovery.yml": ""})
    host.kolla().run(Request(action))
    playbook = Path(host.argv[host.argv.index("-p") + 1])
    assert playbook.is_relative_to(host.paths.tree)
    assert playbook.is_file()
    assert "job_mode" not in Path(host.paths.tree, WORKER).read_text()
    assert "job_mode" in (host.source / WORKER).read_text()
    assert len([line for line in host.said if "kolla_systemd_worker.py" in line]) == 1


@pytest.mark.parametrize("action", ["prechecks", "pull", "post-deploy", "gather-facts"])
def test_what_touches_no_container_runs_the_releases_own_playbooks(action: str, tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    write(host.source, {WORKER: DEFECT})
    host.kolla().run(Request(action))
    assert "-p" not in host.argv


def test_the_script_of_2024_1_is_not_given_a_playbook_that_it_ignores(tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    write(host.source, {WORKER: DEFECT, "mariadb_backup.yml": ""})
    kolla = host.kolla()
    kolla.release = kolla.release._replace(dialect=SHELL.dialect)
    kolla.run(Request("mariadb-backup"))
    assert "-p" not in host.argv
    kolla.run(Request("deploy"))
    assert "-p" in host.argv
