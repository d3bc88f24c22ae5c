"""The report of a thoroughly wrong stack file, and what it must never show."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest

from config.load import load_mapping, load_stack_file
from config.model.errors import ConfigErrors
from tests.unit.config.support import ROOT, fields

HERE = Path(__file__).parent
CANARY = "canary-4f1d"


def test_many_mistakes_make_one_sorted_report_with_lines() -> None:
    with pytest.raises(ConfigErrors) as caught:
        load_stack_file(HERE / "Pulumi.wrong.yaml", root=HERE)
    report = str(caught.value).replace(str(HERE), "FOLDER") + "\n"
    golden = HERE / "wrong.report.txt"
    assert report == golden.read_text()


@pytest.mark.parametrize(
    "change",
    [
        {"ssh.key": CANARY},
        {"ssh.key": [CANARY]},
        {"ssh.key": {"secret": [CANARY]}},
        {"ssh.key": {"secret": {"value": CANARY}}},
        {"ssh.key": {"secrett": CANARY}},
        {"ssh.key": {"secret": CANARY}},
        {"ssh": CANARY},
        {"packages.credentials": CANARY},
        {"packages.credentials": [CANARY]},
        {"packages.credentials": [{"machine": "a", "login": "b", "pasword": CANARY}]},
        {"packages.credentials": [{"machine": "a", "login": "b", "password": CANARY}]},
        {"packages.proxy": {"http": f"bob:{CANARY}@proxy"}},
        {"packages.proxy": CANARY},
        {"packages.mirror": f"https://bob:{CANARY}@mirror.example.com"},
        {"packages.mirror": f"ftp://bob:{CANARY}@mirror.example.com"},
        {"packages.repositories": {"a": {"uris": f"http://b:{CANARY}@c/ d", "suites": "s", "trusted": True}}},
        {"packages.pypiIndex": f"https://{CANARY}@[mirror"},
        {"password": CANARY},
        {"hosts.ctl01.password": {"a": CANARY}},
    ],
    ids=str,
)
def test_no_secret_is_ever_in_a_report(change: dict[str, Any]) -> None:
    with pytest.raises(ConfigErrors) as caught:
        load_mapping(fields("prod", change), "prod", ROOT, require_host_keys=False)
    assert CANARY not in str(caught.value)
    assert CANARY not in repr(caught.value)


def test_a_model_does_not_show_its_secrets() -> None:
    change = {"packages.mirror": "https://m.example.com/ubuntu"}
    change |= {"packages.credentials": [{"machine": "m.example.com", "login": "b", "password": CANARY}]}  # type: ignore[dict-item]
    cloud = load_mapping(fields("prod", change), "prod", ROOT, require_host_keys=False)
    assert CANARY not in repr(cloud)
    assert CANARY not in cloud.model_dump_json()


def test_a_service_of_the_site_may_not_be_called_like_one_of_the_product_s() -> None:
    service = {"protocol": "tcp", "ports": [22], "roles": ["storage"], "network": "management"}
    raw = fields("prod", {"firewall.services": {"ssh": service}})
    with pytest.raises(ConfigErrors, match="the product has a service of this name"):
        load_mapping(raw, "prod", ROOT, require_host_keys=False)


def test_an_empty_mapping_reports_every_required_section() -> None:
    with pytest.raises(ConfigErrors) as caught:
        load_mapping({}, "nothing", ROOT)
    paths = [p.path.removeprefix("cloud:") for p in caught.value.problems]
    assert paths == sorted(["name", "domain", "releases", "networks", "nicProfiles", "hosts", "ssh", "time"])
    assert str(caught.value).endswith("8 problems")


@pytest.mark.parametrize("value", [None, 3, "text", [], {}, [[]], {"a": {"b": None}}])
@pytest.mark.parametrize("field", sorted(fields("prod")))
def test_any_value_for_any_section_ends_in_a_report(field: str, value: Any) -> None:
    raw = {**fields("prod"), field: value}
    with contextlib.suppress(ConfigErrors):  # {} is right for some sections
        load_mapping(raw, "prod", ROOT, require_host_keys=False)
