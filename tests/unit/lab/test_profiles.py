"""The lab's cloud with TLS: its stack file loads for each release, and everybody who asks the APIs uses TLS and knows the CA."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.ceph_storage.packages import APIS_CA
from components.ceph_storage.plan import plan_ceph
from components.edge_tls.plan import plan_edge
from components.tenancy.plan import plan_tenancy
from config.cloud import CloudConfig
from config.kolla.variables import effective
from lab import paths, stack_file
from ops.openrc import clouds
from tests.lab.with_cloud.conftest import profile
from tests.unit.components.support import Raw, cloud
from tests.unit.config.kolla_secrets import certificate

RELEASES = ["2025.1", "2026.1"]
LOGIN = '{"role_id": "r", "secret_id": "hunter2"}'


def assembled(release: str) -> dict[str, Any]:
    base = (Path(__file__).resolve().parents[3] / "Pulumi.lab.yaml").read_text()
    text = stack_file.assembled(base, stack_file.sections("cloud-observed-tls", release), release)
    config: dict[str, Any] = yaml.safe_load(text)["config"]
    return config


@pytest.fixture(params=RELEASES)
def with_tls(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[CloudConfig, Path]:
    """The cloud, and the file of the CA."""
    monkeypatch.setattr(paths, "PROFILES", Path(stack_file.__file__).parent / "profiles")
    made = assembled(request.param)
    ca, login = tmp_path / "root.pem", tmp_path / "edge.json"
    ca.write_text(certificate("root", with_key=False))
    login.write_text(LOGIN)
    login.chmod(0o600)

    def change(raw: Raw) -> None:
        own = {"passwords": raw["kolla"]["passwords"]}
        raw["kolla"] = {**made["cloud:kolla"], **own}
        raw["releases"]["openstack"] = request.param
        raw["vault"]["contents"] = made["cloud:vault"]["contents"]
        raw["observability"] = made["cloud:observability"]
        assert raw["kolla"]["tls"]["ca"] == ".lab/vault/root.pem"
        assert raw["kolla"]["tls"]["renewal"]["login"] == {"file": ".lab/vault/edge.json"}
        raw["kolla"]["tls"]["ca"] = str(ca)
        raw["kolla"]["tls"]["renewal"]["login"] = {"file": str(login)}

    # The passwords are of the lab's own release.
    return cloud("lab", change, secrets=request.param == "2026.1"), ca


def test_both_sides_have_tls_hsts_and_a_ca_in_every_container(with_tls: tuple[CloudConfig, Path]) -> None:
    options = effective(with_tls[0])
    assert options["kolla_enable_tls_internal"] is True
    assert options["kolla_enable_tls_external"] is True
    assert options["kolla_copy_ca_into_containers"] is True
    assert options["openstack_cacert"] == "/etc/ssl/certs/ca-certificates.crt"
    assert options["haproxy_socket_level_admin"] is True
    lines = options["haproxy_frontend_http_extra"]
    assert isinstance(lines, list)
    assert any("Strict-Transport-Security" in line for line in lines)


def test_certificates_are_for_the_virtual_addresses(with_tls: tuple[CloudConfig, Path]) -> None:
    plan = plan_edge(with_tls[0])
    assert plan
    found = {one["name"]: one["names"] for one in json.loads(plan.settings)["certificates"]}
    assert found == {"external APIs": ["172.24.4.250"], "internal APIs": ["10.10.10.250"]}


def test_operators_the_program_and_object_gateways_ask_over_tls_and_know_the_ca(
    with_tls: tuple[CloudConfig, Path],
) -> None:
    config, ca = with_tls
    entries = clouds(config)
    assert {name: entry["auth"]["auth_url"] for name, entry in entries.items()} == {
        "lab": "https://172.24.4.250:5000/v3",
        "lab-internal": "https://10.10.10.250:5000/v3",
    }
    assert {entry["cacert"] for entry in entries.values()} == {str(ca)}
    tenancy, ceph = plan_tenancy(config), plan_ceph(config)
    assert tenancy
    assert tenancy.access["auth_url"].startswith("https://172.24.4.250:")
    assert tenancy.access["cacert_file"] == str(ca)
    assert ceph
    assert '"rgw_keystone_url": "https://10.10.10.250:5000"' in json.dumps(ceph.pools)
    states = [host.gateways for name, host in ceph.hosts.items() if name in ceph.where.gateways]
    assert states
    assert all(state and state["files"][APIS_CA]["content"] == ca.read_text() for state in states)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "cloud"),
        ("config: {cloud:name: lab}", "cloud"),
        ("config: {cloud:kolla: {tls: {external: false}}}", "cloud"),
        ("config: {cloud:kolla: {tls: {source: vault}}}", "cloud-tls"),
    ],
)
def test_the_tests_of_a_running_cloud_leave_its_profile_as_it_is(text: str, found: str) -> None:
    assert profile(text) == found
