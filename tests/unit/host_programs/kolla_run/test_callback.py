"""Ansible's callback: by calls of its methods."""

from __future__ import annotations

import importlib.util
import sys
import types
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from host_programs.kolla_run.events import parse

PLUGINS = Path(__file__).parents[4] / "host_programs/ansible/callback"


@pytest.fixture(scope="module")
def plugin() -> Any:
    """The plugin's module, on a base class that does nothing."""
    base = types.ModuleType("ansible.plugins.callback")
    base.CallbackBase = type("CallbackBase", (), {"__init__": lambda self: None})  # type: ignore[attr-defined]
    names = ("ansible", "ansible.plugins", "ansible.plugins.callback")
    saved = {name: sys.modules.get(name) for name in names}
    sys.modules.update({name: types.ModuleType(name) for name in names[:2]} | {names[2]: base})
    try:
        spec = importlib.util.spec_from_file_location("cloud_progress", PLUGINS / "cloud_progress.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        for name, old in saved.items():
            if old is None:
                sys.modules.pop(name)
            else:
                sys.modules[name] = old
    return module


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"msg": "no\n  good"}, "no good"),
        ({"msg": "non-zero return code", "rc": 1, "stderr": "boom"}, "boom"),
        ({"msg": "non-zero return code", "rc": 3}, "failed with code 3"),
        (
            {"censored": "the output has been hidden", "msg": "secret"},
            "hidden, because the task handles secrets (no_log)",
        ),
        (
            {"msg": "One or more items failed", "results": [{"msg": "fine"}, {"failed": True, "msg": "bad"}]},
            "bad",
        ),
        (
            {"results": [{"failed": True, "censored": "x", "msg": "secret"}]},
            "hidden, because the task handles secrets (no_log)",
        ),
        ({"msg": ["a", "b"]}, '["a", "b"]'),
        ({}, "failed without a message"),
        (
            {
                "msg": "'Traceback (most recent call last):\\n  File \"x.py\", line 1, in main\\nOSError: disk full\\n'"
            },
            "OSError: disk full",
        ),
        (
            {
                "msg": "MODULE FAILURE",
                "module_stderr": "Traceback (most recent call last):\n  f()\nKeyError: 'a'\n\nDuring handling of it:\n\n"
                "Traceback (most recent call last):\n  g()\ndocker.errors.APIError: 500\nno such image\n",
            },
            "docker.errors.APIError: 500 no such image",
        ),
    ],
)
def test_the_message_is_the_one_that_says_most(plugin: Any, result: dict[str, Any], message: str) -> None:
    assert plugin.message_of(result) == message


@pytest.mark.parametrize(
    ("service", "tags", "tag"),
    [
        ("glance", ["glance"], "glance"),
        ("loadbalancer", ["haproxy", "keepalived", "loadbalancer", "glance"], "loadbalancer"),
        ("nova-cell", ["nova", "nova-cell", "nova-cell-deploy"], "nova-cell"),
        ("Restart mariadb services", ["mariadb"], "mariadb"),
        ("memcached", ["always", "memcache", "memcached"], "memcached"),
    ],
)
def test_a_services_tag_is_its_own_name(plugin: Any, service: str, tags: list[str], tag: str) -> None:
    assert plugin.tag_of(service, tags) == tag


def _callback(plugin: Any) -> tuple[Any, list[str]]:
    lines: list[str] = []
    callback = plugin.CallbackModule()
    callback._write = lines.append
    return callback, lines


def _result(message: str) -> Any:
    task = SimpleNamespace(get_name=lambda: "glance : t", _uuid="1", tags=["glance"], _parent=None)
    return SimpleNamespace(
        _host=SimpleNamespace(get_name=lambda: "ctl01"), _task=task, _result={"msg": message}
    )


def test_a_line_fits_into_one_write_whatever_the_message(plugin: Any) -> None:
    callback, lines = _callback(plugin)
    callback.v2_runner_on_failed(_result("é" * 5000))
    assert len(lines[0]) < 4096
    event = parse(lines[0])
    assert event is not None
    assert len(event["message"]) > 500


def test_a_failure_on_another_host_names_it(plugin: Any) -> None:
    callback, lines = _callback(plugin)
    result = _result("no")
    result._task.delegate_to = "ctl02"
    callback.v2_runner_on_failed(result)
    event = parse(lines[0])
    assert event is not None
    assert event["on"] == "ctl02"
