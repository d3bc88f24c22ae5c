"""What VaultSecrets declares: the founder last, its login secret, and nothing secret in a command."""

from __future__ import annotations

import re
from typing import Any

from components.vault_secrets import VaultSecrets, VaultSecretsArgs
from tests.unit.components.answers import LOGIN, answers
from tests.unit.components.engine import SECRET, SIGNATURE, Declared, Requests
from tests.unit.components.fleets import Before, fleet
from tests.unit.components.test_outputs_page import rows
from tests.unit.components.test_vault_plan import plan, with_vault


def dependencies(request: Any) -> set[str]:
    return {urn.rsplit("::", 1)[1] for urn in request.dependencies}


class Vault(Declared):
    async def declare(self) -> Requests:
        self.logins: list[dict[str, str]] = []

        def program() -> None:
            config = with_vault()
            before = Before("before", config.active())
            vault = VaultSecrets("vault", VaultSecretsArgs(fleet(config), plan(), [before]))
            vault.credentials.apply(self.logins.append)
            self.is_secret = vault.credentials.is_secret()

        found = await self.run_program(program, answers)
        return {name: request for name, request in found.items() if not name.startswith("before")}

    async def test_the_founder_founds_when_the_others_can_say_whether_there_is_a_cluster(self) -> None:
        found = await self.declare()
        founding = found["vault-ctl01-vault-service"]
        assert {"vault-ctl02-vault-service", "vault-ctl03-vault-service"} <= dependencies(founding)
        create = str(founding.object["create"])
        assert create.index("vault-boot found") < create.index("hostctl apply vault-service")
        for host in ("ctl02", "ctl03"):
            assert "vault-boot" not in str(found[f"vault-{host}-vault-service"].object["create"])
        assert dependencies(found["vault-ctl01-hand-over"]) == {"vault-ctl01-vault-service"}
        assert dependencies(found["vault-ctl01-credentials"]) == {"vault-ctl01-hand-over"}

    async def test_nodes_take_snapshots_once_the_founder_has_made_their_login(self) -> None:
        found = await self.declare()
        for host in ("ctl01", "ctl02", "ctl03"):
            login, timer = found[f"vault-{host}-vault-snapshot-login"], found[f"vault-{host}-vault-snapshots"]
            assert "vault-ctl01-snapshot-login" in dependencies(login)
            assert dependencies(timer) == {f"vault-{host}-vault-snapshot-login"}

    async def test_every_step_is_on_the_page(self) -> None:
        found = await self.declare()
        steps = {re.sub(r"^vault-ctl0\d", "vault-HOST", name) for name in found if name != "vault"}
        assert steps == rows("For `vault` (")

    async def test_the_login_is_a_secret(self) -> None:
        found = await self.declare()
        assert self.logins == [LOGIN]
        assert await self.is_secret
        asked = found["vault-ctl01-credentials"]
        assert asked.object["logging"] == "none"
        assert "stdout" in asked.additionalSecretOutputs

    async def test_no_secret_is_in_a_command_or_in_a_plain_stdin(self) -> None:
        for name, request in (await self.declare()).items():
            if request.type == "command:remote:Command":
                assert "hunter2" not in request.object["create"], name
                stdin = request.object["stdin"]
                assert "hunter2" not in str(stdin) or stdin[SIGNATURE] == SECRET, name
