"""What nft itself says to the rulesets, and whose sources are in whose set."""

from __future__ import annotations

import re
from typing import Any

import pytest

from components.firewall.plan import HostFirewall, plan_firewall
from config.load import load_mapping
from config.model.errors import ConfigErrors
from config.stack_file.yaml_file import read_yaml
from tests.unit.components.nft import needs_nft, refused
from tests.unit.components.support import ROOT, Raw, cloud
from tests.unit.config.support import fields

GOOD: dict[str, dict[str, Any]] = read_yaml(ROOT / "tests/unit/config/good/kolla.yaml").value
TWO = ["192.0.2.0/24", "198.51.100.0/24"]


def sites(services: dict[str, Raw]) -> dict[str, HostFirewall]:
    common = {"protocol": "tcp", "ports": ["1500"], "roles": ["control"], "network": "management"}

    def change(raw: Raw) -> None:
        raw["firewall"]["services"] = {name: {**common, **own} for name, own in services.items()}

    return plan_firewall(cloud("prod", change))


def sets(firewall: HostFirewall) -> dict[str, list[str]]:
    text = firewall.state["nftables"]["ruleset"]
    found = re.findall(r"set (\S+) \{.*?elements = \{(.*?)\}", text, re.DOTALL)
    assert len({name for name, _ in found}) == len(found)
    return {name: re.findall(r"[\d./]+", elements) for name, elements in found}


@pytest.mark.parametrize("case", GOOD.values(), ids=GOOD)
class TestGoodClouds:
    pytestmark = needs_nft

    def test_nft_accepts_every_ruleset(self, case: dict[str, Any]) -> None:
        raw = fields("prod", case.get("set"), case.get("unset", ()))
        plans = plan_firewall(load_mapping(raw, "prod", ROOT, require_host_keys=False))
        different = {plan.state["nftables"]["ruleset"]: plan for plan in plans.values()}
        assert refused(*different.values()) == []


@pytest.mark.parametrize(
    "label", ["Backup Agent", "backup.agent", "9backup", "a+b/c", "haproxy_stats", "management", "x" * 64]
)
class TestLabels:
    pytestmark = needs_nft

    def test_nft_accepts_whatever_a_service_may_be_called(self, label: str) -> None:
        assert refused(sites({label: {"sources": TWO}})["ctl01"]) == []


@pytest.mark.parametrize(
    "label", ['x" accept comment "y', "a;b", "a\nb", "a#b", "a{b", "", " a", "x" * 65, "été"]
)
def test_a_label_that_nft_could_misread_is_refused(label: str) -> None:
    with pytest.raises(ConfigErrors, match="a name has at most 64 letters") as caught:
        sites({label: {"sources": TWO}})
    assert len(caught.value.problems) == 1


def test_a_service_of_the_site_never_gets_into_a_set_of_the_product_s() -> None:
    before = sets(plan_firewall(cloud("prod"))["ctl01"])
    firewall = sites({"haproxy_stats": {"sources": TWO}, "control": {"sources": TWO}})["ctl01"]
    after = sets(firewall)
    assert {name: after[name] for name in before} == before
    mine = {name: sources for name, sources in after.items() if name not in before}
    assert list(mine.values()) == [TWO, TWO]
    assert all(name.startswith("site_") for name in mine)
    assert all(name.startswith("product_") for name in before)


def test_two_services_of_the_site_never_share_a_set() -> None:
    one, other = ["192.0.2.1", "192.0.2.3"], ["192.0.2.5", "192.0.2.7"]
    widened = {
        "a-b": {"sources": [f"{ip}/32" for ip in one]},
        "a_b": {"sources": [f"{ip}/32" for ip in other]},
        "a b": {"sources": [f"{ip}/32" for ip in one]},
    }
    firewall = sites(widened)["ctl01"]
    mine = {name: sources for name, sources in sets(firewall).items() if name.startswith("site_")}
    assert list(mine.values()) == [one, other, one]
    used = re.findall(
        r'ip saddr @(site_\S+) tcp dport 1500 accept comment "(.*)"',
        str(firewall.state["nftables"]["ruleset"]),
    )
    assert [label for _, label in used] == ["a-b", "a_b", "a b"]
    assert [name for name, _ in used] == list(mine)


def test_sources_that_overlap_are_written_once() -> None:
    row = next(
        row
        for row in sites(
            {"backup": {"sources": ["10.0.0.0/8", "10.20.0.0/24", "192.0.2.0/24", "10.0.0.0/8"]}}
        )["ctl01"].rows
        if row.service == "backup"
    )
    assert row.sources == ("10.0.0.0/8", "192.0.2.0/24")
