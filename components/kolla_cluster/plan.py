"""What Kolla-Ansible is given on the deploy host. Pure, but for reading the files that the stack file names."""

from __future__ import annotations

from dataclasses import dataclass

from components.kolla_cluster.ansible_cfg import ansible_cfg
from components.kolla_cluster.expectations import expectations_json
from components.kolla_cluster.globals import global_options, globals_yaml
from components.kolla_cluster.inventory import inventory
from components.kolla_cluster.overrides import overrides
from config.cloud import CloudConfig
from config.kolla.catalogue import services, tags_of
from config.release_map import Release, release
from host_programs.contract.kolla_run import EXPECTATIONS_FILE


@dataclass(frozen=True)
class KollaPlan:
    """The files below /etc/kolla-deploy that are no secret, and what follows from them."""

    release: Release
    inventory: str
    """Text of the inventory."""
    globals: dict[str, object]
    """The options of the whole cloud by name; those that no host has otherwise are in globals.yml."""
    globals_yaml: str
    """Its text."""
    overrides: dict[str, str]
    """Text by path below `config/`."""
    services: tuple[str, ...]
    """The services that run, in the order of their deployment."""
    ansible_cfg: str
    """Text of ansible.cfg."""
    expectations: str
    """Text of expectations.json."""
    deploy_host: str
    """Where Kolla-Ansible runs."""
    hosts: tuple[str, ...]
    """The hosts that it works on, sorted."""
    deploy: bool
    """Whether services are deployed; else everything up to it is done."""

    def files(self) -> dict[str, str]:
        """Text by path below /etc/kolla-deploy; mode 0644."""
        return {
            "ansible.cfg": self.ansible_cfg,
            EXPECTATIONS_FILE: self.expectations,
            "globals.yml": self.globals_yaml,
            "inventory": self.inventory,
            **{f"config/{path}": text for path, text in self.overrides.items()},
        }

    def tags_of(self, service: str) -> tuple[str, ...]:
        """The tags that select a service's plays in this release."""
        return tags_of(service, self.release.series)


def plan_kolla(cloud: CloudConfig) -> KollaPlan:
    """The plan of a cloud whose stack file has `kolla`.

    Raises:
        ValueError: it has none, or a file of `kolla.overrides` cannot be read.
    """
    if cloud.kolla is None:
        raise ValueError("cloud:kolla: is missing: this stack prepares hosts only")
    return KollaPlan(
        release=release(cloud.releases.openstack),
        inventory=inventory(cloud),
        globals=global_options(cloud),
        globals_yaml=globals_yaml(cloud),
        overrides=overrides(cloud),
        services=services(cloud),
        ansible_cfg=ansible_cfg(),
        expectations=expectations_json(cloud),
        deploy_host=next(iter(cloud.with_role("deploy"))),
        hosts=tuple(sorted(cloud.active())),
        deploy=cloud.kolla.deploy,
    )
