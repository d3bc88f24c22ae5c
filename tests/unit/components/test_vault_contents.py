"""What VaultContents declares: one provider with a secret login, and what would be lost is protected."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

import pulumi

from components.vault_secrets.contents import plan_contents
from components.vault_secrets.declared import KINDS, VaultContents, VaultContentsArgs
from components.vault_secrets.wanted import Wanted
from tests.unit.components.engine import SECRET, SIGNATURE, Declared, Requests
from tests.unit.components.fleets import Before
from tests.unit.components.test_outputs_page import rows
from tests.unit.components.test_vault_plan import with_vault

LOGIN = {"role_id": "role", "secret_id": "hunter2-secret-id"}
SERVICES = {"api": {"domains": ["cloud.test"], "secrets": ["api/database"]}, "jobs": {"secrets": ["jobs"]}}


def config() -> Any:
    return with_vault(contents={"services": SERVICES, "clients": {}})


def wanted() -> tuple[Wanted, ...]:
    plan = plan_contents(config())
    assert plan
    return plan.wanted


def test_without_contents_nothing_is_declared() -> None:
    assert plan_contents(with_vault()) is None


def test_the_official_sdk_has_every_type_and_argument() -> None:
    for item in wanted():
        module, kind = KINDS[item.kind]
        found = getattr(import_module(f"pulumi_vault.{module.lower()}".rstrip(".")), f"{kind}Args")
        assert item.values.keys() <= inspect.signature(found).parameters.keys(), item.name


def test_a_policy_names_each_path() -> None:
    texts = {item.name: str(item.values["policy"]) for item in wanted() if item.kind == "policy"}
    assert set(texts) == {"api-policy", "jobs-policy", "operators-policy"}
    assert not [name for name, text in texts.items() if "*" in text or "+" in text]
    assert '"pki/issue/api"' in texts["api-policy"]
    assert "pki/" not in texts["jobs-policy"]


def test_only_what_logs_in_by_itself_has_a_secret_id_that_stays() -> None:
    services = {"edge": {"domains": ["cloud.test"], "unattended": True}, "api": {"domains": ["cloud.test"]}}
    plan = plan_contents(with_vault(contents={"services": services}))
    assert plan
    logins = {item.name: item.values for item in plan.wanted if item.kind == "login"}
    kept = {name: (one["secret_id_num_uses"], one["secret_id_ttl"]) for name, one in logins.items()}
    assert kept == {"edge-login": (0, 0), "api-login": (1, 600)}


class Contents(Declared):
    async def declare(self) -> Requests:
        def program() -> None:
            plan = plan_contents(config())
            assert plan
            before = Before("before", config().active())
            login = pulumi.Output.secret(LOGIN)
            VaultContents("secrets", VaultContentsArgs(plan, login, [before]))

        found = await self.run_program(program, lambda _: None, preview=True)
        return {name: request for name, request in found.items() if not name.startswith("before")}

    async def test_the_login_is_secret_and_the_rest_of_the_provider_is_known(self) -> None:
        provider = (await self.declare())["secrets-vault"].object
        assert provider["authLogin"][SIGNATURE] == SECRET
        assert provider["address"] == "https://10.10.10.11:8200"
        assert provider["skipChildToken"] == "true"

    async def test_what_would_be_lost_is_protected(self) -> None:
        found = await self.declare()
        protected = {name for name, request in found.items() if request.protect}
        mounts = {"secrets-root", "secrets-ca", "secrets-kv", "secrets-clients"}
        keys = {"secrets-root-certificate", "secrets-ca-request", "secrets-clients-certificate"}
        assert protected == mounts | keys

    async def test_urls_and_crl_stand_before_a_ca_signs(self) -> None:
        found = await self.declare()
        for name, needs in (
            ("root-certificate", "root"),
            ("ca-certificate", "ca"),
            ("api-certificates", "ca"),
        ):
            before = {urn.rsplit("::", 1)[1] for urn in found[f"secrets-{name}"].dependencies}
            assert {f"secrets-{needs}-urls", f"secrets-{needs}-crl"} <= before

    async def test_every_object_is_on_the_page(self) -> None:
        found = await self.declare()
        steps = {name.replace("-api-", "-SERVICE-").replace("-jobs-", "-SERVICE-") for name in found}
        assert steps - {"secrets"} == rows("For `secrets` (")
