"""Who may connect, at the edges: jump hosts, as many hosts as are still named, networks without an address of ours."""

from __future__ import annotations

import pytest

from components.firewall import plan as planning
from components.firewall.plan import plan_firewall
from components.firewall.render import Row
from tests.unit.components.support import Raw, cloud, host_key

MANAGEMENT = "10.10.10.0/24"


def rows(raw_change: Raw, host: str, service: str) -> list[Row]:
    """A host's rows of a service in the lab's cloud; the change: sections with what is other in them."""

    def change(raw: Raw) -> None:
        for section, fields in raw_change.items():
            raw[section] = {**raw.get(section, {}), **fields}

    return [row for row in plan_firewall(cloud("lab", change))[host].rows if row.service == service]


@pytest.mark.parametrize(("jump", "also"), [("192.0.2.7", ("192.0.2.7",)), ("jump.example.org", ())])
def test_a_jump_host_reaches_ssh_where_its_address_is_known(jump: str, also: tuple[str, ...]) -> None:
    (row,) = rows({"ssh": {"bastion": {"host": jump, "hostKey": host_key("jump")}}}, "ctl01", "ssh")
    assert row.sources == (MANAGEMENT, *also)


@pytest.mark.parametrize(
    ("named", "sources"),
    [(2, ("10.10.10.31", "10.10.10.32")), (1, (MANAGEMENT,))],
    ids=["as many", "one more"],
)
def test_hosts_are_named_up_to_the_limit(
    monkeypatch: pytest.MonkeyPatch, named: int, sources: tuple[str, ...]
) -> None:
    monkeypatch.setattr(planning, "NAMED_UP_TO", named)
    (row,) = rows({}, "cmp01", "migration")
    assert row.sources == sources


def test_a_source_within_another_is_not_said_twice() -> None:
    (row,) = rows({"ssh": {"allowedFrom": ["10.10.10.0/25", "192.0.2.8/29", "192.0.2.9/32"]}}, "ctl01", "ssh")
    assert row.sources == (MANAGEMENT, "192.0.2.8/29")


def test_the_site_may_open_a_port_where_its_host_has_no_address_of_ours() -> None:
    service = {"protocol": "tcp", "ports": ["1500"], "roles": ["monitoring"], "network": "storage"}
    (row,) = rows({"firewall": {"services": {"backup": service}}}, "mon01", "backup")
    assert (row.network, row.sources) == ("storage", None)
