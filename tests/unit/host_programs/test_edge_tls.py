"""When a certificate is renewed, and what is left of a renewal that cannot be finished. With HAProxy: tests/loopback."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from host_programs.contract.edge_tls import EdgeAcme, EdgeSettings
from host_programs.edge_tls import on_host
from host_programs.edge_tls.cli import main
from host_programs.edge_tls.from_acme import AcmeSource
from host_programs.edge_tls.plan import Life, due, lacks
from host_programs.edge_tls.reach import Hosts
from host_programs.edge_tls.renew import renew
from host_programs.errors import OperatorError
from tests.unit.config.kolla_secrets import certificate

HOUR = 3600.0


@pytest.mark.parametrize(
    ("life", "now", "why"),
    [
        (Life(0, 72 * HOUR), 47 * HOUR, ""),
        (Life(0, 72 * HOUR), 49 * HOUR, "23 of its 72 hours are left"),
        (Life(0, 72 * HOUR), 80 * HOUR, "-8 of its 72 hours are left"),
        (None, 0, "no such file"),
    ],
)
def test_it_is_due_when_a_third_of_its_life_is_left_or_it_cannot_serve(
    life: Life | None, now: float, why: str
) -> None:
    assert due(life, "no such file", now) == why


@pytest.mark.parametrize(
    ("found", "needs"),
    [
        ({"a": "new", "b": "new"}, False),
        ({"a": "new", "b": "old"}, True),
        ({"a": "new", "b": None}, False),
        ({"a": None, "b": None}, False),
    ],
)
def test_a_host_without_a_load_balancer_needs_nothing(found: dict[str, str | None], needs: bool) -> None:
    assert lacks(found, "new") is needs


class Given:
    asks_back = False

    def __init__(self, pem: str) -> None:
        self.pem = pem

    def issue(self, names: Any) -> str:
        return self.pem


@pytest.fixture
def settings(tmp_path: Path) -> EdgeSettings:
    (tmp_path / "kept.pem").write_text(certificate("old.test"))
    (tmp_path / "host.pem").write_text("old")
    (tmp_path / "ca.pem").write_text(certificate("api.test"))
    return {
        "vault": {"nodes": [], "ca": "", "login": str(tmp_path / "login.json"), "role": "edge"},
        "acme": None,
        "certificates": [
            {
                "name": "external",
                "source": "vault",
                "names": ["api.test"],
                "ca": str(tmp_path / "ca.pem"),
                "kept": str(tmp_path / "kept.pem"),
                "files": [str(tmp_path / "host.pem")],
                "loaded": "/etc/haproxy/certificates/haproxy.pem",
            }
        ],
        "trusted": [],
        "hosts": ["ctl01"],
        "reach": [],
        "become": "",
        "socket": str(tmp_path / "no.sock"),
    }


def here(_host: str, request: dict[str, Any]) -> dict[str, Any]:
    """The host's part, on this machine."""
    answer = on_host.answer(request)
    if "error" in answer:
        raise OperatorError("ctl01", answer["error"])
    return answer


def test_a_certificate_for_other_names_is_replaced_everywhere(settings: EdgeSettings, tmp_path: Path) -> None:
    new = certificate("api.test")
    said = renew(settings, {"vault": Given(new)}, here)
    assert said == "external: renewed (self-signed certificate)"
    assert {(tmp_path / name).read_text() for name in ("kept.pem", "host.pem")} == {new}
    assert renew(settings, {"vault": Given("not asked")}, here) == "external: valid"


@pytest.mark.parametrize("step", ["stage", "use"])
def test_a_host_that_is_lost_in_the_middle_keeps_the_others_as_they_were(
    step: str, settings: EdgeSettings, tmp_path: Path
) -> None:
    def lost(host: str, request: dict[str, Any]) -> dict[str, Any] | None:
        return None if host and request["step"] == step else here(host, request)

    with pytest.raises(OperatorError, match="ctl01: cannot be reached any more"):
        renew(settings, {"vault": Given(certificate("api.test"))}, lost)
    assert (tmp_path / "kept.pem").read_text() == certificate("old.test")
    assert (tmp_path / "host.pem").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ca.pem", "host.pem", "kept.pem"]


def test_a_certificate_that_clients_would_refuse_is_used_nowhere(
    settings: EdgeSettings, tmp_path: Path
) -> None:
    with pytest.raises(OperatorError, match="self-signed certificate"):
        renew(settings, {"vault": Given(certificate("elsewhere.test"))}, here)
    assert (tmp_path / "host.pem").read_text() == "old"


