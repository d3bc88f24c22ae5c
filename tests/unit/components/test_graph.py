"""The resources that the two components declare: names, parents, order, options, secrets; also at preview."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from components.connection import confirm_retries, host_connections
from components.firewall import Firewall, FirewallArgs
from components.firewall.plan import plan_firewall
from components.host_prep import HostPrep, HostPrepArgs
from components.host_prep.plan import plan_hosts
from components.state import canonical, digest
from tests.unit.components.engine import SECRET, SIGNATURE, Declared, Requests
from tests.unit.components.fleets import VERSION, fleet
from tests.unit.components.support import OPERATOR_KEY, Raw, cloud, files


@cache
def _declared() -> dict[bool, Requests]:
    """What the lab's own configuration declares, by preview: plain messages, made once for all tests."""
    return {}


class Graph(Declared):
    """HostPrep and Firewall together, as the program declares them."""

    async def declare(
        self, change: Callable[[Raw], None] | None = None, *, preview: bool = False
    ) -> Requests:
        """Run the program's components; requests by resource name."""
        if change is None and preview in _declared():
            return _declared()[preview]
        found = await self.run_program(lambda: self.program(change), lambda _: None, preview=preview)
        if change is None:
            _declared()[preview] = found
        return found

    def program(self, change: Callable[[Raw], None] | None) -> None:
        config = cloud("lab", change)
        hosts = HostPrep("hosts", HostPrepArgs(fleet(config), plan_hosts(config, files())))
        Firewall("firewall", FirewallArgs(fleet(config), plan_firewall(config), [hosts]))

    async def test_each_host_has_its_chain_and_nothing_else(self) -> None:
        found = await self.declare()
        config = cloud("lab")
        steps = ("copy", "base", "network", "network-confirm")
        wanted = {f"hosts-{host}-{step}" for host in config.active() for step in steps} | {
            "hosts-deploy-secrets"
        }
        wanted |= {f"firewall-{host}{end}" for host in config.active() for end in ("", "-confirm")}
        assert set(found) == wanted | {"hosts", "firewall"}
        assert "cmp03" not in " ".join(found)

    async def test_types_and_parents(self) -> None:
        found = await self.declare()
        assert found["hosts"].type == "cloud:host:HostPrep"
        assert found["firewall"].type == "cloud:host:Firewall"
        for name, request in found.items():
            if name not in ("hosts", "firewall"):
                component = name.split("-")[0]
                kind = "CopyToRemote" if name.endswith("-copy") else "Command"
                assert request.type == f"command:remote:{kind}", name
                assert request.parent.endswith(f"::{component}"), name

    async def test_a_hosts_steps_follow_each_other_and_no_other_host(self) -> None:
        found = await self.declare()
        after = {
            name: [urn.rsplit("::", 1)[1] for urn in request.dependencies]
            for name, request in found.items()
            if "-deploy" in name
        }
        assert after == {
            "hosts-deploy-copy": [],
            "hosts-deploy-base": ["hosts-deploy-copy"],
            "hosts-deploy-secrets": ["hosts-deploy-base"],
            "hosts-deploy-network": ["hosts-deploy-secrets"],
            "hosts-deploy-network-confirm": ["hosts-deploy-network"],
            "firewall-deploy": ["hosts-deploy-network-confirm"],
            "firewall-deploy-confirm": ["firewall-deploy"],
        }

    async def test_every_connection_is_secret_pinned_and_limited(self) -> None:
        for name, request in (await self.declare()).items():
            if name in ("hosts", "firewall"):
                continue
            wrapped = request.object["connection"]
            assert wrapped[SIGNATURE] == SECRET, name
            connection = wrapped["value"]
            assert str(connection["hostKey"]).startswith("ssh-ed25519 "), name
            assert connection["perDialTimeout"] == 10
            limit = confirm_retries(60) if name.endswith("-confirm") else 4
            assert connection["dialErrorLimit"] == limit, name

    async def test_every_command_has_a_stdin_a_deadline_and_no_leaks(self) -> None:
        for name, request in (await self.declare()).items():
            if request.type != "command:remote:Command":
                continue
            inputs = request.object
            assert "stdin" in inputs, name
            assert "sudo -n timeout --kill-after=30 " in inputs["create"], name
            assert inputs["addPreviousOutputInEnv"] is False, name
            assert "environment" not in inputs, name
            assert "triggers" not in inputs, name
            assert "PRIVATE KEY" not in inputs["create"], name

    async def test_states_are_sent_whole_and_confirmed_by_their_digest(self) -> None:
        found = await self.declare()
        plan = plan_hosts(cloud("lab"), files())["ctl01"]
        assert found["hosts-ctl01-base"].object["stdin"] == canonical(plan.base)
        assert found["hosts-ctl01-network"].object["stdin"] == canonical(plan.network)
        assert found["hosts-ctl01-network-confirm"].object["stdin"] == digest(canonical(plan.network))
        for name, group in (("hosts-ctl01-network", "network"), ("firewall-ctl01", "firewall")):
            assert f"apply {group} --expect {VERSION} --confirm-within 60" in found[name].object["create"]
            assert f"hostctl confirm {group} ||" in found[f"{name}-confirm"].object["create"]

    async def test_only_the_first_step_installs_hostctl(self) -> None:
        found = await self.declare()
        installing = {
            n for n, r in found.items() if "install -m 0755" in str(r.object.fields.get("create", ""))
        }
        assert installing == {name for name in found if name.endswith("-base")}

    async def test_secrets_are_secret_silent_and_cleared_where_there_are_none(self) -> None:
        found = await self.declare()
        secrets = found["hosts-deploy-secrets"]
        assert secrets.object["stdin"][SIGNATURE] == SECRET
        assert secrets.object["logging"] == "none"
        assert {"stdin", "stdout", "stderr", "connection"} <= set(secrets.additionalSecretOutputs)
        assert "apply secrets" not in found["hosts-deploy-base"].object["create"]
        assert "apply secrets" in found["hosts-ctl01-base"].object["create"]
        clear = [n for n, r in found.items() if "PRIVATE KEY" in str(r.object.fields.get("stdin", ""))]
        assert clear == ["hosts-deploy-secrets"]

    async def test_logins_for_apt_come_before_the_first_package(self) -> None:
        def change(raw: Raw) -> None:
            raw["packages"]["credentials"] = [{"machine": "10.10.10.2", "login": "a", "password": "canary"}]

        found = await self.declare(change)
        sources, base = found["hosts-ctl01-sources"], found["hosts-ctl01-base"]
        assert "install -m 0755" in sources.object["create"]
        assert [urn.rsplit("::", 1)[1] for urn in base.dependencies] == ["hosts-ctl01-sources"]
        assert "canary" not in str(base.object)

    async def test_a_reinstalled_host_gets_a_new_copy(self) -> None:
        found = await self.declare()
        copy = found["hosts-ctl01-copy"].object
        assert list(copy["triggers"]) == [cloud("lab").host_keys()["ctl01"]]
        assert copy["remotePath"] == ".hostctl"

    async def test_a_preview_with_unknowns_declares_the_same(self) -> None:
        real, preview = await self.declare(), await self.declare(preview=True)
        assert {n: str(r.object) for n, r in preview.items()} == {n: str(r.object) for n, r in real.items()}

    async def test_a_host_without_a_key_is_refused_before_any_resource(self) -> None:
        config = cloud("lab")
        hosts = dict(config.hosts) | {"ctl01": config.hosts["ctl01"].model_copy(update={"host_key": None})}
        with pytest.raises(ValueError, match=r"ctl01 .*make host-keys"):
            host_connections(config.model_copy(update={"hosts": hosts}), OPERATOR_KEY)


def test_a_confirmation_outlives_the_rollback_even_if_each_attempt_fails_at_once() -> None:
    for window in (10, 60, 600):
        pauses = [min(0.1 * 1.5**n, 5) for n in range(confirm_retries(window))]
        assert sum(pauses) > window + 30
