"""Which stack a command works on, before the engine knows it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from components import overview
from components.plans import plan_cloud
from ops import drift, kolla_passwords, openrc, run, stack
from tests.unit.components.support import cloud
from tests.unit.support import ROOT

UNKNOWN = "error: no stack named 'mine' found"


STATE = {"deployment": {"resources": [{"urn": "urn:pulumi:old::cloud::pulumi:pulumi:Stack::cloud-old"}]}}


class Engine:
    """Answers as pulumi does that knows the stacks of a set."""

    def __init__(self, known: set[str]) -> None:
        self.known = known
        self.said: list[list[str]] = []

    @property
    def asked(self) -> list[str]:
        return [words[0] for words in self.said]

    def __call__(self, command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        words = command[1:]
        self.said.append(words[:2])
        if words[:2] == ["stack", "init"]:
            self.known.add(words[2])
            return subprocess.CompletedProcess(command, 0, "", "")
        if words[words.index("--stack") + 1] not in self.known:
            return subprocess.CompletedProcess(command, 255, "", UNKNOWN)
        held = words[:2] == ["stack", "export"] and "old" in words
        return subprocess.CompletedProcess(command, 0, json.dumps(STATE if held else {}), "")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    found = Engine({"old"})
    monkeypatch.setattr(stack, "pulumi", lambda: "pulumi")
    monkeypatch.setattr(subprocess, "run", found)
    return found


@pytest.mark.parametrize(("name", "asked"), [("old", ["config"]), ("mine", ["config", "stack", "config"])])
def test_the_secrets_of_a_stack_that_the_engine_does_not_know_yet_are_read_all_the_same(
    engine: Engine, name: str, asked: list[str], tmp_path: Path
) -> None:
    assert stack.decrypted(name, tmp_path / "file") == {}
    assert engine.asked == asked


def test_other_failures_of_the_engine_make_no_stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    failed = subprocess.CompletedProcess([], 255, "", "error: incorrect passphrase")
    monkeypatch.setattr(stack, "pulumi", lambda: "pulumi")
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: failed)
    with pytest.raises(stack.StackError, match="passphrase does not fit"):
        stack.decrypted("mine", tmp_path / "file")


@pytest.mark.parametrize(("name", "asked"), [("old", ["config"]), ("mine", ["config", "stack", "config"])])
def test_passwords_are_kept_in_a_stack_that_the_engine_does_not_know_yet(
    engine: Engine, name: str, asked: list[str], tmp_path: Path
) -> None:
    stack.save_secret(name, tmp_path / "file", "{}", "cloud:kolla.passwords.secret")
    assert engine.asked == asked


@pytest.mark.parametrize(
    ("said", "mends"),
    [
        (
            "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
            "pulumi login",
        ),
        (
            (
                "error: could not create secrets manager for new stack: passphrase must be set with "
                "PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables"
            ),
            "export PULUMI_CONFIG_PASSPHRASE_FILE=FILE",
        ),
        ("error: could not create secrets manager for new stack: incorrect passphrase", "`encryptionsalt`"),
        ("error: the bucket is on fire", "the bucket is on fire"),
    ],
)
def test_what_only_the_operator_can_give_is_one_line_with_the_command_that_mends_it(
    monkeypatch: pytest.MonkeyPatch, said: str, mends: str
) -> None:
    monkeypatch.setattr(stack, "pulumi", lambda: "pulumi")
    failed = subprocess.CompletedProcess([], 255, "", said)
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: failed)
    with pytest.raises(stack.StackError) as caught:
        stack.make("mine")
    assert mends in str(caught.value)
    assert "\n" not in str(caught.value)


COMMANDS = [
    (run.main, ["preview"]),
    (run.main, ["up"]),
    (run.main, ["refresh"]),
    (run.main, ["destroy"]),
    (drift.main, []),
    (kolla_passwords.main, []),
    (openrc.main, []),
]


@pytest.mark.parametrize(("command", "words"), COMMANDS)
def test_a_stack_without_a_file_is_told_which_there_are_and_how_one_is_made(
    command: Any, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command([*words, "--stack", "nowhere"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Pulumi.lab.yaml, Pulumi.prod.yaml" in said
    assert "`make new STACK=nowhere`" in said


@pytest.mark.parametrize("word", ["refresh", "destroy"])
def test_a_command_that_needs_a_state_makes_none(
    engine: Engine, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main([word, "--stack", "mine", "--config-file", str(ROOT / "Pulumi.prod.yaml")]) == 1
    assert capsys.readouterr().err == f"stack mine does not exist: there is nothing to {word}\n"
    assert "mine" not in engine.known


@pytest.mark.parametrize(
    ("word", "name"), [("refresh", "old"), ("destroy", "old"), ("up", "old"), ("up", "mine")]
)
def test_the_state_is_read_once_before_a_run(
    engine: Engine, word: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack, "load", lambda *given, **more: None)
    monkeypatch.setattr(run.Run, "run", lambda self: 0)
    assert run.main([word, "--stack", name, "--config-file", str(ROOT / "Pulumi.prod.yaml")]) == 0
    assert engine.said.count(["stack", "export"]) == 1
    assert name in engine.known


@pytest.mark.parametrize(
    ("word", "name", "code", "shown"),
    [
        ("preview", "mine", 0, True),
        ("preview", "mine", 1, False),
        ("preview", "old", 0, False),
        ("up", "mine", 0, False),
    ],
)
def test_only_the_preview_of_a_cloud_that_is_not_there_yet_ends_with_its_page(
    engine: Engine,
    word: str,
    name: str,
    code: int,
    shown: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def program(words: list[str], environment: dict[str, str]) -> int:
        with mock.patch.dict(os.environ, environment):
            overview.write(config, plans)
        return code

    config = cloud("prod")
    plans = plan_cloud(config)
    monkeypatch.setattr(stack, "load", lambda *given, **more: None)
    monkeypatch.setattr(run, "foreground", program)
    assert run.main([word, "--stack", name, "--config-file", str(ROOT / "Pulumi.prod.yaml")]) == code
    assert ("what runs where" in capsys.readouterr().err) == shown


def test_the_commands_that_mend_a_new_stack_name_it(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.mine.yaml"
    file.write_text((ROOT / "Pulumi.prod.yaml").read_text())
    with pytest.raises(stack.StackError) as caught:
        stack.load("mine", file)
    for target in ("kolla-passwords", "deploy-key", "host-keys"):
        assert f"`make {target} STACK=mine CONFIG_FILE={file}`" in str(caught.value)
    assert "STACK=…" not in str(caught.value)
