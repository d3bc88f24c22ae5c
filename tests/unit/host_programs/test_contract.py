"""What one side writes, the other side reads: through the real writer and the real reader."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest

from components.kolla_cluster import states
from components.kolla_cluster.ansible_cfg import ansible_cfg
from components.kolla_cluster.plan import plan_kolla
from components.kolla_cluster.secret_files import read_secrets
from config.release_map import release
from host_programs.contract.hostctl import EXIT_DRIFT
from host_programs.contract.kolla_run import KOLLA_RUN, RELEASE_FILE
from host_programs.hostctl import cli
from host_programs.hostctl.state import canonical, digest, parse
from host_programs.kolla_run import replaced
from host_programs.kolla_run.dialect import environment, read_release
from host_programs.kolla_run.paths import CALLBACK, Paths
from ops.report import read_report
from ops.ssh import Result
from tests.unit.components.support import Raw, cloud
from tests.unit.config.kolla_secrets import certificate
from tests.unit.host_programs.hostctl.confirmed import BAD, GOOD, Host

SERIES = ("2024.1", "2025.1", "2026.1")


@pytest.mark.parametrize("series", SERIES)
def test_kolla_run_reads_the_release_that_the_component_writes(series: str, tmp_path: Path) -> None:
    wanted, state = release(series), states.tools(release(series), "0123456789ab")
    text = state["files"][f"{Paths().program}/{RELEASE_FILE}"]["content"]
    (tmp_path / RELEASE_FILE).write_text(text)
    found = read_release(Paths(program=str(tmp_path)))
    assert (found.series, found.kolla_ansible, found.dialect) == (
        wanted.series,
        wanted.kolla_ansible,
        wanted.dialect,
    )
    assert found.ansible_bundle == wanted.ansible_bundle
    assert found.collections == tuple(sorted(wanted.collections))
    assert found.runner == "0123456789ab"


def test_what_kolla_run_uses_is_where_the_component_puts_it() -> None:
    paths, state = Paths(), states.tools(release("2025.1"), "")
    modules = [f"library/{name}.py" for name in (*replaced.ALWAYS, *replaced.BEFORE_DEPLOYMENT)]
    playbooks = [
        f"playbooks/{name}.yml" for name in ("prepare", "clear", "collect", "observe", "orders", "room")
    ]
    register = [replaced.REGISTER, *replaced.REGISTER_MODULES]
    needed = [f"callback/{CALLBACK}.py", *modules, *playbooks, *register, replaced.ASK_IMAGES]
    assert {f"{paths.program}/{name}" for name in needed} <= set(state["files"])
    assert list(state["venvs"]) == [paths.venv("2025.1")]
    assert Path(KOLLA_RUN).parent == Path(paths.program)
    environ = environment("2025.1", paths)
    assert f"callback_plugins = {environ['ANSIBLE_CALLBACK_PLUGINS']}\n" in ansible_cfg()
    assert f"fact_caching_connection = {environ['HOME']}/" in ansible_cfg()
    files = states.configuration(plan_kolla(cloud("lab")).files())["files"]
    assert {environ["ANSIBLE_CONFIG"], paths.inventory} <= set(files)


def test_the_ca_that_config_points_kolla_ansible_at_is_in_its_configuration_folder(tmp_path: Path) -> None:
    """config/ names the file without knowing the programs."""
    ca = tmp_path / "ca.pem"
    ca.write_text(certificate("ca.test", with_key=False))

    def change(raw: Raw) -> None:
        raw["kolla"]["tls"]["ca"] = str(ca)

    config = cloud("lab", change)
    wanted = states.secrets(read_secrets(config).files)["files"]
    assert plan_kolla(config).globals["kolla_admin_openrc_cacert"] in wanted


def test_every_state_that_the_components_declare_is_one_that_hostctl_takes() -> None:
    plan = plan_kolla(cloud("lab"))
    for state in (states.tools(plan.release, ""), states.configuration(plan.files()), states.secrets({})):
        assert parse(canonical(state)) == state


@pytest.mark.parametrize("drifted", [False, True])
def test_the_operators_side_reads_what_a_check_tells(
    drifted: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    host = Host()
    host.apply(BAD)
    host.undo()
    if drifted:
        host.system.put("/etc/x", "edited by hand\n")
    monkeypatch.setattr(cli, "System", lambda: host.system)
    monkeypatch.setattr("os.geteuid", lambda: 0)

    def held(*_: Any) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    monkeypatch.setattr("host_programs.hostctl.lock.held", held)
    code = cli.main(["check", "--json"])
    assert code == (EXIT_DRIFT if drifted else 0)
    report, status = read_report("ctl01", Result(code, capsys.readouterr().out, ""))
    assert dict(report.drift) == ({"network": ("file /etc/x content",)} if drifted else {})
    assert report.rolled_back == {"network": digest(GOOD)}
    assert "network" in report.notes
    assert status == {"network": "rolled back"}
