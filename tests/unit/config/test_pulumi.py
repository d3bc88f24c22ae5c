"""The running program reads the same config from the engine as a command does from the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime import config as runtime

from config.load import load_mapping, load_pulumi, load_stack_file, secrets_of
from config.model.errors import ConfigErrors
from config.stack_file.sealed import SEALED
from tests.unit.config.support import ROOT, fields, private_key


@pytest.fixture(autouse=True)
def _own_config(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("PULUMI_CONFIG", raising=False)
    monkeypatch.delenv("PULUMI_CONFIG_SECRET_KEYS", raising=False)
    monkeypatch.chdir(ROOT)
    values, secrets = runtime.CONFIG.set({}), runtime._SECRET_KEYS.set(set())
    yield
    runtime.CONFIG.reset(values)
    runtime._SECRET_KEYS.reset(secrets)


def as_engine_gives(raw: dict[str, Any]) -> dict[str, str]:
    return {f"cloud:{k}": v if isinstance(v, str) else json.dumps(v) for k, v in raw.items()}


def test_program_and_commands_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    values = as_engine_gives(fields("lab")) | {"pulumi:disable-default-providers": '["*"]'}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(values))
    from_file = load_stack_file(ROOT / "Pulumi.lab.yaml", require_host_keys=False)
    assert load_pulumi(require_host_keys=False) == from_file


def test_config_set_by_mocks_is_read_too() -> None:
    runtime.set_all_config(as_engine_gives(fields("prod")))
    assert load_pulumi(require_host_keys=False).name == "prod"


def test_unknown_keys_of_the_namespace_are_errors() -> None:
    runtime.set_all_config(as_engine_gives(fields("prod")) | {"cloud:hostt": "{}"})
    with pytest.raises(ConfigErrors, match="did you mean `hosts`"):
        load_pulumi(require_host_keys=False)


def test_nothing_under_a_secret_key_is_shown() -> None:
    raw = fields("prod", {"packages.mirror": "canary-1"})
    runtime.set_all_config(as_engine_gives(raw), ["cloud:packages"])
    with pytest.raises(ConfigErrors, match=r"cloud:packages.mirror\n") as caught:
        load_pulumi(require_host_keys=False)
    assert "canary-1" not in str(caught.value)


def test_a_field_that_is_no_json_is_reported() -> None:
    runtime.set_all_config(as_engine_gives(fields("prod")) | {"cloud:time": "{"})
    with pytest.raises(ConfigErrors, match="cloud:time"):
        load_pulumi(require_host_keys=False)


def stack_with_secret(folder: Path) -> Path:
    text = (ROOT / "Pulumi.prod.yaml").read_text()
    path = folder / "Pulumi.prod.yaml"
    path.write_text(text.replace("file: ~/.ssh/openstack-prod\n", "secret: {secure: v1:abc}\n"))
    return path


def test_a_sealed_secret_does_not_stop_a_command_that_needs_none(tmp_path: Path) -> None:
    cloud = load_stack_file(stack_with_secret(tmp_path), require_host_keys=False)
    assert cloud.ssh.key.secret is not None
    assert cloud.ssh.key.secret.get_secret_value() == SEALED


def test_decrypted_values_take_the_place_of_sealed_ones(tmp_path: Path) -> None:
    key = private_key("operator")
    shown = {"cloud:ssh": {"value": "…", "objectValue": {"key": {"secret": key}}, "secret": True}}
    cloud = load_stack_file(stack_with_secret(tmp_path), secrets_of(shown), require_host_keys=False)
    assert cloud.ssh.key.secret is not None
    assert cloud.ssh.key.secret.get_secret_value() == key


def test_a_decrypted_value_is_not_shown_where_it_is_wrong(tmp_path: Path) -> None:
    shown = {"cloud:ssh": {"objectValue": {"key": {"secret": "canary-2"}}}}
    with pytest.raises(ConfigErrors, match="is not a private key") as caught:
        load_stack_file(stack_with_secret(tmp_path), secrets_of(shown), require_host_keys=False)
    assert "canary-2" not in str(caught.value)


def test_relative_files_are_beside_the_stack_file(tmp_path: Path) -> None:
    raw = fields("lab")
    assert (
        load_mapping(raw, "x", tmp_path, require_host_keys=False).ssh.known_hosts
        == tmp_path / ".lab/known_hosts"
    )
