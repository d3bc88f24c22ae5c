"""Kolla's passwords in a real OpenBao: moved there, read by the program, completed, rotated; told nobody. No root.

The tests go one after the other, on one vault.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from components.kolla_cluster.secret_files import read_secrets
from components.plans import plan_cloud
from config import load
from config.cloud import CloudConfig
from config.kolla.passwords import parse
from host_programs.vault_api import AnsweredError
from ops import kolla_passwords, password_stores, stack
from ops import run as pulumi_run
from ops.password_stores import of_vault
from ops.rotate.__main__ import main as rotate
from ops.vault_kv import ConflictError, Kv
from tests.loopback.founder import Founder
from tests.loopback.vaults import OneVault
from tests.unit.components.answers import answers
from tests.unit.components.engine import Declared
from tests.unit.components.test_program import main as program
from tests.unit.config.kolla_secrets import CANARY, fake_password, fake_passwords

PATH = "kolla/passwords"
IN_VAULT = {"vault": PATH}
SERVICE = "glance_keystone_password"


class Watch:
    """Programs that are started and files that are written while it is on."""

    def __init__(self) -> None:
        self.on = False
        self.started: list[str] = []
        self.written: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "subprocess.Popen":
            self.started.append(repr(args))
        if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
            self.written.append(str(args[0]))


WATCH = Watch()


class Commands:
    """The day-2 commands on a stack whose configuration is given; its files are in a folder of their own."""

    def __init__(self, folder: Path, founder: Founder) -> None:
        self.founder = founder
        self.file = folder / "passwords.yml"
        self.file.write_text(fake_passwords("2026.1"))
        self.file.chmod(0o600)
        self.path = folder / "Pulumi.lab.yaml"
        self.path.write_text("config: {}\n")

    def run(self, main: Any, passwords: dict[str, Any], *words: str) -> int:
        config = self.founder.config(passwords)
        with mock.patch.object(stack, "load", return_value=config):
            WATCH.on = True
            try:
                return int(main(["--stack", "lab", "--config-file", str(self.path), *words]))
            finally:
                WATCH.on = False

    def move(self, *words: str) -> int:
        return self.run(kolla_passwords.main, {"file": str(self.file)}, "--move", *words)

    def complete(self) -> int:
        return self.run(kolla_passwords.main, IN_VAULT)

    def rotate(self, *words: str) -> int:
        return self.run(rotate, IN_VAULT, "--what", *words, "--yes")

    def kept(self) -> dict[str, Any]:
        return dict(self.founder.by_hand("GET", f"kv/data/{PATH}")["data"])

    def config(self) -> CloudConfig:
        return self.founder.config(IN_VAULT)


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    with OneVault(tmp_path_factory.mktemp("vault")) as vault, Founder(vault) as founder:
        yield Commands(tmp_path_factory.mktemp("stack"), founder)


@pytest.fixture(autouse=True)
def _quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.kolla.passwords._ssh_key", lambda: fake_password("nova_ssh_key"))


def test_a_run_before_the_move_says_what_to_do(commands: Commands) -> None:
    with pytest.raises(ValueError, match=f"{PATH}: there is nothing in the vault .*--move"):
        asyncio.run(of_vault(commands.config()))


def test_the_move_copies_all_of_them_and_leaves_the_file(
    commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    before = commands.file.read_text()
    assert commands.move() == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "version 1, read back and the same" in said
    assert f"passwords: {{vault: {PATH}}}" in said
    assert f"in {commands.file} any more" in said
    assert commands.kept()["data"] == parse(before)
    assert commands.file.read_text() == before


def test_a_second_move_writes_nothing_and_other_passwords_are_never_overwritten(
    commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.move() == 0
    assert "had them already, version 1" in capsys.readouterr().out
    commands.file.write_text(commands.file.read_text().replace(f"{CANARY}-{SERVICE}", "another"))
    assert commands.move() == 1
    assert "has other passwords, nothing was written" in capsys.readouterr().err
    assert commands.kept()["metadata"]["version"] == 1


def test_the_program_gets_the_same_from_the_vault_as_from_the_file(commands: Commands) -> None:
    config = commands.config()
    plans = plan_cloud(config, of_vault=asyncio.run(of_vault(config)))
    assert plans.kolla_secrets
    by_secret = commands.founder.config({"secret": fake_passwords("2026.1")})
    assert plans.kolla_secrets.files == read_secrets(by_secret).files
    assert CANARY not in repr(plans)


def test_the_whole_program_declares_them_as_secrets(commands: Commands) -> None:
    class Preview(Declared):
        async def runTest(self) -> None:  # noqa: N802
            with mock.patch.object(load, "load_pulumi", return_value=commands.config()):
                found = await self.run_program(program(), answers, preview=True)
            assert f"{CANARY}-{SERVICE}" in str(found["kolla-secrets"].object)
            assert not [
                name for name in found if name != "kolla-secrets" and f"{CANARY}-nova" in str(found[name])
            ]

    result = Preview().run()
    assert result
    assert not result.errors + result.failures, result.errors + result.failures


def test_what_is_missing_is_made_and_becomes_a_version(
    commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    values = {k: v for k, v in commands.kept()["data"].items() if k != SERVICE}
    commands.founder.by_hand("PUT", f"kv/data/{PATH}", {"data": values})
    config = commands.config()
    found = asyncio.run(of_vault(config))
    with pytest.raises(ValueError, match=f"1 missing: {SERVICE} .*make kolla-passwords"):
        plan_cloud(config, of_vault=found)
    assert commands.complete() == 0
    assert f"new: {SERVICE}\nkv/{PATH} in the vault, version 3" in capsys.readouterr().out
    assert {k: v for k, v in commands.kept()["data"].items() if k != SERVICE} == values
    assert commands.complete() == 0
    assert "nothing to do" in capsys.readouterr().out
    assert commands.kept()["metadata"]["version"] == 3


def test_two_operators_do_not_overwrite_each_other(commands: Commands) -> None:
    one, other = (password_stores.in_vault(commands.config(), PATH) for _ in "ab")
    mine, theirs = one.read(), other.read()
    assert one.save(mine | {"site_password": "mine"}).endswith("version 4")
    with pytest.raises(ConflictError, match="nothing was written"):
        other.save(theirs | {"site_password": "theirs"})
    assert commands.kept()["data"]["site_password"] == "mine"


def test_a_rotation_that_was_killed_goes_on_with_the_value_that_is_in_the_vault(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []
    ends = [255, 0]

    def up(_: list[str]) -> int:
        found = asyncio.run(of_vault(commands.config())) or {}
        seen.append(found[SERVICE])
        return ends.pop(0)

    monkeypatch.setattr(pulumi_run, "main", up)
    old = commands.kept()
    assert commands.rotate(SERVICE) == 1
    assert commands.rotate("resume") == 0
    now = commands.kept()
    assert seen == [now["data"][SERVICE]] * 2 != [old["data"][SERVICE]] * 2
    assert now["metadata"]["version"] == old["metadata"]["version"] + 1
    earlier = commands.founder.by_hand("GET", f"kv/data/{PATH}?version={old['metadata']['version']}")
    assert earlier["data"]["data"] == old["data"]
    told = "".join(capsys.readouterr())
    assert now["data"][SERVICE] not in told + commands.path.with_name("secrets-made.lab.json").read_text()


def test_no_password_was_told_started_with_or_written_to_a_file(
    commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.complete()
    assert CANARY not in "".join(capsys.readouterr())
    assert not [line for line in WATCH.started if CANARY in line]
    secrets = [commands.founder.login["secret_id"], commands.kept()["data"][SERVICE], CANARY]
    left = [path for path in commands.path.parent.iterdir() if path != commands.file]
    texts = [path.read_text() for path in left] + [json.dumps(WATCH.started)]
    assert not [secret for secret in secrets for text in texts if secret in text]
    assert {Path(path).parent for path in WATCH.written if path.startswith("/")} <= {
        commands.path.parent,
        Path("/dev"),
    }


def test_the_login_of_a_service_does_not_reach_them(commands: Commands) -> None:
    founder = commands.founder
    founder.by_hand(
        "PUT", "sys/policies/acl/api", {"policy": 'path "kv/data/api" { capabilities = ["read"] }'}
    )
    login = founder.vault.api().put("auth/approle/login", founder.with_role("api"))
    with pytest.raises(AnsweredError) as refused:
        founder.vault.api().get(f"kv/data/{PATH}", login["auth"]["client_token"])
    assert refused.value.status == 403
    with pytest.raises(stack.StackError, match=r"permission denied .*docs/vault.md"):
        Kv([founder.vault.url], founder.vault.ca, founder.with_role("api")).read(PATH)


def test_a_deleted_version_is_not_taken_for_none(commands: Commands) -> None:
    version = commands.kept()["metadata"]["version"]
    commands.founder.by_hand("DELETE", f"kv/data/{PATH}")
    with pytest.raises(ValueError, match=f"version {version} was deleted .bao kv undelete"):
        asyncio.run(of_vault(commands.config()))
    assert commands.complete() == 1
    commands.founder.by_hand("PUT", f"kv/undelete/{PATH}", {"versions": [version]})
    assert commands.kept()["data"]


def test_a_node_that_is_gone_does_not_matter_while_another_answers(commands: Commands) -> None:
    founder = commands.founder
    nodes = ["https://127.0.0.1:1", founder.vault.url]
    assert Kv(nodes, founder.vault.ca, founder.login).read(PATH).values
    with pytest.raises(stack.StackError, match=r"does not answer: https://127\.0\.0\.1:1: cannot be asked"):
        Kv(nodes[:1], founder.vault.ca, founder.login).read(PATH)


def test_a_sealed_vault_is_one_line_with_address_reason_and_fix(
    commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    founder = commands.founder
    founder.by_hand("PUT", "sys/seal")
    try:
        with pytest.raises(ValueError, match=rf"{founder.vault.url}: .*sealed.*docs/vault.md#unseal-it"):
            asyncio.run(of_vault(commands.config()))
        assert commands.complete() == 1
        assert capsys.readouterr().err.count("\n") == 1
    finally:
        founder.vault.unseal()
