"""EdgeTLS: what edge-tls works from is what it can read, its login is nowhere in clear, and Kolla-Ansible waits for it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from components.edge_tls import EdgeIssued, EdgeTls, EdgeTlsArgs
from components.edge_tls.account import thumbprint, thumbprint_of
from components.edge_tls.issuers import SYSTEM_CAS
from components.edge_tls.plan import EdgePlan, plan_edge
from components.kolla_cluster.secret_files import read_secrets
from components.plans import plan_cloud
from config.cloud import CloudConfig
from config.kolla.acme import THUMBPRINT_FILE
from config.kolla.variables import effective
from host_programs.contract.edge_tls import EdgeAcme, EdgeCertificate, EdgeSettings
from ops import vault_first
from tests.unit.components.answers import answers
from tests.unit.components.engine import Declared, Requests
from tests.unit.components.fleets import Before, fleet
from tests.unit.components.support import GOLDEN, Raw, cloud, vault_files
from tests.unit.components.test_outputs_page import rows
from tests.unit.config.kolla_secrets import certificate, private_key
from tests.unit.golden import compare

LOGIN = '{"role_id": "edge", "secret_id": "hunter2"}'
DOMAINS = ["cloud.example.com"]
KEY = private_key()
OWN = certificate("api.cloud.example.com", "internal.cloud.example.com")
TLS = {"externalCertificate": {"secret": OWN}, "databaseCertificate": {"secret": OWN}}
RFC_MODULUS = (
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
    "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1"
    "n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
)


def edge(folder: Path, raw: Raw, **service: Any) -> None:
    pem = folder / "ca.pem"
    pem.write_text(certificate("ca.test", with_key=False))
    database = certificate("api.cloud.example.com", "internal.cloud.example.com")
    raw["vault"] = {
        "version": "2.7.2",
        "tls": {},
        "operators": {"threshold": 1, "pgpKeys": {"ann": "a.asc"}},
        "seal": {"kind": "static"},
        "contents": {"services": {"edge": {"domains": DOMAINS, "unattended": True, **service}}},
    }
    vault_files(raw)
    raw["kolla"]["tls"] = {
        "source": "vault",
        "ca": str(pem),
        "databaseCertificate": {"secret": database},
        "renewal": {"service": "edge", "login": {"secret": LOGIN}},
    }


def with_edge(folder: Path, **service: Any) -> CloudConfig:
    return cloud("prod", lambda raw: edge(folder, raw, **service))


@pytest.fixture
def config(tmp_path: Path) -> CloudConfig:
    return with_edge(tmp_path)


def planned(config: CloudConfig) -> EdgePlan:
    plan = plan_edge(config)
    assert plan
    return plan


def test_the_plan_is_the_reviewed_one(tmp_path: Path) -> None:
    plan = planned(with_acme(tmp_path))
    found = {"edge/settings.json": plan.settings}
    for name, state in {"base": plan.base, "secrets": plan.secrets, "timer": plan.timer}.items():
        shown = {path: {**file, "content": "…"} for path, file in state.get("files", {}).items()}
        found[f"edge/{name}.json"] = json.dumps({**state, "files": shown}, indent=2, sort_keys=True) + "\n"
    compare(GOLDEN, found, below="edge")


def test_the_settings_are_all_that_edge_tls_reads(config: CloudConfig) -> None:
    settings: EdgeSettings = json.loads(planned(config).settings)
    assert set(settings) == set(EdgeSettings.__annotations__)
    assert settings["hosts"] == ["ctl01", "ctl02", "ctl03"]
    for one, name in zip(settings["certificates"], ("api", "internal"), strict=True):
        assert set(one) == set(EdgeCertificate.__annotations__)
        assert one["names"][0] == f"{name}.cloud.example.com"
        assert len(one["names"]) == 2


def test_kolla_ansible_gets_no_other_certificate_and_a_socket_that_takes_new_ones(
    config: CloudConfig,
) -> None:
    files = set(read_secrets(config).files)
    assert not {"certificates/haproxy.pem", "certificates/haproxy-internal.pem"} & files
    assert "certificates/proxysql-cert.pem" in files
    assert effective(config)["haproxy_socket_level_admin"] is True


def test_no_secret_is_shown_with_the_plan(config: CloudConfig) -> None:
    assert "hunter2" in str(planned(config).secrets)
    assert "hunter2" not in repr(planned(config))


def test_a_cloud_with_other_certificates_has_no_plan() -> None:
    assert plan_edge(cloud("prod")) is None


def with_acme(folder: Path, **acme: Any) -> CloudConfig:
    """The outside's by an ACME server, the inside's by the vault."""
    (folder / "acme-ca.pem").write_text(certificate("acme.test", with_key=False))
    raw: Raw = {"email": "ops@example.com", "accountKey": {"secret": KEY}, **acme}

    def change(changed: Raw) -> None:
        edge(folder, changed)
        changed["kolla"]["tls"] |= {"source": "acme", "acme": raw}

    return cloud("prod", change)


def test_the_outside_comes_from_an_acme_server_and_the_inside_from_the_vault(tmp_path: Path) -> None:
    plan = planned(with_acme(tmp_path))
    settings: EdgeSettings = json.loads(plan.settings)
    outside, inside = settings["certificates"]
    assert (outside["source"], outside["names"]) == ("acme", ["api.cloud.example.com"])
    assert outside["ca"] == SYSTEM_CAS
    assert (inside["source"], inside["names"][0]) == ("vault", "internal.cloud.example.com")
    acme = settings["acme"]
    assert acme
    assert set(acme) == set(EdgeAcme.__annotations__)
    assert acme["ca"] == ""
    key = plan.secrets["files"][acme["key"]]
    assert key["mode"] == "0600"
    assert key["content"].startswith("-----BEGIN EC PRIVATE KEY-----")
    assert "PRIVATE KEY" not in json.dumps(plan.base)
    assert "lego" in plan.base["packages"]["present"]


def test_a_private_acme_server_has_a_ca_of_its_own(tmp_path: Path) -> None:
    plan = planned(with_acme(tmp_path, ca=str(tmp_path / "acme-ca.pem")))
    settings: EdgeSettings = json.loads(plan.settings)
    assert settings["acme"]
    assert settings["certificates"][0]["ca"] == settings["acme"]["ca"]
    assert settings["acme"]["ca"] in plan.base["files"]


def test_the_load_balancers_answer_for_the_account_and_kolla_s_own_client_stays_off(tmp_path: Path) -> None:
    config = with_acme(tmp_path)
    own = effective(config)
    (rule,) = own["haproxy_frontend_redirect_extra"]
    assert f"/etc/kolla-deploy/{THUMBPRINT_FILE}" in rule
    assert read_secrets(config).files[THUMBPRINT_FILE] == f"{thumbprint(KEY)}\n"
    assert own["haproxy_socket_level_admin"] is True
    assert "enable_letsencrypt" not in own


def test_a_thumbprint_is_that_of_rfc_7638() -> None:
    """Its example, section 3.1; that of an EC key is proven by a server (tests/loopback)."""
    digits = base64.urlsafe_b64decode(f"{RFC_MODULUS}==")
    public = rsa.RSAPublicNumbers(65537, int.from_bytes(digits, "big")).public_key()
    assert thumbprint_of(public) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@pytest.mark.parametrize("key", ["hunter2", certificate("api.test", with_key=False)])
def test_a_key_that_is_none_is_one_line_without_its_content(key: str) -> None:
    with pytest.raises(ValueError, match="accountKey: is not the key of an ACME account") as caught:
        thumbprint(key)
    assert key not in str(caught.value)


class Edge(Declared):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.at = tmp_path

    async def declare(self) -> Requests:
        def program() -> None:
            config = with_edge(self.at)
            before = Before("before", config.active())
            EdgeTls("edge", EdgeTlsArgs(fleet(config), planned(config), [before]))

        return await self.run_program(program, answers)

    async def test_the_first_certificates_are_there_before_the_timer_runs(self) -> None:
        found = await self.declare()
        steps = [name for name in found if name.startswith("edge-")]
        assert set(steps) == rows("For `edge` (")
        assert steps == [
            "edge-copy",
            "edge-program",
            "edge-edge",
            "edge-edge-secrets",
            "edge-renew",
            "edge-edge-timer",
        ]

    async def test_the_login_is_in_no_command_and_in_no_plain_stdin(self) -> None:
        for name, request in (await self.declare()).items():
            if request.type == "command:remote:Command":
                assert "hunter2" not in str(request.object["create"]), name
                plain = name != "edge-edge-secrets"
                assert plain != ("stdin" in request.additionalSecretOutputs), name
                assert not (plain and "hunter2" in str(request.object["stdin"])), name

    async def test_an_acme_server_is_asked_once_the_load_balancers_run(self) -> None:
        def program() -> None:
            config = with_acme(self.at)
            plan, kolla = planned(config), Before("kolla", config.active())
            assert plan.asked_back
            EdgeIssued("edge-issued", EdgeTlsArgs(fleet(config), plan, [kolla]))

        found = await self.run_program(program, answers)
        steps = [name for name in found if name.startswith("edge-issued-")]
        assert set(steps) == rows("For `edge-issued` (")
        assert steps == ["edge-issued-renew"]


def test_what_comes_after_the_vault_needs_no_file_of_it_before(tmp_path: Path) -> None:
    def change(raw: Raw) -> None:
        edge(tmp_path, raw)
        raw["kolla"]["tls"]["ca"] = "none.pem"
        raw["kolla"]["tls"]["renewal"]["login"] = {"file": "none.json"}

    early = cloud("prod", change, secrets=False)
    plans = plan_cloud(early, vault_first.STAGE)
    assert plans.vault
    assert plans.vault_contents
    assert (plans.edge, plans.ceph, plans.kolla, plans.tenancy) == (None,) * 4
    with pytest.raises((ValueError, OSError), match=r"none\.pem"):
        plan_cloud(early)
