"""Grafana's dashboards: Prometheus itself reads every query, and a job of this cloud gives every metric."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.kolla_cluster.overrides import overrides
from components.observability.dashboards import Panel, dashboard_json, dashboards, uid
from components.observability.jobs import KOLLA
from components.observability.plan import grafana_files
from components.observability.rules import areas
from config.kolla.services.grafana import DASHBOARD, TAG
from tests.debian_programs import program
from tests.unit.components.metrics import DATA, job_of, words
from tests.unit.components.support import GOLDEN, Raw, cloud
from tests.unit.golden import compare

JOBS = {*KOLLA, "vault", "certificates"}
NAMES = list(dashboards())
UNITS = {
    *("Bps", "bytes", "cps", "d", "iops", "ms", "ops", "percentunit", "pps", "reqps", "s", "short"),
}
"""Grafana's ids (packages/grafana-data/src/valueFormats/categories.ts); it shows an unknown one as a text."""
SETTINGS = {"$__rate_interval": "5m"}
"""What Grafana puts in place of its own variables; the rest stand in label matchers."""


def panels(name: str) -> Iterator[Panel]:
    for row in dashboards()[name].rows.values():
        yield from row


def built(name: str, jobs: set[str] = JOBS) -> dict[str, Any]:
    text = dashboard_json(name, jobs)
    assert text is not None
    found: dict[str, Any] = json.loads(text)
    return found


def queries(name: str) -> list[str]:
    """As Grafana sends them."""
    found = [query["expr"] for panel in built(name)["panels"] for query in panel.get("targets", [])]
    for variable, value in SETTINGS.items():
        found = [query.replace(variable, value) for query in found]
    return found


def without(*options: str) -> Any:
    def change(raw: Raw) -> None:
        raw["kolla"]["globals"] = dict.fromkeys(options, False)

    return change


@pytest.mark.parametrize("name", NAMES)
def test_prometheus_understands_every_query(name: str, tmp_path: Path) -> None:
    asked = queries(name)
    assert len(asked) == sum(len(panel.queries) for panel in panels(name))
    rules = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(asked)]
    path = tmp_path / "queries.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": name, "rules": rules}]}))
    argv = (program("promtool"), "check", "rules", "--lint=none", str(path))
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_each_metric_is_one_that_the_panels_job_is_known_to_give(name: str) -> None:
    of_rules = {word for rules in areas().values() for rule in rules.values() for word in words(rule.expr)}
    shown = {metric for metrics in DATA["shown"].values() for metric in metrics}
    made = dashboards()[name]
    for panel in panels(name):
        for query in panel.queries.values():
            for metric in words(query) - set(DATA["every_job"]):
                assert metric in of_rules | shown, metric
                assert job_of(metric) == (panel.job or made.job), metric
    for metric in made.choices.values():
        assert metric in of_rules | shown
        assert job_of(metric) == made.job


def test_metrics_that_are_listed_with_their_source_are_shown_somewhere() -> None:
    asked = {
        word
        for name in NAMES
        for panel in panels(name)
        for one in panel.queries.values()
        for word in words(one)
    }
    assert {metric for metrics in DATA["shown"].values() for metric in metrics} <= asked


@pytest.mark.parametrize("name", NAMES)
def test_a_choice_is_a_variable_of_the_dashboard_and_is_used(name: str) -> None:
    variables = {one["name"] for one in built(name)["templating"]["list"]}
    used = {word for query in queries(name) for word in re.findall(r"\$(\w+)", query)}
    assert used - {"1"} == variables - {"datasource"}  # $1: of label_replace


@pytest.mark.parametrize("name", NAMES)
def test_each_panel_says_what_it_shows_in_a_unit_that_grafana_has(name: str) -> None:
    made = [panel for panel in built(name)["panels"] if panel["type"] != "row"]
    for panel in made:
        assert panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
        assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"], "Grafana's own ones: red from 80"
        assert len(panel["targets"]) == len({query["refId"] for query in panel["targets"]})
    numbers = [panel["id"] for panel in built(name)["panels"]]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("name", NAMES)
def test_no_two_panels_lie_over_each_other(name: str) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in built(name)["panels"]:
        at = panel["gridPos"]
        squares = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not squares & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= squares


def test_each_dashboard_has_a_name_of_its_own_and_is_in_the_menu() -> None:
    assert (
        len({uid(name) for name in NAMES})
        == len({made.title for made in dashboards().values()})
        == len(NAMES)
    )
    for name in NAMES:
        made = built(name)
        assert (made["uid"], made["tags"], made["editable"]) == (uid(name), [TAG], False)


def test_what_grafana_reads_is_as_reviewed() -> None:
    text = dashboard_json("hosts", JOBS)
    assert text is not None
    compare(GOLDEN, {"grafana/hosts.json": text})


def test_a_cloud_gets_the_dashboards_of_the_jobs_that_it_has() -> None:
    made = grafana_files(cloud("prod"))
    assert set(made) == {DASHBOARD.format(name=name) for name in NAMES}
    assert set(made) <= set(overrides(cloud("prod")))
    fewer = grafana_files(cloud("prod", without("enable_prometheus_rabbitmq_exporter")))
    assert set(made) - set(fewer) == {DASHBOARD.format(name="rabbitmq")}
    assert "rabbitmq" in made[DASHBOARD.format(name="overview")]
    assert "rabbitmq" not in fewer[DASHBOARD.format(name="overview")]


@pytest.mark.parametrize("off", [{"grafana": {"enabled": False}}, {"grafana": {"dashboards": False}}])
def test_without_grafana_or_where_the_site_does_not_want_them_there_are_none(off: Raw) -> None:
    assert grafana_files(cloud("prod", lambda raw: raw["kolla"].update(off))) == {}
