"""The vault on the controllers: founded, open, with a PKI, and there when its leader is not."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from host_programs.vault_api import AnsweredError, Api, until
from tests.lab.search import shown
from tests.lab.support import HOSTS, LAB, Stack, ssh

pytestmark = pytest.mark.cloud

NODES = {"ctl01": "10.10.10.11", "ctl02": "10.10.10.12", "ctl03": "10.10.10.13"}
SECRET = "kv/data/openstack/admin"
CANARY = "canary-of-the-vault"


def api(node: str) -> Api:
    return Api(f"https://{NODES[node]}:8200", str(LAB / "vault" / "ca.pem"))


def leader() -> str:
    """The node that answers for all."""
    return next(node for node in NODES if api(node).get("sys/leader")["is_self"])


def without_leader(nodes: list[str]) -> str:
    """What is missing until one of the nodes leads."""
    return "" if any(api(node).get("sys/leader")["is_self"] for node in nodes) else "no leader"


@pytest.fixture(scope="module")
def login(deployed: str) -> dict[str, str]:
    """The program's own, as the founder keeps it."""
    assert deployed
    found: dict[str, str] = json.loads(ssh("ctl01", "/usr/local/sbin/vault-boot credentials").stdout)
    return found


@pytest.fixture(scope="module")
def token(login: dict[str, str]) -> str:
    return str(api("ctl01").put("auth/approle/login", login)["auth"]["client_token"])


@pytest.fixture
def kept(token: str) -> Iterator[dict[str, str]]:
    """A secret in it."""
    data = {"password": CANARY}
    api("ctl01").put(SECRET, {"data": data}, token)
    yield data
    api("ctl01").send("DELETE", SECRET.replace("data", "metadata", 1), None, token)


def service(name: str, token: str) -> Any:
    """A service's login."""
    role = f"auth/approle/role/{name}"
    given = api("ctl01").get(f"{role}/role-id", token)["data"]
    given["secret_id"] = api("ctl01").put(f"{role}/secret-id", {}, token)["data"]["secret_id"]
    return api("ctl01").put("auth/approle/login", given)["auth"]


def test_three_open_nodes_are_one_cluster(token: str) -> None:
    assert [node for node in NODES if api(node).get("sys/seal-status")["sealed"]] == []
    servers = api("ctl01").get("sys/storage/raft/configuration", token)["data"]["config"]["servers"]
    assert {server["node_id"] for server in servers if server["voter"]} == set(NODES)


def test_the_program_has_its_own_policy_and_no_root_token_is_left(token: str) -> None:
    about = api("ctl01").get("auth/token/lookup-self", token)["data"]
    assert (about["policies"], about["ttl"] <= 3600, about["explicit_max_ttl"]) == (["pulumi"], True, 0)
    left = ssh("ctl01", "ls /var/lib/openbao/cluster").stdout.split()
    assert "shares.json" in left
    assert not {"root-token.pgp", "key"} & set(left)


def test_a_services_login_and_certificate_are_as_the_guide_says(token: str, tmp_path: Path) -> None:
    auth = service("openstack", token)
    assert (auth["lease_duration"], auth["token_policies"]) == (3600, ["openstack"])
    wanted = {"common_name": "nova.cloud.lab.test"}
    leaf = api("ctl01").put("pki/issue/openstack", wanted, auth["client_token"])["data"]
    root = api("ctl01").get("pki-root/cert/ca", token)["data"]["certificate"]
    for name, text in (("leaf", leaf["certificate"]), ("chain", leaf["issuing_ca"]), ("root", root)):
        (tmp_path / f"{name}.pem").write_text(f"{text}\n")
    verify = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "root.pem"]
    argv = [*verify, "-untrusted", "chain.pem", "leaf.pem"]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "leaf.pem: OK\n", done.stderr


def test_a_service_reads_its_secrets_and_no_others(token: str, kept: dict[str, str]) -> None:
    owner = service("openstack", token)["client_token"]
    assert api("ctl02").get(SECRET, owner)["data"]["data"] == kept
    for role, method, path in (
        ("agents", "GET", SECRET),
        ("agents", "PUT", "pki/issue/openstack"),
        ("openstack", "PUT", SECRET),
        ("openstack", "GET", "sys/mounts"),
    ):
        other = service(role, token)["client_token"]
        with pytest.raises(AnsweredError, match="HTTP 403"):
            api("ctl01").send(method, path, {} if method == "PUT" else None, other)


def test_secrets_are_read_and_up_works_when_the_leader_was_killed(
    stack: Stack, token: str, kept: dict[str, str]
) -> None:
    gone = leader()
    others = [node for node in NODES if node != gone]
    ssh(gone, "systemctl kill --signal=KILL openbao.service")
    until("the vault", 60, lambda: without_leader(others))
    assert api(others[0]).get(SECRET, token)["data"]["data"] == kept
    until(gone, 60, lambda: "sealed" if api(gone).get("sys/seal-status")["sealed"] else "")
    clean = stack.pulumi("up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes")
    assert clean.returncode == 0, clean.stdout + clean.stderr


def test_its_secrets_are_shown_nowhere(stack: Stack, login: dict[str, str], token: str) -> None:
    vault = LAB / "vault"
    secrets = {"secret_id": login["secret_id"], "token": token, "canary": CANARY}
    for name in ("vault.key", "seal.key"):
        secrets[name] = max((vault / name).read_text().splitlines(), key=len)
        assert (vault / name).stat().st_mode & 0o777 == 0o600
    found = {host: shown(host, secrets) for host in HOSTS}
    assert {host: where for host, where in found.items() if where} == {}
    exported = stack.pulumi_stack("export").stdout
    assert [name for name, value in secrets.items() if value in exported] == []


@pytest.mark.parametrize("node", NODES)
def test_each_node_takes_snapshots_of_its_own(node: str) -> None:
    assert ssh(node, "systemctl is-active openbao-snapshot.timer").stdout.strip() == "active"
    ssh(node, "systemctl start openbao-snapshot.service")
    found = json.loads(ssh(node, "/usr/local/sbin/vault-boot snapshots").stdout)
    newest = found[-1]
    assert newest["name"].startswith(f"{node}-")
    assert ssh(node, f"stat -c '%a %U' {newest['path']}").stdout.split() == ["600", "root"]
