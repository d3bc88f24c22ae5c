"""A vault's nodes take snapshots by a login that can do nothing else, and a snapshot brings the same data back.

Real OpenBao, three nodes with Raft and TLS; no root. The tests of a class go one after the other, on one cluster.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from host_programs.contract.vault_boot import SNAPSHOT_LOGIN, VAULT_KV
from host_programs.vault_api import AnsweredError, until
from host_programs.vault_boot.policy import NAME
from tests.loopback.vault_cluster import Site

SECRET = f"{VAULT_KV}/data/database"


@pytest.fixture(scope="class", params=[False, True], ids=["shares", "static"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    # A short name: gpg's agent listens on a socket in a folder below it.
    folder = Path(tempfile.mkdtemp(prefix="vault"))
    made = Site(folder, opens_itself=request.param)
    try:
        bring_up(made)
        yield made
    finally:
        made.end()
        shutil.rmtree(folder)


def bring_up(site: Site) -> None:
    """A new cluster, open and handed over, with a secret in it."""
    for name in ("n2", "n3"):
        site.start(name)
    assert site.boot("found").returncode == 0
    site.start("n1")
    open_all(site)
    done = site.boot("hand-over")
    assert done.returncode == 0, done.stderr
    engine = {"type": "kv", "options": {"version": "2"}}
    site.api("n1").put(f"sys/mounts/{VAULT_KV}", engine, site.login())
    write(site, "first")


def open_all(site: Site, *names: str) -> None:
    """These nodes, or all; with the shares that are on the founder."""
    if not site.opens_itself:
        until("the nodes", 120, lambda: site.sealed(*names))
    until("the cluster", 120, lambda: site.leaderless(*names))


def write(site: Site, value: str) -> None:
    def tried() -> str:
        # A new engine takes a moment to be ready.
        try:
            site.api("n1").put(SECRET, {"data": {"value": value}}, site.login())
        except AnsweredError as error:
            return str(error)
        return ""

    until("the engine", 60, tried)


def read(site: Site, node: str = "n1") -> str:
    return str(site.api(node).get(SECRET, site.login(node))["data"]["data"]["value"])


def root_token(site: Site) -> str:
    """Made by two operators with their shares and Pulumi's login, as docs/vault.md says."""
    node, login, path = site.api("n1"), site.login(), "sys/generate-root-token"
    attempt = node.put(f"{path}/attempt", {"pgp_key": site.settings["operators"]["alice"]}, login)["data"]
    for person in ("alice", "bob"):
        share = site.operators[person].read(site.boot("share", person).stdout)
        attempt = node.put(f"{path}/update", {"key": share, "nonce": attempt["nonce"]}, login)["data"]
    return site.operators["alice"].read(attempt["encoded_token"])


