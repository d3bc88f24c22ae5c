"""`make new`: a wrong answer is told when it is given, and makes nothing."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ops.new.__main__ import main
from ops.new.questions import QUESTIONS, Question
from tests.unit.ops.new_stack import file, loaded, quick_keys, run

__all__ = ["file", "quick_keys"]


def test_defaults_that_do_not_fit_the_answers_are_told_with_the_flag_that_mends_them(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file, "--yes", "--management-network", "10.99.10.0/28") == 1
    assert (
        "--network: 10.10.10.21\n    is outside the network's subnet 10.99.10.0/28\n"
        in capsys.readouterr().err
    )
    mended = [
        "--network",
        "10.99.10.11",
        "--compute",
        "10.99.10.4",
        "--storage",
        "none",
        "--monitoring",
        "none",
    ]
    assert run(file, "--yes", "--management-network", "10.99.10.0/28", *mended) == 0
    loaded(file)


def scripted(answers: dict[str, list[str]]) -> tuple[Callable[[Question, str], str], list[str]]:
    """Gives the answers in turn, and the default (an empty line) where there is none."""
    asked: list[str] = []

    def ask(question: Question, default: str) -> str:
        asked.append(question.flag)
        return answers[question.flag].pop(0) if answers.get(question.flag) else ""

    return ask, asked


def test_a_wrong_answer_is_told_when_it_is_given_and_asked_again(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask, asked = scripted(
        {
            "internal-vip": ["10.10.10.1", "10.20.0.9", "10.10.10.99"],
            "storage": ["none"],
            "release": ["2025.2"],
        }
    )
    assert run(file, "--domain", "cloud.test", asking=ask) == 0
    cloud = loaded(file)
    found = (str(cloud.networks.management.vip), cloud.releases.openstack, cloud.domain, cloud.region)
    assert found == ("10.10.10.99", "2025.2", "cloud.test", "RegionOne")
    assert asked.count("internal-vip") == 3
    assert not {"domain", "region", "host-os", "public-interface", "external-vip", "storage-network"} & set(
        asked
    )
    said = capsys.readouterr().err
    assert "--internal-vip: 10.10.10.1\n    is the network's gateway too\n" in said
    assert "--internal-vip: 10.20.0.9\n    is outside the network's subnet 10.10.10.0/24\n" in said


def test_without_a_terminal_nothing_is_asked_and_one_sentence_says_what_to_do(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert run(file, "--domain", "cloud.test") == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "YES=1" in said
    assert "--domain" not in said
    assert "--control …" in said
    assert "--region" not in said
    assert not file.exists()


@pytest.mark.parametrize("error", [EOFError, KeyboardInterrupt])
def test_who_breaks_off_has_made_nothing(
    file: Path, error: type[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(question: Question, default: str) -> str:
        raise error

    assert run(file, asking=ask) == 1
    assert "nothing was created" in capsys.readouterr().err
    assert not file.exists()
    assert not (Path.home() / ".ssh").exists()


WRONG = [
    ("domain", "Cloud Example", "is not well formed", "labels"),
    ("domain", "a\nb", "control character", "one line"),
    ("region", "", "is empty", "default"),
    ("release", "2023.1", "has to be", "2026.1"),
    ("host-os", "centos-9", "has to be", "debian-12"),
    ("management-network", "10.10.10.0", "no prefix length", "/24"),
    ("management-network", "10.10.10.5/24", "is not an IPv4 subnet", "10.10.10.0/24"),
    ("management-interface", "eno1; reboot", "is not well formed", "15 letters"),
    ("management-interface", "eno1.4095", "out of bounds", "4094"),
    ("management-interface", "enp94s0f0np0.2507", "15 characters", "shorter"),
    ("gateway", "10.10.10.0", "network address", "router"),
    ("internal-vip", "10.10.10.11", "host ctl01", "nothing else"),
    ("internal-vip", "10.10.10.0x1", "is not an IPv4 address", "four numbers"),
    ("control", "10.10.10.11,10.10.10.12", "even number", "use 1 or 3"),
    ("control", "none", "no enabled host", "three hosts"),
    ("control", "../etc=10.10.10.11", "cannot be a name", "lower-case"),
    ("control", "10.10.10.999", "is not an IPv4 address", "four numbers"),
    ("network", "10.20.0.1", "outside the network's subnet", "free address"),
    ("storage", "10.10.10.41", "1 host has the role `storage`", "three hosts"),
    ("deploy", "10.10.10.5 10.10.10.6", "2 hosts have the role `deploy`", "one host"),
    ("public-network", "10.10.10.128/25", "overlaps `management`", "separate"),
    ("provider-interface", "eno1", "carries `management` untagged too", "vlan"),
    ("registry", "https://registry.example.com", "is not well formed", "HOST:PORT"),
    ("certificate", "/nowhere.pem", "there is no such file", "name"),
    ("external-vip", "203.0.113.5", "is not used", "leave it out"),
]  # fmt: skip


@pytest.mark.parametrize(("flag", "value", "reason", "fix"), WRONG)
def test_an_answer_that_no_cloud_can_be_made_of_is_refused_with_place_value_reason_and_fix(
    file: Path, flag: str, value: str, reason: str, fix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file, "--yes", f"--{flag}={value}") == 1
    first, why, mend, *_ = capsys.readouterr().err.splitlines()
    named, _, shown = first.partition(": ")
    assert named == f"--{flag}"
    # Of several hosts, the one that is wrong.
    assert shown in value.replace("\n", "\\n")
    assert reason in why
    assert fix in mend
    assert not file.exists()
    assert not (Path.home() / ".ssh").exists()


def test_one_name_for_two_addresses_is_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(
            file, "--yes", "--control", "a=10.10.10.11,b=10.10.10.12,c=10.10.10.13", "--network", "a=10.9.9.9"
        )
        == 1
    )
    assert "--network: 10.10.10.11 and 10.9.9.9\n    is not an IPv4 address\n" in capsys.readouterr().err
    assert not file.exists()


@pytest.mark.parametrize("name", ["../mine", "Mine", "a b", "-x", "x" * 64, "a\x1b[2J"])
def test_a_name_that_no_cloud_can_have_reaches_no_file(
    file: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([f"--stack={name}", "--config-file", str(file), "--yes"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("STACK: ")
    assert "\x1b" not in said
    assert not file.exists()


HOSTILE = ["", " ", "none", "x", "../../etc/passwd", "0", "-1", "10.10.10.11" * 50, "a=b=c", "=", ",", "{{ x }}", "${HOME}",
           "\x00", "é", "999999999999999999999/9", "~nosuchuser/x", "\udcff", "yes", "a.99999", "null"]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.flag)
def test_whatever_is_answered_makes_a_file_that_loads_or_a_report(
    question: Question, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for at, value in enumerate(HOSTILE):
        file = tmp_path / str(at) / "Pulumi.mine.yaml"
        file.parent.mkdir()
        code = run(file, "--yes", f"--{question.flag}={value}")
        said = capsys.readouterr().err
        assert file.exists() is (code == 0)
        if code == 0:
            loaded(file)
        else:
            assert "fix: " in said
