"""EdgeTLS: what edge-tls works from is what it can read, its login is nowhere in clear, and Kolla-Ansible waits for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from components.edge_tls import EdgeTls, EdgeTlsArgs
from components.edge_tls.plan import EdgePlan, plan_edge
from components.kolla_cluster.secret_files import read_secrets
from config.cloud import CloudConfig
from config.kolla.variables import effective
from host_programs.contract.edge_tls import EdgeCertificate, EdgeSettings
from tests.unit.components.answers import answers
from tests.unit.components.engine import Declared, Requests
from tests.unit.components.fleets import Before, fleet
from tests.unit.components.support import Raw, cloud, vault_files
from tests.unit.components.test_outputs_page import rows
from tests.unit.config.kolla_secrets import certificate

LOGIN = '{"role_id": "edge", "secret_id": "hunter2"}'
DOMAINS = ["cloud.example.com"]


def with_edge(folder: Path, **service: Any) -> CloudConfig:
    pem = folder / "ca.pem"
    pem.write_text(certificate("ca.test", with_key=False))
    database = certificate("api.cloud.example.com", "internal.cloud.example.com")

    def change(raw: Raw) -> None:
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

    return cloud("prod", change)


@pytest.fixture
def config(tmp_path: Path) -> CloudConfig:
    return with_edge(tmp_path)


def planned(config: CloudConfig) -> EdgePlan:
    plan = plan_edge(config)
    assert plan
    return plan


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


def test_a_cloud_with_other_certificates_has_no_plan() -> None:
    assert plan_edge(cloud("prod")) is None


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
