"""`make edge-login`: what works stays, what cannot be right is one line, no secret is told. With a vault: tests/loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.model.errors import ConfigErrors
from ops import edge_login
from ops.edge_login import Wanted, wanted, work
from ops.stack import StackError
from tests.unit.components.support import Raw, cloud
from tests.unit.components.test_edge_tls import edge
from tests.unit.config.kolla_secrets import certificate

ROOT_CA, OTHER_CA = certificate("root", with_key=False), certificate("other", with_key=False)
ROLE = "auth/approle/role/edge"


class Vault:
    """Knows one root CA, one role and its secret ids."""

    def __init__(self, *, role: bool = True) -> None:
        self.role = role
        self.ids: dict[str, dict[str, Any]] = {}
        """What is known of each, by secret id."""

    def ask(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        if (method, path) == ("GET", "pki-root/cert/ca"):
            return {"certificate": ROOT_CA}
        if (method, path) == ("GET", f"{ROLE}/role-id"):
            return {"role_id": "r"} if self.role else None
        if (method, path) == ("GET", f"{ROLE}/secret-id?list=true"):
            return {"keys": [one["secret_id_accessor"] for one in self.ids.values()]} if self.ids else None
        if (method, path) == ("PUT", f"{ROLE}/secret-id"):
            return {"secret_id": self.make()}
        assert body is not None
        if (method, path) == ("PUT", f"{ROLE}/secret-id/lookup"):
            return self.ids.get(body["secret_id"])
        assert (method, path) == ("PUT", f"{ROLE}/secret-id-accessor/destroy")
        self.ids = {
            name: one for name, one in self.ids.items() if one["secret_id_accessor"] not in body.values()
        }
        return None

    def make(self, uses: int = 0, seconds: int = 0) -> str:
        name = f"hunter{len(self.ids)}"
        limits = {"secret_id_num_uses": uses, "secret_id_ttl": seconds}
        self.ids[name] = {"secret_id_accessor": f"accessor of {len(self.ids)}", **limits}
        return name


@pytest.fixture
def files(tmp_path: Path) -> Wanted:
    return Wanted("edge", tmp_path / "vault" / "root.pem", tmp_path / "home" / "edge.json", "")


def done(files: Wanted, vault: Vault, *, new: bool = False, ends_old: bool = False) -> list[str]:
    said = list(work(files, vault.ask, new=new, ends_old=ends_old, name="prod"))
    assert "hunter" not in "".join(said)
    return said


def secret_id(files: Wanted) -> str:
    return str(json.loads(files.login.read_text())["secret_id"])


def test_both_files_are_made_for_their_owner_alone_and_a_second_call_keeps_them(files: Wanted) -> None:
    vault = Vault()
    first = done(files, vault)
    assert [line.split(":")[0] for line in first] == [f"created {files.ca}", f"created {files.login}", "next"]
    assert files.ca.read_text() == ROOT_CA.strip() + "\n"
    assert json.loads(files.login.read_text()) == {"role_id": "r", "secret_id": "hunter0"}
    assert {path.stat().st_mode & 0o777 for path in (files.ca, files.login)} == {0o600}
    second = done(files, vault)
    assert [line.split(":")[0] for line in second] == [f"kept {files.ca}", f"kept {files.login}", "next"]
    assert list(vault.ids) == ["hunter0"]


def of_another_vault(_: Vault) -> str:
    return json.dumps({"role_id": "other", "secret_id": "hunter0"})


def ended(_: Vault) -> str:
    return json.dumps({"role_id": "r", "secret_id": "gone"})


def serves_once(vault: Vault) -> str:
    return json.dumps({"role_id": "r", "secret_id": vault.make(uses=1)})


def expires(vault: Vault) -> str:
    return json.dumps({"role_id": "r", "secret_id": vault.make(seconds=600)})


@pytest.mark.parametrize(
    "text", [of_another_vault, ended, serves_once, expires, lambda _: "", lambda _: "[]"]
)
def test_a_login_that_does_not_work_or_would_soon_stop_is_replaced(
    text: Callable[[Vault], str], files: Wanted
) -> None:
    vault = Vault()
    files.login.parent.mkdir()
    before = text(vault)
    files.login.write_text(before)
    assert done(files, vault)[1].startswith("created ")
    assert files.login.read_text() != before
    assert vault.ids[secret_id(files)]["secret_id_num_uses"] == 0


def test_another_login_leaves_the_one_before_valid_until_it_is_retired(files: Wanted) -> None:
    vault = Vault()
    done(files, vault)
    said = done(files, vault, new=True)
    assert said[-1].endswith("`make edge-login STACK=prod ARGS=--retire` ends the ones before")
    assert list(vault.ids) == ["hunter0", "hunter1"]
    assert done(files, vault, ends_old=True) == [f"kept {files.login}: the login of edge; 1 retired"]
    assert list(vault.ids) == [secret_id(files)] == ["hunter1"]


def test_nothing_is_retired_where_the_file_has_no_working_login(files: Wanted) -> None:
    vault = Vault()
    vault.make()
    with pytest.raises(StackError, match=r"edge\.json: does not work"):
        done(files, vault, ends_old=True)
    assert list(vault.ids) == ["hunter0"]


def test_a_ca_file_with_others_stays_if_it_has_the_vault_s_and_is_never_overwritten(files: Wanted) -> None:
    files.ca.parent.mkdir()
    files.ca.write_text(OTHER_CA)
    with pytest.raises(StackError, match=r"cloud:kolla\.tls\.ca: .*root\.pem: has not the vault's root CA"):
        done(files, Vault())
    assert files.ca.read_text() == OTHER_CA
    files.ca.write_text(OTHER_CA + ROOT_CA)
    assert done(files, Vault())[0].startswith(f"kept {files.ca}")


def test_a_class_that_was_never_declared_there_says_which_command_does(files: Wanted) -> None:
    with pytest.raises(
        StackError, match=r"contents\.services\.edge: .* not in the vault yet \(make up UNTIL"
    ):
        done(files, Vault(role=False))


def test_the_stack_file_says_which_files_and_may_name_them_before_they_are_there(tmp_path: Path) -> None:
    def change(raw: Raw) -> None:
        edge(tmp_path, raw)
        raw["kolla"]["tls"] |= {"ca": str(tmp_path / "none.pem")}
        raw["kolla"]["tls"]["renewal"] = {"service": "edge", "login": {"file": str(tmp_path / "none.json")}}

    _, found = wanted(cloud("prod", change, secrets=False), tmp_path)
    assert found == Wanted("edge", tmp_path / "none.pem", tmp_path / "none.json", "")


def test_a_stack_file_that_names_none_is_told_what_to_write(tmp_path: Path) -> None:
    def change(raw: Raw) -> None:
        before = raw["kolla"]["tls"]
        edge(tmp_path, raw)
        raw["kolla"]["tls"] = before

    _, found = wanted(cloud("prod", change), tmp_path)
    assert found.ca == tmp_path / "vault" / "root.pem"
    assert found.login == Path.home() / ".openstack-prod" / "edge.json"
    assert done(found, Vault())[2].startswith("for the stack file: cloud:kolla.tls: {source: vault, ca: ")


def no_vault(raw: Raw) -> None:
    raw.pop("vault", None)


def no_class(raw: Raw) -> None:
    raw["vault"]["contents"]["services"] = {"other": {"domains": ["cloud.example.com"]}}


def for_one_use(raw: Raw) -> None:
    raw["vault"]["contents"]["services"]["edge"]["unattended"] = False


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (no_vault, "cloud:vault: is missing"),
        (no_class, "cloud:vault.contents.services: edge: is missing"),
        (for_one_use, "cloud:vault.contents.services.edge.unattended: false: "),
    ],
)
def test_what_the_stack_file_lacks_is_one_line(
    broken: Callable[[Raw], None], said: str, tmp_path: Path
) -> None:
    def change(raw: Raw) -> None:
        before = raw["kolla"]["tls"]
        edge(tmp_path, raw)
        raw["kolla"]["tls"] = before
        broken(raw)

    with pytest.raises(StackError) as raised:
        wanted(cloud("prod", change), tmp_path)
    assert str(raised.value).startswith(said)
    assert "\n" not in str(raised.value)


def test_a_login_in_the_stack_file_itself_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"renewal\.login\.secret: .*name a `file` instead"):
        wanted(cloud("prod", lambda raw: edge(tmp_path, raw)), tmp_path)


def test_no_stack_file_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert edge_login.main(["--stack", "nowhere"]) == 1
    assert capsys.readouterr().err.startswith("Pulumi.nowhere.yaml: no such stack file")


def test_the_whole_cloud_without_its_two_files_is_told_which_command_creates_them(tmp_path: Path) -> None:
    def change(raw: Raw) -> None:
        edge(tmp_path, raw)
        raw["kolla"]["tls"]["ca"] = str(tmp_path / "none.pem")
        raw["kolla"]["tls"]["renewal"]["login"] = {"file": str(tmp_path / "none.json")}

    with pytest.raises(ConfigErrors) as raised:
        cloud("prod", change)
    assert [problem.path for problem in raised.value.problems] == [
        "cloud:kolla.tls.ca",
        "cloud:kolla.tls.renewal.login.file",
    ]
    assert all("`make edge-login STACK=…`" in problem.fix for problem in raised.value.problems)
