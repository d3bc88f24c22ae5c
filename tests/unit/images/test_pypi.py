"""pip's settings and lock files, as the build uses them."""

from __future__ import annotations

import re

import pytest

from images.layers import cause
from images.pypi import pinned, uv_environment
from images.recipe import Venv, read, recipes

LOCK = """\
nova==31.0.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
nova-client==1 \\
    --hash=sha256:cc
"""


def test_uv_asks_the_index_that_pip_asks() -> None:
    listing = (
        ":env:.index-url='https://user:word@index.example/simple'\n"
        "global.cert='/etc/ssl/ca.crt'\n"
        "global.extra-index-url='https://a.example\\nhttps://b.example'\n"
        "global.index-url='https://other.example/simple'\n"
        "download.index-url='https://never.example'\n"
    )
    assert uv_environment(listing) == {
        "UV_DEFAULT_INDEX": "https://user:word@index.example/simple",
        "UV_INDEX": "https://a.example https://b.example",
    }
    assert uv_environment("") == {}


def test_pins_of_projects_keep_their_hashes() -> None:
    assert pinned(LOCK, {"nova"}) == ["nova==31.0.0 --hash=sha256:aa --hash=sha256:bb"]


@pytest.mark.parametrize("release", recipes())
def test_lock_files_have_what_the_recipe_asks_for(release: str) -> None:
    recipe = read(release)
    for name, layer in recipe.layers.items():
        if isinstance(layer, Venv):
            lock = recipe.lock(name).read_text(encoding="utf-8")
            locked = dict(re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE))
            for requirement in layer.requirements:
                project, _, version = requirement.partition("==")
                project = re.sub(r"[-_.]+", "-", re.split(r"[<>\[]", project)[0]).lower()
                assert project in locked, requirement
                assert not version or "*" in version or locked[project] == version
            assert lock.count("==") <= lock.count("--hash=")
    projects = set(recipe.sources.values())
    locks = "".join(
        recipe.lock(n).read_text() for n, layer in recipe.layers.items() if isinstance(layer, Venv)
    )
    assert {line.split("==")[0] for line in pinned(locks, projects)} == projects


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("E: Unable to locate package ovn-sentral", "the mirror has no package ovn-sentral"),
        ("E: Package 'proxysql' has no installation candidate", "the mirror has no package proxysql"),
        ("E: Couldn't find these debs: dumb-inti", "the mirror has no package dumb-inti"),
        ("dpkg: error: cannot copy: No space left on device", "no space left on the cache's disk"),
        ("E: Sub-process /usr/bin/dpkg returned an error code (1)", ""),
    ],
)
def test_package_that_the_mirror_refuses_is_named(words: str, said: str) -> None:
    assert cause(f"`apt-get install` exited 100: {words}\n  more") == said
