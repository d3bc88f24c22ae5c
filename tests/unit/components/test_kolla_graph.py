"""What KollaCluster declares: names, order, secrets, and when its runs run again; also at preview."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components.kolla_cluster import KollaCluster, KollaClusterArgs
from components.kolla_cluster.plan import plan_kolla
from components.kolla_cluster.seal import sealed
from components.kolla_cluster.secret_files import read_secrets
from host_programs.bundle import Program
from tests.unit.components.engine import SECRET, SIGNATURE, Declared, Requests
from tests.unit.components.fleets import Before, fleet
from tests.unit.components.support import Raw, cloud

KEYRING = "[client.glance]\n    key = canary-of-a-keyring==\n"
Change = Callable[[KollaClusterArgs], KollaClusterArgs]


class Graph(Declared):
    """What one KollaCluster declares."""

    async def declare(
        self,
        change: Callable[[Raw], None] | None = None,
        *,
        args: Change = lambda args: args,
        ceph: bool = True,
        preview: bool = False,
    ) -> Requests:
        def program() -> None:
            config = cloud("lab", change)
            files: pulumi.Output[Any] = pulumi.Output.secret({"glance/ceph.client.glance.keyring": KEYRING})
            if preview:
                files = pulumi.Output(
                    set(), asyncio.ensure_future(_value({})), asyncio.ensure_future(_value(False)), _secret()
                )
            wanted = KollaClusterArgs(
                fleet(config, kolla_run="runner-1"),
                replace(plan_kolla(config), deploy=False),
                read_secrets(config),
                after=[Before("firewall", ["ctl01", "cmp01"]), None, Before("ceph", ["ceph01"])],
                storage_files=files if ceph else None,
            )
            KollaCluster("kolla", args(wanted))

        found = await self.run_program(program, lambda _: None, preview=preview)
        return {name: request for name, request in found.items() if not request.type.startswith("test:")}

    async def test_steps_follow_each_other_after_all_that_comes_before(self) -> None:
        found = await self.declare()
        after = {
            name: sorted(urn.rsplit("::", 1)[1] for urn in request.dependencies)
            for name, request in found.items()
            if name != "kolla"
        }
        assert after == {
            "kolla-copy": ["ceph-ceph01", "firewall-cmp01", "firewall-ctl01"],
            "kolla-tools": ["kolla-copy"],
            "kolla-config": ["kolla-tools"],
            "kolla-secrets": ["kolla-config"],
            "kolla-prechecks": ["kolla-secrets"],
            "kolla-genconfig": ["kolla-prechecks"],
        }

    async def test_types_and_parents(self) -> None:
        found = await self.declare()
        assert found["kolla"].type == "cloud:openstack:KollaCluster"
        for name, request in found.items():
            if name != "kolla":
                kind = "CopyToRemote" if name.endswith("-copy") else "Command"
                assert request.type == f"command:remote:{kind}", name
                assert request.parent.endswith("::kolla"), name

    async def test_without_deploy_configuration_is_written_and_with_it_only_planned(self) -> None:
        found = await self.declare()
        assert "kolla-run genconfig-changed --for" in found["kolla-genconfig"].object["create"]
        found = await self.declare(args=lambda args: replace(args, plan=replace(args.plan, deploy=True)))
        assert "prechecks-changed --registry --for" in found["kolla-prechecks"].object["create"]
        assert "kolla-run plan --for" in found["kolla-genconfig"].object["create"]
        assert "kolla-run pull-changed --for" in found["kolla-pull"].object["create"]
        assert "kolla-run deploy-changed --for" in found["kolla-deploy"].object["create"]
        assert "kolla-run post-deploy --for" in found["kolla-post-deploy"].object["create"]

    async def test_what_is_expected_afterwards_is_checked_again_without_deploying_again(self) -> None:
        def wanted(expectations: str) -> Change:
            return lambda args: replace(args, plan=replace(args.plan, deploy=True, expectations=expectations))

        first, second = [await self.declare(args=wanted(text)) for text in ('{"one": 1}', '{"two": 2}')]
        differ = {name for name in first if first[name].object.fields != second[name].object.fields}
        assert differ == {"kolla-config", "kolla-integrity"}
        assert "kolla-run integrity --for" in first["kolla-integrity"].object["create"]
        assert [one.rpartition("::")[2] for one in first["kolla-integrity"].dependencies] == [
            "kolla-post-deploy"
        ]
        assert "kolla-integrity" not in await self.declare(), "nothing is deployed"

    async def test_every_command_has_a_stdin_a_deadline_and_no_secret(self) -> None:
        found = await self.declare(args=lambda args: replace(args, plan=replace(args.plan, deploy=True)))
        passwords = json.dumps(dict(read_secrets(cloud("lab")).files))
        for name, request in found.items():
            if request.type != "command:remote:Command":
                continue
            inputs = request.object
            assert "stdin" in inputs, name
            assert "sudo -n timeout --kill-after=30 " in inputs["create"], name
            assert inputs["addPreviousOutputInEnv"] is False, name
            assert "triggers" not in inputs, name
            assert inputs["connection"][SIGNATURE] == SECRET, name
            if name != "kolla-secrets":
                text = str(inputs.fields["stdin"]) + str(inputs["create"])
                assert "canary" not in text, name
                assert not any(word in text for word in _long_words(passwords)), name

    async def test_passwords_and_keyrings_are_secret_silent_and_root_readable_only(self) -> None:
        secrets = (await self.declare())["kolla-secrets"]
        assert secrets.object["stdin"][SIGNATURE] == SECRET
        assert secrets.object["logging"] == "none"
        assert {"stdin", "stdout", "stderr", "connection"} <= set(secrets.additionalSecretOutputs)
        state = json.loads(secrets.object["stdin"]["value"])
        keyring = state["files"]["/etc/kolla-deploy/config/glance/ceph.client.glance.keyring"]
        assert keyring == {"content": KEYRING, "mode": "0600", "owner": "kolla:kolla", "sensitive": True}
        assert state["files"]["/etc/kolla-deploy/passwords.yml"]["mode"] == "0600"
        assert state["directories"]["/etc/kolla-deploy/config/glance"]["owner"] == "kolla:kolla"

    async def test_configuration_is_sent_as_it_is_so_that_a_preview_shows_the_difference(self) -> None:
        plan = plan_kolla(cloud("lab"))
        state = json.loads((await self.declare())["kolla-config"].object["stdin"])
        assert state["files"]["/etc/kolla-deploy/globals.yml"]["content"] == plan.globals_yaml
        assert state["files"]["/etc/kolla-deploy/inventory"]["content"] == plan.inventory

    async def test_tools_are_the_releases_pins_and_the_runners_files(self) -> None:
        tools = (await self.declare())["kolla-tools"].object
        state = json.loads(tools["stdin"])
        assert "kolla-ansible==22.2.0" in state["venvs"]["/opt/kolla-ansible/2026.1"]["requirements"]
        assert "/opt/kolla-run/callback/cloud_progress.py" in state["files"]
        assert "/opt/kolla-run/playbooks/collect.yml" in state["files"]
        assert "/opt/kolla-run/library/kolla_container.py" in state["files"]
        assert "python-openstackclient==10.1.0" in state["venvs"]["/opt/kolla-ansible/2026.1"]["requirements"]
        assert (
            "exec /opt/kolla-ansible/2026.1/bin/openstack"
            in state["files"]["/usr/local/bin/openstack"]["content"]
        )
        assert json.loads(state["files"]["/opt/kolla-run/release.json"]["content"])["runner"] == "runner-1"
        assert "install -m 0755 .kolla-run /opt/kolla-run/kolla-run" in tools["create"]
        assert "kolla-run install-deps" in tools["create"]

    async def test_nothing_is_changed_under_a_run_that_goes_on(self) -> None:
        found = await self.declare()
        for name in ("kolla-tools", "kolla-config", "kolla-secrets"):
            assert str(found[name].object["create"]).startswith(
                "if sudo -n test -x /opt/kolla-run/kolla-run"
            ), name

    async def test_runs_run_again_exactly_when_something_changed(self) -> None:
        def stdin(found: Requests) -> str:
            texts = {str(found[f"kolla-{step}"].object["stdin"]) for step in ("prechecks", "genconfig")}
            assert len(texts) == 1
            return texts.pop()

        def debug(raw: Raw) -> None:
            raw["kolla"].setdefault("globals", {})["glance_logging_debug"] = True

        def other(args: KollaClusterArgs) -> KollaClusterArgs:
            return sealed_by(args, files={**args.secrets.files, "passwords.yml": "others"})

        def sealed_by(args: KollaClusterArgs, **changed: Any) -> KollaClusterArgs:
            return replace(args, secrets=replace(args.secrets, **changed))

        def grown(args: KollaClusterArgs) -> KollaClusterArgs:
            return replace(args, plan=replace(args.plan, hosts=(*args.plan.hosts, "cmp09")))

        def renewed(args: KollaClusterArgs) -> KollaClusterArgs:
            return replace(args, fleet=replace(args.fleet, kolla_run=Program(Path(__file__), "2")))

        first = stdin(await self.declare())
        assert sorted(json.loads(first)) == ["configuration", "hosts", "release", "secrets"]
        assert stdin(await self.declare()) == first
        assert stdin(await self.declare(debug)) != first
        assert stdin(await self.declare(args=other)) != first
        assert stdin(await self.declare(ceph=False)) != first
        assert stdin(await self.declare(args=lambda args: sealed_by(args, seal="another key"))) != first
        assert stdin(await self.declare(args=grown)) != first
        assert stdin(await self.declare(args=renewed)) == first

    async def test_a_run_for_other_inputs_is_another_command(self) -> None:
        create = str((await self.declare())["kolla-prechecks"].object["create"])
        assert create.endswith('kolla-run prechecks-changed --for "$(sha256sum | cut -c1-16)"')

    async def test_a_preview_before_there_is_a_ceph_declares_the_same_resources(self) -> None:
        real, preview = await self.declare(), await self.declare(preview=True)
        assert set(preview) == set(real)
        assert preview["kolla-config"].object["stdin"] == real["kolla-config"].object["stdin"]

    async def test_arguments_show_no_secret(self) -> None:
        shown: list[str] = []

        def look(args: KollaClusterArgs) -> KollaClusterArgs:
            shown.append(repr(replace(args, plan=args.plan, storage_files=None)))
            return args

        await self.declare(args=look)
        assert "nobody guesses" not in shown[0]
        assert "passwords.yml" not in shown[0]


def test_a_fingerprint_of_secrets_is_keyed() -> None:
    files = {"passwords.yml": "x"}
    assert sealed(files, "key") == sealed(dict(files), "key")
    assert sealed(files, "key") != sealed(files, "another")
    assert sealed({"a": "bc"}, "key") != sealed({"ab": "c"}, "key")
    with pytest.raises(ValueError, match="needs a key"):
        sealed(files, "")


async def _value(value: Any) -> Any:
    return value


def _secret() -> Any:
    return asyncio.ensure_future(_value(True))


def _long_words(text: str) -> set[str]:
    """What can only be a password: the values of the fake passwords."""
    return {word for word in text.replace("\\n", " ").split() if len(word) > 30 and word.isalnum()}
