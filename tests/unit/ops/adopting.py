"""What the tests of `make adopt` share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from config.cloud import CloudConfig
from config.load import load_stack_file
from ops.adopt.__main__ import main
from tests.unit.ops import adopt_folders as folders


def run(file: Path, folder: Path, given: dict[str, Any] | None = None, *words: str) -> int:
    more = ["--addresses", str(folders.written(file.with_name("addresses.yaml"), given))] if given else []
    return main(["--stack", "mine", "--config-file", str(file), "--from", str(folder), *more, *words])


def loaded(file: Path) -> CloudConfig:
    return load_stack_file(file, require_host_keys=False)


def otherwise(out: str) -> list[str]:
    """The places of what the stack file does not say as the folder does."""
    told = out.partition("By the stack file it is otherwise")[2].partition("\n\n")[0]
    return [line.strip() for line in told.splitlines()[1:]]
