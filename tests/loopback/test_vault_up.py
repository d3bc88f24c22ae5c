"""VaultContents by `pulumi up`, in a real OpenBao: nothing twice, drift repaired, no secret told. No root."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from host_programs.vault_boot.policy import NAME, POLICY
from tests.loopback.vaults import ROOT, OneVault

_PROGRAM = """\
import dataclasses, json, pulumi
from components.vault_secrets.contents import plan_contents
from components.vault_secrets.declared import VaultContents, VaultContentsArgs
from tests.unit.components.test_vault_plan import with_vault

given = json.load(open("given.json"))
plan = plan_contents(with_vault(contents=given["contents"]))
plan = dataclasses.replace(plan, address=given["url"], ca=given["ca"])
VaultContents("secrets", VaultContentsArgs(plan, pulumi.Output.secret(given["login"]), []))
"""
_SERVICES = {"api": {"domains": ["cloud.test"], "secrets": ["database"], "allowedFrom": ["127.0.0.0/8"]}}


@dataclass
class Stack:
    """A program, its state in a folder, and the vault that it works on."""

    folder: Path
    vault: OneVault
    login: dict[str, str]
    said: str = ""

    def pulumi(self, *words: str, **contents: Any) -> str:
        given = {
            "contents": {"services": _SERVICES, **contents},
            "url": self.vault.url,
            "ca": self.vault.ca,
            "login": self.login,
        }
        (self.folder / "given.json").write_text(json.dumps(given))
        command = f'source "{ROOT}/.tools/env" && exec pulumi --non-interactive "$@"'
        environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
            "PULUMI_BACKEND_URL": f"file://{self.folder}",
            "PULUMI_CONFIG_PASSPHRASE": "of-this-test",
        }
        argv = ["bash", "-c", command, "-", *words]
        done = subprocess.run(
            argv, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        self.said += done.stdout + done.stderr
        return done.stdout

    def by_hand(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.vault.api().send(method, path, body, self.vault.token)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    subprocess.run([sys.executable, "-m", "toolchain"], cwd=ROOT, check=True, timeout=1200)
    folder = tmp_path_factory.mktemp("program")
    (folder / "Pulumi.yaml").write_text("name: openstack-cloud\nruntime: {name: python}\n")
    (folder / "__main__.py").write_text(_PROGRAM)
    with OneVault(tmp_path_factory.mktemp("vault")) as vault:
        made = Stack(folder, vault, {})
        made.by_hand("PUT", f"sys/policies/acl/{NAME}", {"policy": POLICY})
        made.by_hand("PUT", "sys/auth/approle", {"type": "approle"})
        role = f"auth/approle/role/{NAME}"
        made.by_hand("PUT", role, {"token_policies": [NAME], "token_no_default_policy": True})
        made.login["role_id"] = made.by_hand("GET", f"{role}/role-id")["data"]["role_id"]
        made.login["secret_id"] = made.by_hand("PUT", f"{role}/secret-id", {})["data"]["secret_id"]
        made.pulumi("stack", "init", "test")
        made.pulumi("up", "--yes", "--skip-preview")
        yield made


def issuers(stack: Stack) -> list[str]:
    return list(stack.by_hand("GET", "pki/issuers?list=true")["data"]["keys"])


def test_a_second_up_changes_nothing(stack: Stack) -> None:
    stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def test_what_was_changed_or_deleted_by_hand_is_found_and_restored(stack: Stack) -> None:
    before = stack.by_hand("GET", "sys/policies/acl/api")["data"]["policy"]
    stack.by_hand("PUT", "sys/policies/acl/api", {"policy": 'path "kv/*" { capabilities = ["read"] }'})
    stack.by_hand("PUT", "sys/mounts/kv/tune", {"description": "by hand"})
    stack.by_hand("DELETE", "pki/roles/api")
    seen = stack.pulumi("up", "--refresh", "--yes", "--skip-preview")
    assert "+ 1 created" in seen
    assert "~ 2 updated" in seen
    assert stack.by_hand("GET", "sys/policies/acl/api")["data"]["policy"] == before
    assert stack.by_hand("GET", "sys/mounts")["data"]["kv/"]["description"] == "Secrets of the cloud"
    stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")


def test_a_new_intermediate_is_the_default_before_the_old_one_goes(stack: Stack) -> None:
    old = issuers(stack)
    stack.pulumi("up", "--yes", "--skip-preview", intermediateDays=1000)
    (new,) = issuers(stack)
    assert new not in old
    assert stack.by_hand("GET", "pki/config/issuers")["data"]["default"] == new
    issued = stack.by_hand("PUT", "pki/issue/api", {"common_name": "a.cloud.test"})["data"]
    assert issued["certificate"]
    stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", intermediateDays=1000)


def test_no_secret_is_told_or_in_the_state_in_clear(stack: Stack) -> None:
    state = stack.pulumi("stack", "export", intermediateDays=1000)
    assert '"authLogin"' in state
    for secret in (stack.login["secret_id"], stack.vault.token):
        assert secret not in stack.said
        assert secret not in state