def test_what_a_killed_run_left_is_no_obstacle(settings: EdgeSettings, tmp_path: Path) -> None:
    for name in ("kept.pem", "host.pem"):
        (tmp_path / (name + on_host.NEW)).write_text("half")
        (tmp_path / (name + on_host.OLD)).write_text("older")
    renew(settings, {"vault": Given(certificate("api.test"))}, here)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ca.pem", "host.pem", "kept.pem"]


def test_the_hosts_part_travels_as_one_line_and_runs_there(settings: EdgeSettings, tmp_path: Path) -> None:
    reach = tmp_path / "reach"
    reach.write_text('#!/bin/sh\nshift\nexec sh -c "$*"\n')
    reach.chmod(0o755)
    hosts = Hosts({**settings, "reach": [str(reach)]})
    found = hosts.ask("ctl01", {"step": "look", "files": [str(tmp_path / "host.pem")]})
    digest = hashlib.sha256(b"old").hexdigest()
    assert found == {"found": {str(tmp_path / "host.pem"): digest}}
    with pytest.raises(OperatorError, match="ctl01: /not: No such file or directory"):
        hosts.ask("ctl01", {"step": "stage", "files": ["/not/there.pem"], "first": True, "pem": ""})


def test_a_login_that_is_not_there_is_one_line_with_the_fix(
    settings: EdgeSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({**settings, "hosts": []}))
    assert main(["--settings", str(tmp_path / "settings.json"), "renew"]) == 1
    said = capsys.readouterr().err
    assert "login.json: is missing, or has no role_id and secret_id (run pulumi up)" in said
    assert said.count("\n") == 1


class AskedBack(Given):
    asks_back = True


def test_who_asks_load_balancers_back_is_not_asked_before_they_can_answer(
    settings: EdgeSettings, tmp_path: Path
) -> None:
    """A cloud with other certificates: what is there stays until Kolla-Ansible has configured the load balancers."""
    sources = {"vault": AskedBack(certificate("api.test"))}
    said = "external: waits for a load balancer that can be asked (self-signed certificate)"
    assert renew(settings, sources, here, early=True) == said
    assert (tmp_path / "kept.pem").read_text() == certificate("old.test")
    assert (tmp_path / "host.pem").read_text() == "old"
    assert renew(settings, sources, here) == "external: renewed (self-signed certificate)"


@pytest.fixture
def acme(tmp_path: Path) -> EdgeAcme:
    """An account, and a program in place of lego that says what lego says."""
    (tmp_path / "acme.key").write_text("key")
    client = tmp_path / "lego"
    client.write_text(f'#!/bin/sh\ncat "{tmp_path}/said" >&2\nexit 1\n')
    client.chmod(0o755)
    directory = "https://acme.test/directory"
    return {
        "directory": directory,
        "ca": "",
        "email": "ops@cloud.test",
        "key": str(tmp_path / "acme.key"),
        "client": str(client),
    }


LONG = """\
2026/11/27 11:46:01 [INFO] [api.test] acme: Obtaining bundled SAN certificate
2026/11/27 11:46:02 Could not obtain certificates:
\terror: one or more domains had a problem:
[api.test] acme: error: 400 :: urn:ietf:params:acme:error:connection :: dial tcp 127.0.0.2:80: refused, url:\x20
"""


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            LONG,
            "refused: connection: dial tcp 127.0.0.2:80: refused (its name must resolve to the external VIP",
        ),
        (
            "2026/11/27 11:46:01 x509: unknown authority\n",
            "https://acme.test/directory: x509: unknown authority",
        ),
        ("", "lego failed without a message"),
    ],
)
def test_what_an_acme_server_refuses_is_one_line_in_its_own_words(
    said: str, told: str, acme: EdgeAcme, tmp_path: Path
) -> None:
    (tmp_path / "said").write_text(said)
    with pytest.raises(OperatorError) as caught:
        AcmeSource(acme).issue(["api.test"])
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("lost", ["acme.key", "lego"])
def test_without_its_key_no_other_account_is_made(lost: str, acme: EdgeAcme, tmp_path: Path) -> None:
    (tmp_path / lost).unlink()
    with pytest.raises(OperatorError, match=rf"{lost}: is .*run pulumi up"):
        AcmeSource(acme).issue(["api.test"])
    assert not (tmp_path / lost).exists()
