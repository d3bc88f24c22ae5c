"""What sites have published loads once the fixes that its report names are followed, and only its mistakes are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.kolla.variables import effective
from config.load import load_mapping
from config.model.errors import ConfigErrors
from config.stack_file.yaml_file import read_yaml
from tests.unit.config.support import ROOT, fields

SITES: dict[str, dict[str, Any]] = read_yaml(Path(__file__).with_name("public.yaml")).value


@pytest.mark.parametrize("site", SITES.values(), ids=SITES)
def test_its_mistakes_are_told_and_the_fixes_work(site: dict[str, Any]) -> None:
    with pytest.raises(ConfigErrors) as caught:
        load_mapping(fields("prod", site["set"]), "site", ROOT, require_host_keys=False)
    problems = caught.value.problems
    assert [one.path for one in problems] == [want["path"] for want in site["mistakes"]], str(caught.value)
    for problem, want in zip(problems, site["mistakes"], strict=True):
        assert want["reason"] in problem.reason
        assert want["fix"] in problem.fix
    assert "hunter2" not in str(caught.value)
    followed = fields("prod", {**site["set"], **site.get("then", {})}, site.get("unset", ()))
    cloud = load_mapping(followed, "site", ROOT, require_host_keys=False)
    assert effective(cloud)["openstack_release"] == str(
        site["set"].get("releases", {}).get("openstack", "2026.1")
    )
