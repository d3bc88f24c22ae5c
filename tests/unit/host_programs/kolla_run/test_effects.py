"""What touches the system: the lock, the process, the bundle, the ways to Ansible's collections."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import pytest

from host_programs.kolla_run import cli, dependencies, pulse, state
from host_programs.kolla_run.censor import censor
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.process import run
from tests.unit.host_programs.kolla_run.support import line, places

SECRET = "correct-horse-battery"


def test_a_second_run_is_told_what_runs_and_since_when(tmp_path: Path) -> None:
    folder = str(tmp_path / "state")
    with (
        state.held(folder, "deploy-changed"),
        pytest.raises(
            RunError, match=r"plan: not now: deploy-changed has been running since 20.* \(process \d+\)"
        ),
        state.held(folder, "plan"),
    ):
        pass
    with state.held(folder, "plan"):
        pass


def test_idle_succeeds_only_if_nothing_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = places(tmp_path)
    assert cli.main(["idle"], paths) == 0
    with state.held(paths.state, "reconfigure"):
        assert cli.main(["idle"], paths) == 1
    assert capsys.readouterr().out.startswith("kolla-run: idle: not now: reconfigure has been running since")


def test_a_run_tells_progress_keeps_events_and_hides_passwords(tmp_path: Path) -> None:
    service = {"e": "service", "service": "glance", "hosts": 1, "tasks": 2, "changed": 1}
    failed = {"e": "failed", "host": "ctl01", "service": "glance", "task": "t", "message": f"-p{SECRET}"}
    script = tmp_path / "ansible"
    script.write_text(f"plain {SECRET}\n{line(failed)}{line(service)}")
    log = tmp_path / "events" / "deploy.jsonl"
    said: list[str] = []
    ended = run(
        ["/bin/cat", str(script)], {}, censor({SECRET}), str(log), said.append, user=getpass.getuser()
    )
    assert ended.code == 0
    assert ended.output == ["plain ********"]
    assert [text[11:] for text in said] == [
        "ctl01: failed in glance : t: -p********",
        "glance: 1 host, 2 tasks, 1 changed",
    ]
    assert log.stat().st_mode & 0o777 == 0o600
    kept = [json.loads(text) for text in log.read_text().splitlines()]
    assert [event["e"] for event in kept] == ["failed", "service"]
    assert SECRET not in log.read_text() + str(said) + str(ended)


def test_a_task_that_takes_long_is_named_while_it_runs(tmp_path: Path) -> None:
    events = line({"e": "play", "service": "octavia"}) + line({"e": "task", "task": f"Make -p{SECRET}"})
    (tmp_path / "events").write_text(events)
    said: list[str] = []
    release = tmp_path / "release"

    def tell(text: str) -> None:
        said.append(text)
        release.touch()

    wait = f"cat {tmp_path}/events; until [ -e {release} ]; do :; done"
    argv = ["/usr/bin/timeout", "30", "/bin/sh", "-c", wait]
    ended = run(argv, {}, censor({SECRET}), str(tmp_path / "e/x"), tell, user=getpass.getuser(), quiet=0.01)
    assert ended.code == 0
    assert said[0][11:] == "at octavia : Make -p********"


def test_a_task_that_has_been_running_long_says_for_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("host_programs.kolla_run.pulse.time.monotonic", lambda: clock[0])
    told: list[str] = []
    beat = pulse.Pulse(told.append, quiet=0.0)
    beat.saw({"e": "task", "task": "nova : Wait"})
    clock[0] += 47
    monkeypatch.setattr(beat, "_ended", _After(2))
    beat._beat()
    assert told[0] == "nova : Wait: running for 47 s"


class _After:
    """An end that comes after so many looks."""

    def __init__(self, looks: int) -> None:
        self._left = looks

    def wait(self, _: float) -> bool:
        self._left -= 1
        return self._left < 0


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="/nowhere/kolla-ansible: is not installed"):
        run(["/nowhere/kolla-ansible"], {}, str, str(tmp_path / "e/x"), user=getpass.getuser())


def test_a_host_that_is_not_ready_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["plan"], places(tmp_path)) == 1
    assert "release.json: cannot be read (run pulumi up, which writes it)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("found", "reachable", "way"),
    [
        ({"a.b": "1", "c.d": "2"}, False, "present"),
        ({"a.b": "1"}, True, "galaxy"),
        ({"a.b": "1"}, False, "bundle"),
        ({}, False, "bundle"),
    ],
)
def test_the_releases_own_way_is_taken_first(found: dict[str, str], reachable: bool, way: str) -> None:
    assert dependencies.way(["a.b", "c.d"], found, reachable=reachable) == way


def test_nobody_answers_at_a_closed_port() -> None:
    assert not dependencies.reachable(("127.0.0.1", 1), 1)
