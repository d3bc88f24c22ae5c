"""The command lines that go to hosts, as a reviewer reads them: another byte is an update of that resource on every host."""

from __future__ import annotations

from dataclasses import replace

from components.ceph_storage import CephStorage, CephStorageArgs
from components.ceph_storage.plan import plan_ceph
from components.firewall import Firewall, FirewallArgs
from components.firewall.plan import plan_firewall
from components.host_prep import HostPrep, HostPrepArgs
from components.host_prep.plan import plan_hosts
from components.kolla_cluster import KollaCluster, KollaClusterArgs
from components.kolla_cluster.plan import plan_kolla
from components.kolla_cluster.secret_files import read_secrets
from tests.unit.components.answers import answers
from tests.unit.components.engine import Declared
from tests.unit.components.fleets import fleet
from tests.unit.components.support import GOLDEN, Raw, cloud, files
from tests.unit.golden import compare

HOSTS = ("ctl01", "ceph01", "deploy")


def _with_sources(raw: Raw) -> None:
    raw["packages"]["credentials"] = [{"machine": "10.10.10.2", "login": "a", "password": "b"}]


class Commands(Declared):
    def program(self) -> None:
        config = cloud("lab", _with_sources)
        all_hosts = fleet(config, version="VERSION", kolla_run="VERSION")
        hosts = HostPrep("hosts", HostPrepArgs(all_hosts, plan_hosts(config, files())))
        firewall = Firewall("firewall", FirewallArgs(all_hosts, plan_firewall(config), [hosts]))
        storage = plan_ceph(config)
        assert storage is not None
        ceph = CephStorage("ceph", CephStorageArgs(all_hosts, storage, [firewall], "password"))
        plan = replace(plan_kolla(config), deploy=True)
        KollaCluster(
            "kolla",
            KollaClusterArgs(all_hosts, plan, read_secrets(config), [firewall, ceph], ceph.kolla_files),
        )

    async def test_command_lines_are_the_reviewed_ones(self) -> None:
        found = await self.run_program(self.program, answers)
        wanted = "".join(
            f"{name}\n    {request.object['create']}\n"
            for name, request in sorted(found.items())
            if request.type == "command:remote:Command"
            and (name.startswith("kolla-") or set(name.split("-")) & set(HOSTS))
        )
        compare(GOLDEN, {"commands.txt": wanted})
