"""Grafana's dashboards: one YAML file of panels for each; what Grafana reads is built by its own SDK. Pure.

A dashboard has the panels whose job this cloud's Prometheus has, and is not there when none is left.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path
from string import ascii_uppercase
from typing import Any, Literal, TypeVar

import yaml
from grafana_foundation_sdk.builders import common as common_builders
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.builders import prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as models
from pydantic import BaseModel, ConfigDict, Field

from config.kolla.services.grafana import TAG

_SOURCE = models.DataSourceRef(type_val="prometheus", uid="${datasource}")
_ALL = models.VariableOption(text="All", value="$__all", selected=True)
_Built = TypeVar("_Built", timeseries.Panel, stat.Panel)
_HEIGHTS = {"graph": 8, "value": 4}
_WIDTHS = {"graph": 12, "value": 4}
_FULL = 24
"""Columns of Grafana's grid."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Panel(_Data):
    """One graph, or one value."""

    title: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    """Grafana's name of it: `short` is a plain number, `percentunit` a share of 1, `s` seconds, `Bps` bytes a second."""
    kind: Literal["graph", "value"] = "graph"
    queries: dict[str, str] = Field(min_length=1, max_length=len(ascii_uppercase))
    """PromQL by the legend of its series, in which `{{label}}` is a label's value."""
    job: str | None = None
    """The job that gives its metrics; none: the dashboard's."""
    red_from: float | None = None
    """A value is red from here on, else green."""
    green_from: float | None = None
    """A value is green from here on, else red."""
    words: dict[str, str] = Field(default_factory=dict)
    """What a value means."""
    stacked: bool = False


class Dashboard(_Data):
    """One dashboard."""

    title: str
    job: str
    """The job that gives the metrics of its panels."""
    choices: dict[str, str] = Field(default_factory=dict)
    """Labels by which a reader can choose, each with a metric that has all of its values: `$LABEL` in the queries."""
    rows: dict[str, list[Panel]]

    def panels(self, jobs: Collection[str]) -> dict[str, list[Panel]]:
        """Its panels by row, of these jobs; no row without any."""
        found = {
            row: [one for one in panels if (one.job or self.job) in jobs] for row, panels in self.rows.items()
        }
        return {row: panels for row, panels in found.items() if panels}


@cache
def dashboards() -> dict[str, Dashboard]:
    """Every dashboard by name, in the order of the files."""
    folder = Path(__file__).with_name("dashboards")
    return {path.stem: Dashboard.model_validate(_read(path)) for path in sorted(folder.glob("*.yaml"))}


def dashboard_json(name: str, jobs: Collection[str]) -> str | None:
    """What Grafana reads.

    Args:
        name: of the file.
        jobs: those that this cloud's Prometheus has.

    Returns:
        Nothing where no panel has a job.
    """
    made = dashboards()[name]
    rows = made.panels(jobs)
    if not rows:
        return None
    built = (
        builders.Dashboard(made.title)
        .uid(uid(name))
        .tags([TAG])
        .readonly()
        .refresh("1m")
        .time("now-6h", "now")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .link(_menu())
        .with_variable(builders.DatasourceVariable("datasource").label("Prometheus").type("prometheus"))
    )
    for label, metric in made.choices.items():
        built.with_variable(_choice(label, metric))
    number, line = 0, 0
    for row, panels in rows.items():
        number += 1
        built.with_row(builders.Row(row).id(number).grid_pos(models.GridPos(h=1, w=_FULL, x=0, y=line)))
        places, line = _places(panels, line + 1)
        for panel, place in zip(panels, places, strict=True):
            number += 1
            built.with_panel(_PANELS[panel.kind](panel).id(number).grid_pos(place))
    return JSONEncoder(sort_keys=True, indent=1).encode(built.build()) + "\n"


def uid(name: str) -> str:
    """Its lasting name in Grafana, of which its web address is made."""
    return f"cloud-{name}"


def _menu() -> builders.DashboardLink:
    link = builders.DashboardLink("Cloud").type(models.DashboardLinkType.DASHBOARDS)
    return link.tags([TAG]).as_dropdown(True).keep_time(True)


def _choice(label: str, metric: str) -> builders.QueryVariable:
    return (
        builders.QueryVariable(label)
        .query(f"label_values({metric}, {label})")
        .datasource(_SOURCE)
        .current(_ALL)
        .multi(True)
        .include_all(True)
        .all_value(".*")
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
    )


def _places(panels: list[Panel], line: int) -> tuple[list[models.GridPos], int]:
    """Where the panels of a row are, and the line below them; panels side by side are of one kind."""
    places: list[models.GridPos] = []
    column, height = 0, 0
    for panel in panels:
        tall, wide = _HEIGHTS[panel.kind], _WIDTHS[panel.kind]
        if height and (tall != height or column + wide > _FULL):
            column, line = 0, line + height
        places.append(models.GridPos(h=tall, w=wide, x=column, y=line))
        column, height = column + wide, tall
    return places, line + height


def _graph(panel: Panel) -> timeseries.Panel:
    built = timeseries.Panel().fill_opacity(10).show_points(common.VisibilityMode.NEVER).min(0)
    built.legend(
        common_builders.VizLegendOptions().show_legend(True).placement(common.LegendPlacement.BOTTOM)
    )
    built.tooltip(common_builders.VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI))
    if panel.stacked:
        built.stacking(common_builders.StackingConfig().mode(common.StackingMode.NORMAL))
    return _described(built, panel)


def _value(panel: Panel) -> stat.Panel:
    built = stat.Panel().graph_mode(common.BigValueGraphMode.NONE)
    built.reduce_options(common_builders.ReduceDataOptions().calcs(["lastNotNull"]))
    if panel.words:
        meanings = {value: models.ValueMappingResult(text=word) for value, word in panel.words.items()}
        built.mappings([models.ValueMap(options=meanings)])
    return _described(built, panel)


def _described(built: _Built, panel: Panel) -> _Built:
    """What both have."""
    built.title(panel.title).unit(panel.unit).datasource(_SOURCE).thresholds(_thresholds(panel))
    for letter, (legend, query) in zip(ascii_uppercase, panel.queries.items(), strict=False):
        built.with_target(
            prometheus.Dataquery()
            .ref_id(letter)
            .expr(query.strip())
            .legend_format(legend)
            .datasource(_SOURCE)
        )
    return built


def _thresholds(panel: Panel) -> builders.ThresholdsConfig:
    """Without any, Grafana has its own: red from 80, whatever the unit."""
    steps = [models.Threshold(color="text")]
    if panel.red_from is not None:
        steps = [models.Threshold(color="green"), models.Threshold(value=panel.red_from, color="red")]
    elif panel.green_from is not None:
        steps = [models.Threshold(color="red"), models.Threshold(value=panel.green_from, color="green")]
    return builders.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)


_PANELS: dict[str, Any] = {"graph": _graph, "value": _value}


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
