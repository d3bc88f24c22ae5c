"""A failed resource is told by the engine alone; a bug in the program is shown with its traceback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.toolchain.fake_engine import Run, host

FAILS = 32
"""The exit code by which the engine does nothing more: above all, it deletes nothing that was not declared."""

RESOURCES = """
import pulumi
class Thing(pulumi.CustomResource):
    def __init__(self, name, after=()):
        super().__init__("a:b:C", name, {}, pulumi.ResourceOptions(depends_on=list(after)))
"""
FAILED = "bad = Thing('bad')\nnext_ = Thing('next', [bad])\n"
BUG = "def deep():\n    raise ValueError('boom')\n"
ASYNC = """
async def main():
    bad = Thing('bad')
    next_ = Thing('next', [bad])
    {}
pulumi.run(main)
"""


@pytest.fixture(scope="module", name="run")
def _run() -> Iterator[Run]:
    """One interpreter for all programs."""
    with host() as run:
        yield run


def test_a_program_without_a_failure_ends_well(run: Run, tmp_path: Path) -> None:
    assert run(tmp_path, RESOURCES + "Thing('next', [Thing('good')])\n") == (0, [])


@pytest.mark.parametrize("program", [FAILED, ASYNC.format("pass"), ASYNC.format("await next_.urn.future()")])
def test_a_failed_resource_gives_no_traceback(program: str, run: Run, tmp_path: Path) -> None:
    assert run(tmp_path, RESOURCES + program) == (FAILS, [])


@pytest.mark.parametrize(
    "program",
    [
        BUG + "deep()\n",
        BUG + "Thing('good').id.apply(lambda _: deep())\n",
        FAILED + BUG + "deep()\n",
        BUG + ASYNC.format("deep()"),
    ],
    ids=[
        "at once",
        "in an apply",
        "next to a failed resource",
        "in an async program next to a failed resource",
    ],
)
def test_a_bug_is_shown_with_the_program_s_own_frames(program: str, run: Run, tmp_path: Path) -> None:
    code, errors = run(tmp_path, RESOURCES + program)
    assert code == FAILS
    text = "\n".join(errors)
    assert "ValueError: boom" in text
    assert f'File "{tmp_path}/__main__.py"' in text
    assert "in deep" in text
    assert "ResourceRegistrationFailed" not in text
