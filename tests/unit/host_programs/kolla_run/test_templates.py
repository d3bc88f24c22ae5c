"""Compiled templates shared by Ansible's processes: the same results, compiled once."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import jinja2
import pytest
from jinja2 import Environment, nodes
from jinja2.nativetypes import NativeEnvironment

CALLBACK = Path(__file__).parents[4] / "host_programs/ansible/callback"


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The plugin's module; what it does to Jinja is undone after the test."""
    monkeypatch.setattr(jinja2.Environment, "compile", jinja2.Environment.compile)
    monkeypatch.setattr(nodes._FilterTestCommon, "as_const", nodes._FilterTestCommon.as_const)
    spec = importlib.util.spec_from_file_location("cloud_templates", CALLBACK / "cloud_templates.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_one_process_compiled_another_finds(
    plugin: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[Any] = []
    compile_anew = jinja2.Environment.compile

    def counted(self: jinja2.Environment, source: Any, *rest: Any) -> Any:
        compiled.append(source)
        return compile_anew(self, source, *rest)

    for _process in range(3):
        monkeypatch.setattr(jinja2.Environment, "compile", counted)
        plugin.share_code(str(tmp_path))
        assert Environment().from_string("{{ a + 1 }}").render(a=1) == "2"
    assert compiled == ["{{ a + 1 }}"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((Environment(), "{{ a }}"), (NativeEnvironment(), "{{ a }}")),
        (
            (Environment(), "{% if a %}\n1{% endif %}"),
            (Environment(trim_blocks=True), "{% if a %}\n1{% endif %}"),
        ),
        (
            (Environment(), "<< a >>"),
            (Environment(variable_start_string="<<", variable_end_string=">>"), "<< a >>"),
        ),
    ],
)
def test_another_kind_of_environment_has_code_of_its_own(
    plugin: ModuleType, tmp_path: Path, first: tuple[Any, str], second: tuple[Any, str]
) -> None:
    alone = [environment.from_string(text).render(a=5) for environment, text in (first, second)]
    assert alone[0] != alone[1]
    plugin.share_code(str(tmp_path))
    assert [environment.from_string(text).render(a=5) for environment, text in (first, second)] == alone


def test_a_filter_of_a_constant_is_asked_each_time(plugin: ModuleType, tmp_path: Path) -> None:
    plugin.share_code(str(tmp_path))
    environment = Environment()
    answers = iter(range(9))
    environment.filters["next"] = lambda _value: next(answers)
    environment.tests["odd_now"] = lambda _value: next(answers) % 2
    text = "{{ 'x' | next }} {{ 'x' is odd_now }}"
    assert [environment.from_string(text).render() for _time in range(2)] == ["0 1", "2 1"]


def test_a_compiled_expression_is_shared_too(plugin: ModuleType, tmp_path: Path) -> None:
    plugin.share_code(str(tmp_path))
    found = [Environment().compile_expression("a * 2")(a=value) for value in (1, 2)]
    assert found == [2, 4]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_mistake_in_a_template_is_told_as_before(plugin: ModuleType, tmp_path: Path) -> None:
    plugin.share_code(str(tmp_path))
    for _time in range(2):
        with pytest.raises(jinja2.TemplateSyntaxError, match="end of print statement"):
            Environment().from_string("{{ a b }}")
    assert list(tmp_path.iterdir()) == []