class TestRestore:
    kept: Path

    def test_each_node_takes_its_own_and_keeps_as_many_as_it_should(self, site: Site) -> None:
        for name in site.names:
            done = site.boot("snapshot", node=name)
            assert done.returncode == 0, done.stderr
            path = Path(done.stdout.strip())
            assert (path.parent.name, path.stat().st_mode & 0o777) == (f"{name}.snapshots", 0o600)
        for day in range(20, 27):
            shutil.copy(path, path.with_name(f"n3-202611{day}T000000Z.snap"))
        shutil.copy(path, path.with_name("n2-20261101T000000Z.snap"))
        assert site.boot("snapshot", node="n3").returncode == 0
        found = json.loads(site.boot("snapshots", node="n3").stdout)
        assert len(found) == 3
        assert [one["taken"] for one in found] == sorted(one["taken"] for one in found)
        # Of another node, in a folder that they share: not its own to drop.
        assert path.with_name("n2-20261101T000000Z.snap").exists()
        type(self).kept = site.folder / "kept.snap"
        shutil.copy(found[-1]["path"], self.kept)

    def test_the_login_takes_snapshots_and_can_do_nothing_else(self, site: Site) -> None:
        credentials = json.loads(site.boot("snapshot-login").stdout)
        node = site.api("n1")
        token = str(node.put("auth/approle/login", credentials)["auth"]["client_token"])
        for path in (
            "auth/token/lookup-self",
            SECRET,
            "sys/policies/acl/pulumi",
            "sys/storage/raft/configuration",
        ):
            with pytest.raises(AnsweredError, match="403"):
                node.get(path, token)
        for path in ("sys/storage/raft/snapshot", "sys/storage/raft/snapshot-force"):
            with self.kept.open("rb") as file, pytest.raises(AnsweredError, match="403"):
                node.upload(path, token, file)

    def test_what_is_no_whole_snapshot_is_refused_before_anything_is_replaced(self, site: Site) -> None:
        damaged = site.folder / "damaged.snap"
        for text in (self.kept.read_bytes()[:-2000], b"nothing"):
            damaged.write_bytes(text)
            done = site.boot("restore", str(damaged), stdin="token\n")
            assert (done.returncode, "is no whole snapshot" in done.stderr) == (1, True), done.stderr

    def test_a_dry_run_says_what_it_would_replace_and_replaces_nothing(self, site: Site) -> None:
        write(site, "second")
        done = site.boot("restore", "--dry-run", str(self.kept))
        assert done.returncode == 0, done.stderr
        assert "nothing was changed" in done.stdout
        assert read(site) == "second"

    def test_nobody_restores_without_a_token(self, site: Site) -> None:
        done = site.boot("restore", str(self.kept), stdin="\n")
        assert (done.returncode, "no token that may restore" in done.stderr) == (1, True), done.stderr

    def test_a_snapshot_in_the_same_cluster_brings_the_data_back_and_leaves_a_way_back(
        self, site: Site
    ) -> None:
        done = site.boot("restore", str(self.kept), stdin=f"{root_token(site)}\n")
        assert done.returncode == 0, done.stderr
        open_all(site)
        until("the data", 60, lambda: "" if read(site) == "first" else read(site))
        assert "what it had is in" in done.stdout

    def test_a_vault_that_lost_everything_has_the_same_data_again(self, site: Site) -> None:
        saved = {name: (site.cluster() / name).read_text() for name in ("shares.json", "pulumi.json")}
        for name in site.names:
            site.kill(name)
            shutil.rmtree(site.folder / name / "cluster")
            if name != "n1":
                (site.folder / name / "cluster" / "raft").mkdir(parents=True)
        # The others say that there is no cluster; they join when the founder has the old keys.
        for name in ("n2", "n3"):
            site.start(name)
        assert site.boot("found").returncode == 0
        for name in ("n2", "n3"):
            site.kill(name)
        site.start("n1")
        open_all(site, "n1")
        done = site.boot("restore", "--other-keys", str(self.kept), stdin="\n")
        assert done.returncode == 0, done.stderr
        assert not (site.cluster() / "root-token.pgp").exists()
        for name, text in saved.items():
            (site.cluster() / name).write_text(text)
        if site.opens_itself:
            site.kill("n1")
            site.start("n1")
        open_all(site, "n1")
        for name in ("n2", "n3"):
            site.start(name)
        open_all(site)
        until("the data", 60, lambda: "" if read(site) == "first" else read(site))
        done = site.boot("hand-over")
        assert (done.returncode, done.stdout.strip()) == (0, "as it was"), done.stderr
        assert {read(site, name) for name in site.names} == {"first"}

    def test_the_others_go_on_taking_snapshots_while_the_founder_is_away(self, site: Site) -> None:
        site.kill("n1")
        until("a leader", 120, lambda: "" if site.leader() else "none")
        for name in ("n2", "n3"):
            done = site.boot("snapshot", node=name)
            assert done.returncode == 0, done.stderr
        site.start("n1")
        open_all(site)

    @pytest.mark.parametrize("name", [NAME, SNAPSHOT_LOGIN])
    def test_a_login_is_rotated_and_the_old_one_is_valid_until_it_is_retired(
        self, site: Site, name: str
    ) -> None:
        words = "credentials" if name == NAME else "snapshot-login"
        old = json.loads(site.boot(words).stdout)
        assert site.boot("new-login", name).returncode == 0
        new = json.loads(site.boot(words).stdout)
        assert old["secret_id"] != new["secret_id"]
        for credentials in (old, new):
            assert site.api("n2").put("auth/approle/login", credentials)["auth"]["policies"] == [name]
        assert site.boot("retire-logins", name).stdout.strip() == "1 retired"
        assert site.api("n2").put("auth/approle/login", new)["auth"]["policies"] == [name]
        with pytest.raises(AnsweredError, match="400"):
            site.api("n2").put("auth/approle/login", old)
