"""`make up` and the like: what is prepared, what pulumi is given, and in how many runs."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from ops import hosts_first, run, stack


@pytest.mark.parametrize(
    ("argv", "interactive", "words"),
    [
        (["up"], True, "up --stack lab --continue-on-error"),
        (["up"], False, "up --stack lab --non-interactive --continue-on-error"),
        (["up", "--yes"], False, "up --stack lab --non-interactive --yes --skip-preview --continue-on-error"),
        (["preview", "--expect-no-changes"], True, "preview --stack lab --diff --expect-no-changes"),
        (["preview", "--", "--target", "urn"], True, "preview --stack lab --diff --target urn"),
        (["refresh", "--yes"], True, "refresh --stack lab --yes --skip-preview"),
        (["destroy"], True, "destroy --stack lab --continue-on-error"),
        (["up", "--config-file", "x.yaml"], True, "up --stack lab --config-file /x.yaml --continue-on-error"),
    ],
)
def test_pulumi_gets_exactly_these_words(argv: list[str], interactive: bool, words: str) -> None:
    options: Namespace = run.parse([argv[0], "--stack", "lab", *argv[1:]])
    assert run.arguments(options, Path("/x.yaml"), interactive=interactive) == words.split()


@pytest.mark.parametrize(("status", "code"), [("exit 0", 0), ("exit 255", 255), ("kill -9 $$", 137)])
def test_the_exit_code_comes_through(status: str, code: int) -> None:
    assert run.foreground(["/bin/sh", "-c", status], dict(os.environ)) == code


def prepared(urn: str | None) -> dict[str, Any]:
    return {"deployment": {"resources": [{"urn": urn}] if urn else []}}


@pytest.mark.parametrize(
    ("hosts", "state", "first"),
    [
        (64, None, True),
        (64, {"deployment": None}, True),
        (64, prepared("urn:pulumi:p::c::pulumi:pulumi:Stack::c-p"), True),
        (64, prepared("urn:pulumi:p::c::cloud:host:HostPrep$command:remote:Command::hosts-a-base"), False),
        (63, None, False),
    ],
    ids=["new", "no run yet", "a run was killed", "hosts are there", "few hosts"],
)
def test_many_hosts_are_done_first_when_none_is_there(hosts: int, state: Any, first: bool) -> None:
    assert hosts_first.worth_it(hosts, state) is first


@pytest.mark.parametrize(
    ("words", "codes", "runs"),
    [
        (["up", "--yes"], [0, 0], ["hosts", "all"]),
        (["up", "--yes"], [255], ["hosts"]),
        (["up", "--refresh"], [0], ["all"]),
        (["up", "--expect-no-changes"], [0], ["all"]),
        (["preview"], [0], ["all"]),
    ],
    ids=["in turn", "a host failed", "more words", "no changes", "preview"],
)
def test_only_the_hosts_run_goes_without_checkpoints(
    words: list[str], codes: list[int], runs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "Pulumi.big.yaml"
    file.write_text(json.dumps({"config": {"cloud:hosts": {f"h{number}": {} for number in range(64)}}}))
    seen, left = [], list(codes)

    def foreground(given: list[str], environment: dict[str, str]) -> int:
        hosts = "**::cloud:host:**" in given
        assert hosts is (environment.get("PULUMI_SKIP_CHECKPOINTS") == "true")
        seen.append("hosts" if hosts else "all")
        return left.pop(0)

    def none_yet(_: str) -> None:
        raise stack.NoStackError

    monkeypatch.setattr(run, "foreground", foreground)
    monkeypatch.setattr(stack, "pulumi", lambda: "pulumi")
    monkeypatch.setattr(stack, "export", none_yet)
    monkeypatch.setattr(stack, "make", lambda _: None)
    monkeypatch.delenv("PULUMI_SKIP_CHECKPOINTS", raising=False)
    it = run.Run(run.parse([*words, "--stack", "big", "--config-file", str(file)]))
    it.prepare()
    assert it.run() == codes[-1]
    assert seen == runs


def test_a_run_up_to_the_vault_leaves_the_rest_alone_and_needs_none_of_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "Pulumi.new.yaml"
    file.write_text(json.dumps({"config": {"cloud:hosts": {"a": {}}}}))
    seen: list[tuple[list[str], str]] = []
    missing: list[tuple[str, ...]] = []

    def load(_stack: str, _file: Path, *, without: tuple[str, ...]) -> None:
        missing.append(without)

    def foreground(given: list[str], environment: dict[str, str]) -> int:
        seen.append(([word for word in given if word.startswith("**")], environment.get("CLOUD_UNTIL", "")))
        return 0

    monkeypatch.setattr(run, "foreground", foreground)
    monkeypatch.setattr(stack, "pulumi", lambda: "pulumi")
    monkeypatch.setattr(stack, "load", load)
    monkeypatch.setattr(stack, "export", lambda _: {})
    words = ["--stack", "new", "--config-file", str(file)]
    assert run.main(["up", *words, "--until", "vault"]) == 0
    assert run.main(["up", *words]) == 0
    hosts, provider = "**::cloud:host:**", "**::pulumi:providers:command::**"
    assert seen == [([hosts, provider, "**::cloud:secrets:**"], "vault"), ([], "")]
    assert missing == [("kolla",), ()]


@pytest.mark.parametrize(
    ("urns", "past"),
    [
        (["cloud:host:HostPrep$command:remote:Command::a-base", "cloud:secrets:VaultSecrets::vault"], False),
        (["pulumi:pulumi:Stack::openstack-cloud-new", "pulumi:providers:command::hosts"], False),
        (["cloud:storage:CephStorage$command:remote:Command::ceph-a"], True),
        (["cloud:host:HostPrep::a", "cloud:edge:EdgeTls::edge"], True),
    ],
)
def test_a_stack_that_has_gone_on_from_its_vault_is_left_alone_up_to_there(
    urns: list[str],
    past: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "Pulumi.new.yaml"
    file.write_text(json.dumps({"config": {"cloud:hosts": {"a": {}}}}))
    ran: list[list[str]] = []

    def foreground(given: list[str], _: dict[str, str]) -> int:
        ran.append(given)
        return 0

    state = {
        "deployment": {"resources": [{"urn": f"urn:pulumi:new::openstack-cloud::{urn}"} for urn in urns]}
    }
    monkeypatch.setattr(run, "foreground", foreground)
    monkeypatch.setattr(stack, "pulumi", lambda: "pulumi")
    monkeypatch.setattr(stack, "export", lambda _: state)
    it = run.Run(run.parse(["up", "--until", "vault", "--stack", "new", "--config-file", str(file)]))
    it.prepare()
    assert it.run() == 0
    assert bool(ran) is not past
    assert ("has gone on from its vault" in capsys.readouterr().err) is past


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_what_is_of_the_whole_stack_is_not_done_up_to_the_vault(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run.parse([command, "--stack", "new", "--until", "vault"])
    assert "is of the whole stack" in capsys.readouterr().err
