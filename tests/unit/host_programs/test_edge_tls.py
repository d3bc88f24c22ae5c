"""When a certificate is renewed, and what is left of a renewal that cannot be finished. With HAProxy: tests/loopback."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from host_programs.contract.edge_tls import EdgeSettings
from host_programs.edge_tls import on_host
from host_programs.edge_tls.cli import main
from host_programs.edge_tls.plan import Life, due, lacks
from host_programs.edge_tls.reach import Hosts
from host_programs.edge_tls.renew import renew
from host_programs.errors import ToldError
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


class Source:
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
        "vault": [],
        "vault_ca": "",
        "login": str(tmp_path / "login.json"),
        "role": "edge",
        "ca": str(tmp_path / "ca.pem"),
        "certificates": [
            {
                "name": "external",
                "names": ["api.test"],
                "kept": str(tmp_path / "kept.pem"),
                "files": [str(tmp_path / "host.pem")],
                "loaded": "/etc/haproxy/certificates/haproxy.pem",
            }
        ],
        "hosts": ["ctl01"],
        "reach": [],
        "become": "",
        "socket": str(tmp_path / "no.sock"),
    }


def here(_host: str, request: dict[str, Any]) -> dict[str, Any]:
    """The host's part, on this machine."""
    answer = on_host.answer(request)
    if "error" in answer:
        raise ToldError("ctl01", answer["error"])
    return answer


def test_a_certificate_for_other_names_is_replaced_everywhere(settings: EdgeSettings, tmp_path: Path) -> None:
    new = certificate("api.test")
    said = renew(settings, Source(new), here)
    assert said == "external: renewed (self-signed certificate)"
    assert {(tmp_path / name).read_text() for name in ("kept.pem", "host.pem")} == {new}
    assert renew(settings, Source("not asked"), here) == "external: valid"


@pytest.mark.parametrize("step", ["stage", "use"])
def test_a_host_that_is_lost_in_the_middle_keeps_the_others_as_they_were(
    step: str, settings: EdgeSettings, tmp_path: Path
) -> None:
    def lost(host: str, request: dict[str, Any]) -> dict[str, Any] | None:
        return None if host and request["step"] == step else here(host, request)

    with pytest.raises(ToldError, match="ctl01: cannot be reached any more"):
        renew(settings, Source(certificate("api.test")), lost)
    assert (tmp_path / "kept.pem").read_text() == certificate("old.test")
    assert (tmp_path / "host.pem").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ca.pem", "host.pem", "kept.pem"]


def test_a_certificate_that_clients_would_refuse_is_used_nowhere(
    settings: EdgeSettings, tmp_path: Path
) -> None:
    with pytest.raises(ToldError, match="self-signed certificate"):
        renew(settings, Source(certificate("elsewhere.test")), here)
    assert (tmp_path / "host.pem").read_text() == "old"


def test_what_a_killed_run_left_is_no_obstacle(settings: EdgeSettings, tmp_path: Path) -> None:
    for name in ("kept.pem", "host.pem"):
        (tmp_path / (name + on_host.NEW)).write_text("half")
        (tmp_path / (name + on_host.OLD)).write_text("older")
    renew(settings, Source(certificate("api.test")), here)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ca.pem", "host.pem", "kept.pem"]


def test_the_hosts_part_travels_as_one_line_and_runs_there(settings: EdgeSettings, tmp_path: Path) -> None:
    reach = tmp_path / "reach"
    reach.write_text('#!/bin/sh\nshift\nexec sh -c "$*"\n')
    reach.chmod(0o755)
    hosts = Hosts({**settings, "reach": [str(reach)]})
    found = hosts.ask("ctl01", {"step": "look", "files": [str(tmp_path / "host.pem")]})
    digest = hashlib.sha256(b"old").hexdigest()
    assert found == {"found": {str(tmp_path / "host.pem"): digest}}
    with pytest.raises(ToldError, match="ctl01: /not: No such file or directory"):
        hosts.ask("ctl01", {"step": "stage", "files": ["/not/there.pem"], "first": True, "pem": ""})


def test_a_login_that_is_not_there_is_one_line_with_the_fix(
    settings: EdgeSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({**settings, "hosts": []}))
    assert main(["--settings", str(tmp_path / "settings.json"), "renew"]) == 1
    said = capsys.readouterr().err
    assert "login.json: is missing, or has no role_id and secret_id (run pulumi up)" in said
    assert said.count("\n") == 1
