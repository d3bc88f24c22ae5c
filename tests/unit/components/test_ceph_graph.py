"""What CephStorage declares in each mode: the order across hosts, secrets, protection, and previews."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi

from components.ceph_storage import CephStorage, CephStorageArgs
from components.ceph_storage.plan import plan_ceph
from tests.unit.components.answers import CEPH_CANARY as CANARY
from tests.unit.components.answers import answers
from tests.unit.components.engine import SECRET, SIGNATURE, Declared, Requests
from tests.unit.components.fleets import Before, fleet
from tests.unit.components.support import Raw, cloud

HOSTS = ("ceph01", "ceph02", "ceph03")
EXTERNAL: Raw = {
    "mode": "external",
    "fsid": "1d89fec3-325a-4963-a950-c4afedd37fe3",
    "services": {"glance": {}, "cinder": {}},
    "external": {"monHosts": ["10.10.20.61"], "keys": {"glance": f"{CANARY}-g", "cinder": f"{CANARY}-c"}},
}


def nothing_is_known(name: str) -> str | None:
    """A first preview: nothing has run, so nothing was printed."""
    del name
    return None


def dependencies(request: Any) -> set[str]:
    return {urn.rsplit("::", 1)[1] for urn in request.dependencies}


class Storage(Declared):
    async def declare(
        self,
        stack: str,
        change: Callable[[Raw], None] | None = None,
        *,
        preview: bool = False,
        password: pulumi.Input[str] | None = f"{CANARY}-rgw",
    ) -> Requests:
        self.files: list[dict[str, str]] = []
        self.secret: list[bool] = []

        def program() -> None:
            config = cloud(stack, change)
            plan = plan_ceph(config)
            assert plan is not None
            before = Before("before", config.active())
            ceph = CephStorage("ceph", CephStorageArgs(fleet(config), plan, [before], password))
            ceph.kolla_files.apply(self.files.append)
            self.secret_future = ceph.kolla_files.is_secret()
            self.paths = tuple(plan.kolla_layout)

        found = await self.run_program(program, nothing_is_known if preview else answers, preview=preview)
        assert await self.secret_future
        return {name: request for name, request in found.items() if not name.startswith("before")}

    async def test_no_host_starts_a_step_before_all_have_ended_the_one_before(self) -> None:
        found = await self.declare("lab")
        others = {f"ceph-{host}-ceph-monitor" for host in HOSTS}
        for host in HOSTS:
            assert dependencies(found[f"ceph-{host}-ceph-base"]) == {f"before-{host}"}
            assert "ceph-ceph01-ceph-first-keys" in dependencies(found[f"ceph-{host}-ceph-keys"])
            assert dependencies(found[f"ceph-{host}-ceph-daemons"]) == others
            assert "ceph-ceph01-ceph-users" in dependencies(found[f"ceph-{host}-ceph-rgw"])
        assert dependencies(found["ceph-ceph01-ceph-pools"]) == {
            f"ceph-{host}-ceph-daemons" for host in HOSTS
        }
        assert dependencies(found["ceph-ceph01-ceph-users"]) == {"ceph-ceph01-ceph-pools"}

    async def test_names_types_and_parents(self) -> None:
        found = await self.declare("lab")
        steps = ("base", "keys", "monitor", "daemons", "rgw", "gateways")
        own = ("first-keys", "pools", "users", "keyrings")
        wanted = {f"ceph-{host}-ceph-{step}" for host in HOSTS for step in steps}
        wanted |= {f"ceph-ceph01-ceph-{step}" for step in own}
        assert set(found) == wanted | {"ceph"}
        assert found["ceph"].type == "cloud:storage:CephStorage"
        for name, request in found.items():
            if name != "ceph":
                assert request.type == "command:remote:Command", name
                assert request.parent.endswith("::ceph"), name

    async def test_no_key_is_anywhere_but_in_secrets(self) -> None:
        for stack in ("lab", "prod"):
            for name, request in (await self.declare(stack)).items():
                if name == "ceph":
                    continue
                inputs = request.object
                assert CANARY not in inputs["create"], name
                stdin = inputs["stdin"]
                if CANARY in str(stdin):
                    assert stdin[SIGNATURE] == SECRET, name
                    assert inputs["logging"] == "none", name
                    assert {"stdin", "stdout", "stderr"} <= set(request.additionalSecretOutputs), name
        found = await self.declare("lab")
        for name in ("ceph-ceph01-ceph-first-keys", "ceph-ceph01-ceph-keyrings"):
            assert "stdout" in found[name].additionalSecretOutputs
            assert found[name].object["logging"] == "none"

    async def test_pools_are_protected_unless_the_stack_says_otherwise(self) -> None:
        found = await self.declare("prod")
        assert [name for name, request in found.items() if request.protect] == ["ceph-ceph01-ceph-pools"]
        assert not any(request.protect for request in (await self.declare("lab")).values())

    async def test_kolla_gets_each_services_files_with_its_keys(self) -> None:
        await self.declare("lab")
        (files,) = self.files
        assert tuple(files) == self.paths
        assert (
            files["cinder/cinder-backup/ceph.client.cinder.keyring"]
            == f"[client.cinder]\nkey = {CANARY}-cinder\n"
        )
        assert set(files) == {
            "glance/ceph.conf",
            "glance/ceph.client.glance.keyring",
            "cinder/ceph.conf",
            "cinder/cinder-volume/ceph.client.cinder.keyring",
            "cinder/cinder-backup/ceph.client.cinder.keyring",
            "cinder/cinder-backup/ceph.client.cinder-backup.keyring",
            "nova/ceph.conf",
            "nova/ceph.client.nova.keyring",
            "nova/ceph.client.cinder.keyring",
            "gnocchi/ceph.conf",
            "gnocchi/ceph.client.gnocchi.keyring",
            "manila/ceph.conf",
            "manila/ceph.client.manila.keyring",
        }
        assert "\t" not in "".join(files.values())

    async def test_a_first_preview_declares_the_same_without_knowing_a_key(self) -> None:
        for stack in ("lab", "prod"):
            real, preview = await self.declare(stack), await self.declare(stack, preview=True)
            assert set(preview) == set(real)
            assert self.files == []
            assert len(self.paths) > 8
            for name in real:
                if name.endswith(("-base", "-pools", "-users", "-monitor")):
                    assert str(preview[name].object) == str(real[name].object), name

    async def test_cephadm_bootstraps_as_a_job_and_places_gateways_when_their_pools_are_there(self) -> None:
        found = await self.declare("prod")
        bootstrap = found["ceph-ceph01-ceph-bootstrap"]
        assert str(bootstrap.object["create"]).endswith(
            "hostctl job ceph-bootstrap -- /usr/local/sbin/ceph-bootstrap"
        )
        assert {f"ceph-{host}-ceph-access" for host in HOSTS} <= dependencies(bootstrap)
        specs = found["ceph-ceph01-ceph-specs"]
        assert str(specs.object["create"]).endswith("ceph --connect-timeout 30 orch apply -i -")
        assert str(specs.object["stdin"]).startswith("service_type: host\nhostname: ceph01\n")
        gateways = found["ceph-ceph01-ceph-gateways"]
        assert "service_type: rgw" in gateways.object["stdin"]
        assert (
            "orch upgrade start --image quay.io/ceph/ceph:v19.2.3"
            in found["ceph-ceph01-ceph-version"].object["create"]
        )

    async def test_gateways_without_a_password_get_an_empty_file_to_mount(self) -> None:
        found = await self.declare("prod", password=None)
        assert '"/etc/ceph/rgw.keystone":{"content":""' in str(
            found["ceph-ceph02-ceph-rgw"].object["stdin"]["value"]
        )

    async def test_gateways_that_do_not_ask_keystone_get_no_password(self) -> None:
        def change(raw: Raw) -> None:
            raw["ceph"]["rgw"] = {"keystone": False, "localUsers": True}
            raw["kolla"]["objectStore"] = {"keystone": False}

        assert not [name for name in await self.declare("prod", change) if name.endswith("-ceph-rgw")]

    async def test_an_existing_cluster_is_adopted_without_a_host_being_touched(self) -> None:
        def change(raw: Raw) -> None:
            raw["ceph"] = EXTERNAL
            del raw["kolla"]

        found = await self.declare("prod", change)
        assert set(found) == {"ceph"}
        (files,) = self.files
        assert files["glance/ceph.conf"] == (
            "# Managed by openstack-cloud.\n[global]\n"
            "fsid = 1d89fec3-325a-4963-a950-c4afedd37fe3\nmon_host = 10.10.20.61\n"
        )
        assert files["nova/ceph.client.cinder.keyring"] == f"[client.cinder]\nkey = {CANARY}-c\n"

    async def test_an_existing_cluster_is_compared_from_the_deploy_host_with_the_administrators_key(
        self,
    ) -> None:
        def change(raw: Raw) -> None:
            raw["ceph"] = EXTERNAL | {"external": EXTERNAL["external"] | {"adminKey": f"{CANARY}-admin"}}
            del raw["kolla"]

        found = await self.declare("prod", change)
        assert set(found) == {
            "ceph",
            *(f"ceph-deploy-ceph-{step}" for step in ("base", "keys", "pools", "users")),
        }
        assert '"manage":false' in found["ceph-deploy-ceph-pools"].object["stdin"]
        assert found["ceph-deploy-ceph-keys"].object["stdin"][SIGNATURE] == SECRET
