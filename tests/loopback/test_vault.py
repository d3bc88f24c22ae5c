"""A vault is founded once and handed over, however often its bootstrap is killed; its first token and shares are nowhere.

Real OpenBao, three nodes with Raft and TLS; no root. The tests of a class go one after the other, on one cluster.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from host_programs.contract.vault_boot import EXIT_SEALED, SNAPSHOT_LOGIN
from host_programs.vault_api import AnsweredError, until
from host_programs.vault_boot import gpg
from host_programs.vault_boot.cluster import active
from host_programs.vault_boot.places import Places, read_settings
from host_programs.vault_boot.policy import NAME, POLICY
from tests.loopback.vault_cluster import Site

FOUNDING = ("key made", "initialised", "written", "stopped")
MAKING_A_LOGIN = ("policy", "login method", "role", "secret id made", "credentials")
HANDING_OVER = (
    "joined",
    *(f"{login}: {step}" for login in (NAME, SNAPSHOT_LOGIN) for step in MAKING_A_LOGIN),
    "revoked",
    "forgotten",
)


@pytest.fixture(scope="class", params=[False, True], ids=["shares", "static"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    # A short name: gpg's agent listens on a socket in a folder below it.
    folder = Path(tempfile.mkdtemp(prefix="vault"))
    made = Site(folder, opens_itself=request.param)
    yield made
    made.end()
    shutil.rmtree(folder)


def refused(site: Site, path: str, token: str) -> bool:
    try:
        site.api("n2").get(path, token)
    except AnsweredError as error:
        return error.status == 403
    return False


def hand_over_again(site: Site) -> None:
    done = site.boot("hand-over")
    assert (done.returncode, done.stdout.strip()) == (0, "as it was"), done.stderr


def asked_to_change(site: Site, since: int) -> list[str]:
    """What somebody wrote, or tried to, since the audit log was so long; a login writes nothing that stays."""
    with (site.folder / "audit.log").open("rb") as log:
        log.seek(since)
        requests = [entry["request"] for entry in map(json.loads, log) if entry["type"] == "request"]
    assert requests, "nobody asked anything"
    return [
        f"{one['operation']} {one['path']}"
        for one in requests
        if one["operation"] not in ("read", "list") and one["path"] != "auth/approle/login"
    ]


class TestBootstrap:
    secrets: list[str]

    def test_a_founding_that_was_killed_leaves_no_cluster_and_the_next_one_founds_it(
        self, site: Site
    ) -> None:
        for name in ("n2", "n3"):
            site.start(name)
        for step in FOUNDING:
            site.boot("found", killed_at=step)
            assert not site.cluster().exists(), step
        site.boot("found", killed_at="founded")
        assert site.boot("found").stdout.strip() == "founded already"
        key, token = site.cluster() / "key", (site.cluster() / "root-token.pgp").read_text()
        shares = [operator.read(site.boot("share", name).stdout) for name, operator in site.operators.items()]
        type(self).secrets = [gpg.decrypt(str(key), token), *shares]
        assert len(set(self.secrets)) == 4

    def test_a_sealed_vault_says_who_has_to_open_it(self, site: Site) -> None:
        site.start("n1")
        if site.opens_itself:
            return
        done = site.boot("hand-over")
        assert done.returncode == EXIT_SEALED
        assert "2 of its operators (alice, bob, carol)" in done.stderr
        assert site.boot("unseal", stdin="00").returncode == 1
        site.open("alice", "carol")

    def test_a_handing_over_that_was_killed_goes_on_though_another_node_leads_by_now(
        self, site: Site
    ) -> None:
        if not site.opens_itself:
            # The others take shares only when they have met the founder, which has to be open for that.
            until("the others", 120, site.sealed)
        for step in HANDING_OVER:
            if step == f"{SNAPSHOT_LOGIN}: policy":
                assert site.lose() == "n1"
                site.start("n1")
                if not site.opens_itself:
                    until("the founder", 120, lambda: site.sealed("n1"))
            site.boot("hand-over", killed_at=step)
        hand_over_again(site)
        assert sorted(path.name for path in site.cluster().iterdir()) == [
            "pulumi.json",
            "raft",
            "shares.json",
        ]
        assert (site.cluster() / "pulumi.json").stat().st_mode & 0o777 == 0o600

    def test_a_second_boot_of_a_founder_that_does_not_lead_changes_nothing(self, site: Site) -> None:
        assert site.leader() in ("n2", "n3")
        places = Places(read_settings(str(site.folder / "n1.boot.json")))
        assert active(places).url == site.url(site.leader())
        kept = {path: path.read_bytes() for path in site.cluster().iterdir() if path.is_file()}
        since = (site.folder / "audit.log").stat().st_size
        assert site.boot("found").stdout.strip() == "founded already"
        hand_over_again(site)
        assert asked_to_change(site, since) == []
        assert {path: path.read_bytes() for path in site.cluster().iterdir() if path.is_file()} == kept

    def test_the_first_token_no_longer_works(self, site: Site) -> None:
        assert refused(site, "auth/token/lookup-self", self.secrets[0])

    def test_pulumi_may_what_its_policy_says_and_nothing_else(self, site: Site) -> None:
        token = site.login("n2")
        about = site.api("n2").get("auth/token/lookup-self", token)["data"]
        assert (about["policies"], about["creation_ttl"], about["explicit_max_ttl"]) == ([NAME], 3600, 0)
        assert site.api("n2").get(f"sys/policies/acl/{NAME}", token)["data"]["policy"] == POLICY
        assert refused(site, "sys/config/cors", token)
        assert refused(site, "sys/raw/core/seal-config", token)
        assert "*" not in POLICY

    def test_one_secret_id_is_valid(self, site: Site) -> None:
        found = site.api("n1").get(f"auth/approle/role/{NAME}/secret-id?list=true", site.login())
        assert len(found["data"]["keys"]) == 1

    def test_every_request_is_on_record(self, site: Site) -> None:
        assert "sys/policies/acl/pulumi" in (site.folder / "audit.log").read_text()

    def test_a_lost_leader_is_replaced_and_secrets_stay_readable(self, site: Site) -> None:
        lost = site.lose()
        name = site.leader()
        policy = site.api(name).get(f"sys/policies/acl/{NAME}", site.login(name))
        assert policy["data"]["policy"] == POLICY
        site.start(lost)
        if not site.opens_itself:
            site.open("bob", "carol")
        hand_over_again(site)

    def test_operators_open_the_nodes_that_are_there_while_another_is_away(self, site: Site) -> None:
        if site.opens_itself:
            return
        away, closed = (name for name in site.names if name != "n1")
        for name in (away, closed):
            site.kill(name)
        site.start(closed)
        site.open("alice", "bob")
        assert f"{away}: does not answer" in site.said
        until("a leader", 120, lambda: "" if site.leader() else "none")
        site.start(away)
        site.open("alice", "bob")

    def test_a_founder_that_lost_its_disk_joins_the_cluster_that_has_the_secrets(self, site: Site) -> None:
        site.kill("n1")
        shares = (site.cluster() / "shares.json").read_text()
        credentials = (site.cluster() / "pulumi.json").read_text()
        shutil.rmtree(site.cluster())
        assert site.boot("found").stdout.strip() == "joins the cluster of the other nodes"
        # What its operators and the stack keep elsewhere.
        (site.cluster() / "shares.json").write_text(shares)
        (site.cluster() / "pulumi.json").write_text(credentials)
        site.start("n1")
        if not site.opens_itself:
            until("n1", 120, site.sealed)
        hand_over_again(site)

    def test_no_secret_was_printed_or_is_on_a_disk_in_clear(self, site: Site) -> None:
        secret_id = site.boot("credentials").stdout.split('"secret_id": "')[1].split('"')[0]
        assert not [secret for secret in (*self.secrets, secret_id) if secret in site.said]
        for path in site.folder.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                wanted = [] if path.name == "pulumi.json" else [secret_id]
                for secret in (*self.secrets, *wanted):
                    assert secret.encode() not in data, path
