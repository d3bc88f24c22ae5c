"""A vault is founded once and handed over, however often its bootstrap is killed; its first token and shares are nowhere.

Real OpenBao, three nodes with Raft and TLS; no root. The tests of a class go one after the other, on one cluster.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from host_programs.contract import EXIT_SEALED, SNAPSHOT_LOGIN
from host_programs.errors import ToldError
from host_programs.vault_api import AnsweredError, until
from host_programs.vault_boot import gpg
from host_programs.vault_boot.policy import NAME, POLICY
from tests.loopback.vaults import Site

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


def leader(site: Site, among: tuple[str, ...]) -> str:
    """Name of the active node; empty: there is none."""
    for name in among:
        try:
            if site.api(name).get("sys/leader")["is_self"]:
                return name
        except (AnsweredError, ToldError):
            continue
    return ""


def hand_over_again(site: Site) -> None:
    done = site.boot("hand-over")
    assert (done.returncode, done.stdout.strip()) == (0, "as it was"), done.stderr


def still_sealed(site: Site) -> str:
    """The nodes that two more shares did not open."""
    site.open("alice", "bob")
    return " ".join(name for name in site.names if site.api(name).get("sys/seal-status")["sealed"])


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

    def test_a_handing_over_that_was_killed_goes_on(self, site: Site) -> None:
        if not site.opens_itself:
            # The others take shares only when they have met the founder, which has to be open for that.
            until("the others", 120, lambda: still_sealed(site))
        for step in HANDING_OVER:
            site.boot("hand-over", killed_at=step)
        hand_over_again(site)
        assert sorted(path.name for path in site.cluster().iterdir()) == [
            "pulumi.json",
            "raft",
            "shares.json",
        ]
        assert (site.cluster() / "pulumi.json").stat().st_mode & 0o777 == 0o600

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
        lost = leader(site, site.names)
        site.kill(lost)
        left = tuple(name for name in site.names if name != lost)
        until("a leader", 120, lambda: "" if leader(site, left) else "none")
        name = leader(site, left)
        policy = site.api(name).get(f"sys/policies/acl/{NAME}", site.login(name))
        assert policy["data"]["policy"] == POLICY
        site.start(lost)
        if not site.opens_itself:
            site.open("bob", "carol")
        hand_over_again(site)

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
            until("n1", 120, lambda: still_sealed(site))
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
