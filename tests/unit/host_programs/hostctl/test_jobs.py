"""Long commands: one run per name, whoever starts or leaves."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from host_programs.hostctl import jobs, lock
from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.jobs import Job
from host_programs.hostctl.system import Result
from tests.unit.host_programs.hostctl.fake import FakeSystem

FOLDER = "/var/lib/hostctl/jobs/deploy"
COMMAND = ["kolla-ansible", "deploy"]


class Host(FakeSystem):
    """A host whose one unit runs until the test ends it; `script` plays while somebody follows."""

    def __init__(self) -> None:
        super().__init__()
        self.running = False
        self.started = 0
        self.script: Iterator[None] = iter(())

    def query(self, argv: Any, stdin: str = "") -> Result:
        if argv[:2] == ["systemctl", "is-active"]:
            return Result(0 if self.running else 3, "active\n" if self.running else "inactive\n", "")
        return Result(0, "", "")

    def run(self, argv: Any, item: str, stdin: str = "", seconds: float = 0, env: Any = None) -> Result:
        assert argv[0] == "systemd-run"
        assert "--unit=hostctl-job-deploy.service" in argv
        self.started += 1
        self.running = True
        return Result(0, "", "")

    def pause(self, seconds: float) -> None:
        next(self.script, None)

    def say(self, text: str) -> None:
        self.files[f"{FOLDER}/log"]["content"] += text

    def end(self, result: str) -> None:
        self.running = False
        self.put(f"{FOLDER}/result", result + "\n")


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Host:
    monkeypatch.setattr(lock, "held", lambda *_args, **_options: contextlib.nullcontext())
    return Host()


def test_the_log_is_followed_to_the_end_and_the_code_is_the_commands(
    host: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    def play() -> Iterator[None]:
        host.say("one\n")
        yield
        host.say("two\n")
        host.end("exit-code exited 7")
        yield

    host.script = play()
    job = Job(host, "deploy")
    job.start_or_attach(COMMAND)
    assert job.follow() == 7
    assert capsys.readouterr().out == "one\ntwo\n"
    assert job.status() == {"job": "deploy", "status": "finished", "code": 7}


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ('[ 1.0 s] pull\nkolla-run: registry: is down (start it)\n{"ok": false}\n', "kolla-run: registry: is down (start it)"),
        ("two\nlines\n\n", "lines"),
        ('{"ok": false}\n', "hostctl: job deploy: failed and printed nothing"),
    ],
)  # fmt: skip
def test_the_last_words_of_a_failed_job_are_on_stderr(
    log: str, words: str, host: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    job = Job(host, "deploy")
    job.start_or_attach(COMMAND)
    host.say(log)
    host.end("exit-code exited 1")
    assert job.follow() == 1
    assert capsys.readouterr() == (log, words + "\n")


def test_who_comes_back_sees_the_whole_log_and_starts_nothing(
    host: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    Job(host, "deploy").start_or_attach(COMMAND)
    host.say("before the line dropped\n")
    again = Job(host, "deploy")
    again.start_or_attach(COMMAND)
    assert host.started == 1
    host.end("success exited 0")
    assert again.follow() == 0
    assert capsys.readouterr().out == "before the line dropped\n"


def test_another_command_under_a_running_name_is_refused(host: Host) -> None:
    Job(host, "deploy").start_or_attach(COMMAND)
    with pytest.raises(HostctlError, match="runs with another command"):
        Job(host, "deploy").start_or_attach(["kolla-ansible", "destroy"])
    assert host.started == 1


@pytest.mark.parametrize("ended", ["success exited 0", "signal killed KILL"])
def test_a_finished_job_runs_again_with_a_new_log(host: Host, ended: str) -> None:
    Job(host, "deploy").start_or_attach(COMMAND)
    host.say("first run\n")
    host.end(ended)
    Job(host, "deploy").start_or_attach(COMMAND)
    assert host.started == 2
    assert host.read(f"{FOLDER}/log") == ""
    assert Job(host, "deploy").status()["status"] == "running"


def test_a_killed_command_has_the_shells_code(host: Host) -> None:
    Job(host, "deploy").start_or_attach(COMMAND)
    host.end("signal killed KILL")
    assert Job(host, "deploy").follow() == 128 + 9


def test_a_job_that_a_power_cut_took_is_lost_and_can_be_started_again(host: Host) -> None:
    job = Job(host, "deploy")
    assert job.status()["status"] == "never"
    job.start_or_attach(COMMAND)
    host.running = False
    assert job.status()["status"] == "lost"
    with pytest.raises(HostctlError, match="ended without a result"):
        job.follow()
    job.start_or_attach(COMMAND)
    assert host.started == 2


def test_what_a_job_says_is_for_root_only(host: Host) -> None:
    Job(host, "deploy").start_or_attach(COMMAND)
    assert {host.files[f"{FOLDER}/{name}"]["mode"] for name in ("argv", "log")} == {"0600"}
    assert host.files[FOLDER]["mode"] == "0700"


def test_a_name_cannot_lead_out_of_the_folder(host: Host) -> None:
    with pytest.raises(HostctlError, match="is not a name"):
        Job(host, "../x")


def test_following_looks_often_enough() -> None:
    assert jobs.STEP_SECONDS * jobs.LOOKS_BEFORE_DOUBT <= 10
