"""A fleet and earlier stages for tests of one component."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pulumi

from components.connection import host_connections
from components.fleet import Fleet
from components.stages import Stage
from config.cloud import CloudConfig
from host_programs.bundle import Program
from tests.unit.components.support import OPERATOR_KEY

VERSION = "0.0-test"


def fleet(cloud: CloudConfig, *, version: str = VERSION, kolla_run: str = VERSION) -> Fleet:
    """The fleet of a cloud, with programs of given versions that nobody runs."""
    here = Path(__file__)
    return Fleet(
        host_connections(cloud, OPERATOR_KEY),
        Program(here, version),
        Program(here, kolla_run),
        Program(here, VERSION),
        Program(here, VERSION),
        cloud.firewall.confirm_within,
    )


class Before(Stage):
    """An earlier stage whose last steps are called NAME-HOST."""

    def __init__(self, name: str, hosts: Iterable[str]) -> None:
        super().__init__("test:x:Before", name)
        self.ready = {
            host: pulumi.CustomResource(
                "test:x:Step", f"{name}-{host}", {}, pulumi.ResourceOptions(parent=self)
            )
            for host in hosts
        }
