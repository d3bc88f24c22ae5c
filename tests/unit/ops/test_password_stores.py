"""Passwords in the vault: what is asked of it, and what is refused before anybody is asked. With a vault: tests/loopback."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest

from config.cloud import CloudConfig
from config.kolla.password_source import covers
from host_programs.vault_api import AnsweredError, Api
from host_programs.vault_boot.policy import POLICY
from ops import kolla_passwords, password_stores, stack
from ops.password_stores import InVault, in_json, of_vault, store
from ops.rotate.__main__ import main as rotate
from ops.rotate.record import Record
from ops.vault_kv import ConflictError, Kv
from tests.unit.components.support import Raw, cloud

NODES = ("https://192.0.2.1:8200", "https://192.0.2.2:8200")
LOGIN = {"role_id": "role", "secret_id": "canary-login"}


class Vault:
    """One path of the engine, as its API answers; nodes may be sealed, or fall silent once they have written."""

    def __init__(self) -> None:
        self.versions: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str, str]] = []
        self.sealed: set[str] = set()
        self.dies_after_writing: set[str] = set()

    def send(self, api: Api, method: str, path: str, body: dict[str, Any] | None, token: str) -> Any:
        self.asked.append((api.url, method, path))
        if api.url in self.sealed:
            raise AnsweredError(503, ["Vault is sealed"])
        if path == "auth/approle/login":
            assert body == LOGIN
            return {"auth": {"client_token": "token"}}
        assert token == "token"
        if method == "PUT":
            assert body
            if body["options"]["cas"] != len(self.versions):
                raise AnsweredError(400, ["check-and-set parameter did not match the current version"])
            self.versions.append(body["data"])
            if api.url in self.dies_after_writing:
                raise AnsweredError(502, [])
            return {"data": {"version": len(self.versions)}}
        if not self.versions:
            raise AnsweredError(404, [])
        return {"data": {"data": self.versions[-1], "metadata": {"version": len(self.versions)}}}


def _through(api: Api, vault: Vault, *words: Any) -> Any:
    return vault.send(api, *words)


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Vault:
    made = Vault()
    monkeypatch.setattr(Api, "__init__", lambda api, url, ca: setattr(api, "url", url))
    monkeypatch.setattr(Api, "send", partialmethod(_through, made))
    return made


def kv() -> Kv:
    return Kv(NODES, "ca.pem", LOGIN)


def test_what_is_saved_follows_what_was_read(vault: Vault) -> None:
    one, other = InVault(kv(), "kolla/passwords"), InVault(kv(), "kolla/passwords")
    assert one.read() == other.read() == {}
    assert one.save({"a": "1"}) == "kv/kolla/passwords in the vault, version 1"
    assert one.save({"a": "2"}).endswith("version 2")
    with pytest.raises(ConflictError, match="nothing was written: run it again"):
        other.save({"a": "3"})
    assert vault.versions == [{"a": "1"}, {"a": "2"}]


def test_a_write_whose_answer_was_lost_is_no_conflict_with_oneself(vault: Vault) -> None:
    vault.dies_after_writing = {NODES[0]}
    assert InVault(kv(), "kolla/passwords").save({"a": "1"}).endswith("version 1")
    assert vault.versions == [{"a": "1"}]


def test_a_sealed_node_is_passed_over_and_a_sealed_vault_is_one_line(vault: Vault) -> None:
    vault.versions = [{"a": "1"}]
    vault.sealed = {NODES[0]}
    assert kv().read("kolla/passwords").values == {"a": "1"}
    vault.sealed = set(NODES)
    with pytest.raises(stack.StackError) as caught:
        kv().read("kolla/passwords")
    said = str(caught.value)
    assert all(node in said for node in NODES)
    assert "operators unseal it: docs/vault.md" in said
    assert "\n" not in said
    assert "canary" not in said


def test_one_login_serves_all_that_is_asked(vault: Vault) -> None:
    kept = InVault(kv(), "kolla/passwords")
    kept.save(kept.read() | {"a": "1"})
    kept.read()
    assert [path for _, _, path in vault.asked].count("auth/approle/login") == 1


def test_values_stay_out_of_what_is_shown(vault: Vault) -> None:
    vault.versions = [{"a": "canary-value"}]
    kept = kv().read("kolla/passwords")
    assert "canary" not in repr((kept, kv()))


def test_what_a_vault_would_give_back_differently_is_named_without_its_value() -> None:
    texts = {"a": "1", "b": None, "c": 7, "key": {"private_key": "x", "public_key": "y"}}
    assert in_json(texts) == texts
    with pytest.raises(stack.StackError, match="`born` is not a text") as caught:
        in_json({"born": dt.date(2026, 11, 27)})
    assert "2026" not in str(caught.value)


def test_a_stack_that_keeps_them_elsewhere_asks_nobody() -> None:
    assert asyncio.run(of_vault(cloud("lab"))) is None


def test_a_founder_that_cannot_be_reached_is_one_line_with_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    config = in_vault()
    monkeypatch.setattr(type(config), "host_keys", lambda _: {})
    with pytest.raises(
        ValueError, match=r"^cloud:kolla.passwords.vault: a/b: .*ctl01.*make host-keys"
    ) as caught:
        asyncio.run(of_vault(config))
    assert "\n" not in str(caught.value)


def in_vault() -> CloudConfig:
    def change(raw: Raw) -> None:
        raw["kolla"]["passwords"] = {"vault": "a/b"}
        raw["vault"]["contents"] = {}

    return cloud("lab", change)


@pytest.mark.parametrize("main", [kolla_passwords.main, rotate], ids=["kolla-passwords", "rotate"])
def test_a_cloud_that_has_passwords_gets_no_new_ones_into_an_empty_vault(
    main: Any,
    vault: Vault,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "Pulumi.lab.yaml"
    file.write_text("config: {}\n")
    record = Record.read(file, "lab")
    record.stamp(["glance_keystone_password"], dt.datetime(2026, 11, 27, tzinfo=dt.UTC))
    record.save()
    monkeypatch.setattr(stack, "load", lambda *_, **__: in_vault())
    monkeypatch.setattr(password_stores, "in_vault", lambda _, path: InVault(kv(), path))
    words = ["--what", "glance_keystone_password", "--yes"] if main is rotate else []
    assert main(["--stack", "lab", "--config-file", str(file), *words]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "there is nothing in the vault" in said or "there are no passwords" in said
    assert vault.versions == []


def _without_contents(raw: Raw) -> None:
    raw["vault"].pop("contents", None)


def _read_by_a_service(raw: Raw) -> None:
    raw["vault"]["contents"] = {"services": {"api": {"secrets": ["kolla/+"]}}}


@pytest.mark.parametrize(
    ("config", "words", "says"),
    [
        (lambda: cloud("lab", lambda raw: raw.pop("vault")), ["--move"], "the stack has no vault of its own"),
        (lambda: cloud("lab", _without_contents), ["--move"], "add `contents: {}`"),
        (
            lambda: cloud("lab", _read_by_a_service),
            ["--move"],
            r"services\.api\.secrets\[0\]: .*only Pulumi reads",
        ),
        (lambda: cloud("lab"), ["--move", "../sys/mounts"], "is no path below kv"),
        (in_vault, ["--move"], "names the vault already"),
    ],
    ids=["no vault", "no engine", "a service reads them", "no path", "moved"],
)
def test_a_move_that_cannot_be_right_asks_no_host(
    config: Any,
    words: list[str],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(stack, "load", lambda *_, **__: config())
    monkeypatch.setattr("ops.vault_kv.opened", None)
    assert kolla_passwords.main(["--stack", "lab", *words]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert re.search(says, said)


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [("a/b", True), ("a/+", True), ("+/b", True), ("a/*", True), ("*", True), ("a", False), ("a/b/c", False)],
)
def test_a_policys_path_is_for_what_the_vault_says_it_is_for(pattern: str, covered: bool) -> None:
    assert covers(pattern, "a/b") == covered


@pytest.mark.parametrize("path", ["a", "a/b", "a/b/c"])
def test_the_programs_policy_reaches_every_path_that_a_stack_file_may_name(path: str) -> None:
    paths = json.loads(POLICY)["path"]
    may = {what: {word for at, given in paths.items() if covers(at, f"kv/{what}/{path}") for word in given["capabilities"]}
           for what in ("data", "metadata")}  # fmt: skip
    assert {"create", "read", "update"} <= may["data"]
    assert "read" in may["metadata"]


def test_a_stack_names_one_place(tmp_path: Path) -> None:
    def change(raw: Raw) -> None:
        raw["kolla"]["passwords"] = {"file": str(tmp_path / "none.yml")}

    kept = store("lab", None, cloud("lab", change, secrets=False))
    assert (str(kept), kept.read()) == (f"in {tmp_path / 'none.yml'}", {})
