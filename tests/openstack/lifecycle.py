"""The life of one object of each type of the openstack plugin: the same against the fake cloud and against a real one."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests import lifecycle as shared
from tests.lifecycle import Cases
from toolchain.plugins.openstack.cloud import connect

HERE = Path(__file__).parent
CASES: Cases = yaml.safe_load((HERE / "cases.yaml").read_text())
CASES_OVN: Cases = {
    kind: case | (yaml.safe_load((HERE / "cases-ovn.yaml").read_text()).get(kind) or {})
    for kind, case in CASES.items()
}
"""The same for a cloud whose load balancers are OVN's, which know fewer options."""


@dataclass
class Plugin(shared.Plugin):
    """The openstack plugin: `given` says what EXTERNAL, FILE and ROLE stand for in this cloud."""

    cases: Cases = field(default_factory=lambda: CASES)

    def by_hand(self, identity: str, *words: Any) -> None:
        """METHOD, service of the SDK, path, body, content type."""
        self._request(identity, *words)

    def _request(
        self,
        identity: str,
        method: str,
        service: str,
        path: str,
        body: Any = None,
        content: str = "application/json",
    ) -> None:
        proxy = getattr(connect(self.config), service)
        path = path.format(id=identity.split("/", maxsplit=1)[0])
        answer = proxy.request(path, method, json=body, headers={"Content-Type": content})
        assert answer.status_code < 300, answer.text

    def urn(self, kind: str) -> str:
        return urn(kind)


def urn(kind: str) -> str:
    return f"urn:pulumi:dev::p::openstack:{kind}::case"
