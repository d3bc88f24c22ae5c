"""The program as a whole: which stages there are, in which order, and what a preview is told."""

from __future__ import annotations

import datetime as dt
import os
import runpy
import sys
from collections.abc import Awaitable, Callable
from fnmatch import fnmatch
from typing import Any
from unittest import mock

import pulumi

from components.plans import plan_cloud
from components.stages import on_all_hosts, on_host
from config import load, release_map
from ops import hosts_first, vault_first
from tests.unit.components.answers import answers
from tests.unit.components.engine import Declared, Requests
from tests.unit.components.fleets import Before
from tests.unit.components.support import GOLDEN, ROOT, Raw, cloud, host_key


def main() -> Callable[[], Awaitable[None]]:
    """The program's `main`; `pulumi.run` only hands it over here."""
    handed: list[Any] = []
    with mock.patch.object(pulumi, "run", handed.append):
        runpy.run_path(str(ROOT / "__main__.py"))
    return handed[0]  # type: ignore[no-any-return]


class Program(Declared):
    async def declare(
        self, change: Callable[[Raw], None], *, today: dt.date = dt.date(2026, 1, 1)
    ) -> Requests:
        config = cloud("lab", change)
        self.said: list[str] = []
        with (
            mock.patch.object(load, "load_pulumi", return_value=config),
            mock.patch.object(release_map, "support_ended", _on(today)),
            mock.patch.object(pulumi, "warn", self.said.append),
        ):
            program = main()
            return await self.run_program(program, answers)

    async def test_a_stage_that_the_stack_file_does_not_ask_for_is_not_there(self) -> None:
        found = await self.declare(_hosts_only)
        assert {name for name in found if "-" not in name} == {"command", "hosts", "firewall"}

    async def test_a_large_clouds_first_run_declares_its_hosts_alone(self) -> None:
        with mock.patch.dict(os.environ, hosts_first.ENVIRONMENT):
            found = await self.declare(lambda raw: None)
        assert {name for name in found if "-" not in name} == {"command", "hosts", "firewall"}
        assert "tenancy-openstack" not in found

    async def test_a_run_up_to_the_vault_declares_it_with_its_contents_and_nothing_that_waits_for_them(
        self,
    ) -> None:
        with mock.patch.dict(os.environ, vault_first.ENVIRONMENT):
            found = await self.declare(lambda raw: None)
        stages = {"hosts", "firewall", "vault", "secrets"}
        assert {name for name in found if "-" not in name} == {"command", *stages}
        targets = [word for word in vault_first.ARGUMENTS if word.startswith("**")]
        for name, request in found.items():
            parents = request.parent.split("::")[-2].removeprefix("pulumi:pulumi:Stack").removeprefix("$")
            urn = f"urn:pulumi:lab::cloud::{'$'.join(filter(None, (parents, request.type)))}::{name}"
            assert any(fnmatch(urn, target) for target in targets), urn

    async def test_no_host_brings_the_stack_of_its_declaration_into_the_state(self) -> None:
        found = await self.declare(_hosts_only)
        for name, request in found.items():
            assert not (request.stackTrace.frames and "-" in name), name
        assert not hasattr(sys, "tracebacklimit"), "what goes wrong is shown whole"

    async def test_a_lab_of_an_earlier_version_has_no_resource_replaced(self) -> None:
        """Another name, type, parent or trigger would be a new resource: done again on the host, or taken away."""
        found = await self.declare(_hosts_only)
        for line in (GOLDEN / "former.txt").read_text().splitlines():
            name, kind, parent = line.replace(":", "", 1).replace(" in ", " ").split()
            request = found.pop(name)
            assert request.type == kind, name
            if "-" in name:
                assert request.parent.endswith(f"::{parent}"), name
                triggers = [str(value) for value in request.object.fields["triggers"].list_value]
                wanted = [host_key(name.split("-")[1])] if name.endswith("-copy") else []
                assert triggers == wanted, name
        assert set(found) == {"command"}

    async def test_stages_come_one_after_the_other(self) -> None:
        found = await self.declare(lambda raw: None)

        def before(name: str) -> set[str]:
            return {urn.rsplit("::", 1)[1] for urn in found[name].dependencies}

        assert before("firewall-ceph01") == {"hosts-ceph01-network-confirm"}
        assert before("ceph-ceph01-ceph-base") == {"firewall-ceph01-confirm"}
        firewalls = {name for name in found if name.startswith("firewall-") and name.endswith("-confirm")}
        assert firewalls < before("kolla-copy")
        assert {name for name in before("kolla-copy") if name.startswith("ceph-")}

    async def test_a_release_that_is_no_longer_mended_is_said(self) -> None:
        await self.declare(lambda raw: None, today=dt.date(2027, 10, 28))
        assert [
            text for text in self.said if "support of OpenStack 2026.1 (Gazpacho) ended on 2027-10-27" in text
        ]
        await self.declare(lambda raw: None)
        assert not self.said

    async def test_a_stage_waits_for_its_host_or_for_all(self) -> None:
        found: dict[str, list[str]] = {}

        def program() -> None:
            one, other = Before("one", ["a", "b"]), Before("other", ["b"])
            after = [one, None, other]
            found["a"] = _names(on_host(after, "a"))
            found["b"] = _names(on_host(after, "b"))
            found["all"] = _names(on_all_hosts(after))

        await self.run_program(program, answers)
        assert found == {"a": ["one-a"], "b": ["one-b", "other-b"], "all": ["one-a", "one-b", "other-b"]}


def _hosts_only(raw: Raw) -> None:
    del raw["vault"], raw["kolla"], raw["ceph"], raw["tenancy"]


def _on(today: dt.date) -> Callable[[str, dt.date], str | None]:
    real = release_map.support_ended
    return lambda series, _: real(series, today)


def _names(steps: list[pulumi.Resource]) -> list[str]:
    return [step._name for step in steps]


def test_what_a_plan_holds_of_secrets_is_not_shown() -> None:
    plans = plan_cloud(cloud("lab"))
    assert plans.gateway_password
    for secret in (plans.operator_key.splitlines()[1], plans.gateway_password):
        assert secret not in repr(plans)
