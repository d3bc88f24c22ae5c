"""Which provider plugin is taken, each for itself: installed, fetched, or our own."""

from __future__ import annotations

from pathlib import Path

from tests.unit.toolchain.test_choose import built, executable, origins, places
from toolchain.choose import choose
from toolchain.paths import Places
from toolchain.tool import Origin


def two_plugins(tmp_path: Path, **environment: str) -> Places:
    """A checkout that has a second plugin, `things`."""
    here = places(tmp_path, **environment)
    here.__dict__["plugins"] = {"command": "1.2.1", "things": "0.1.0"}  # a cached property
    return here


def test_each_plugin_is_chosen_for_itself(tmp_path: Path) -> None:
    here = two_plugins(tmp_path, PULUMI_DOWNLOAD_BASE="http://127.0.0.1:1")
    built(here)
    official = tmp_path / "home/.pulumi/plugins/resource-things-v0.2.0"
    executable(official / "pulumi-resource-things", "\x7fELF")
    tools = choose(here, lambda _line: None)[2:]
    assert [(tool.name, tool.version, tool.origin) for tool in tools] == [
        ("pulumi-resource-command", "1.2.1", Origin.OURS),
        ("pulumi-resource-things", "0.2.0", Origin.INSTALLED),
    ]
    assert (here.home / "plugins" / official.name).resolve() == official
    assert "toolchain.plugins.command.__main__" in tools[0].path.read_text()


def test_the_users_own_home_is_used_only_with_every_plugin_in_it(tmp_path: Path) -> None:
    here = two_plugins(tmp_path, PATH=f"{tmp_path}/official:/usr/bin:/bin")
    for name in ("pulumi", "pulumi-language-python"):
        executable(tmp_path / "official" / name)
    plugins = tmp_path / "home/.pulumi/plugins"
    executable(plugins / "resource-command-v1.2.1/pulumi-resource-command", "\x7fELF")
    said: list[str] = []
    assert origins(here, said) == [Origin.INSTALLED] * 3 + [Origin.OURS]
    assert said == ["official things plugin: error: no network; going on with this project's own"]
    assert f"PULUMI_HOME={here.home}" in (here.tools / "env").read_text()
    executable(plugins / "resource-things-v0.1.0/pulumi-resource-things", "\x7fELF")
    assert origins(here, said) == [Origin.INSTALLED] * 4
    assert "PULUMI_HOME" not in (here.tools / "env").read_text()


def test_a_site_without_a_way_out_is_asked_for_one_plugin_only(tmp_path: Path) -> None:
    here = two_plugins(tmp_path, PATH=f"{tmp_path}/official:/usr/bin:/bin")
    for name in ("pulumi", "pulumi-language-python"):
        executable(tmp_path / "official" / name)
    said: list[str] = []
    assert origins(here, said) == [Origin.INSTALLED] * 2 + [Origin.OURS] * 2
    assert said == ["official command plugin: error: no network; going on with this project's own"]
