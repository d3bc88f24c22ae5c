"""A YAML file that has to hold a mapping, with one line for what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from config.stack_file.yaml_file import read_yaml
from ops.adopt.remark import AdoptError

_VAULT = "$ANSIBLE_VAULT;"


def read_mapping(path: Path) -> dict[str, Any]:
    """The mapping; an empty file is an empty one. Raises AdoptError, which never shows the file's content."""
    try:
        with path.open(encoding="utf-8") as file:
            head = file.read(len(_VAULT))
    except (OSError, UnicodeDecodeError):
        raise AdoptError(path, "cannot be read as text", "check the file and its rights") from None
    if head == _VAULT:
        raise _encrypted(path)
    document = read_yaml(path)
    for problem in document.problems:
        place = path if problem.line is None else f"{path} (line {problem.line})"
        raise AdoptError(place, problem.reason, problem.fix)
    if not isinstance(document.value or {}, dict):
        raise AdoptError(path, "is not a mapping of names to values", "correct the file, or name another one")
    found: dict[str, Any] = document.value or {}
    for name, value in found.items():
        if any(text.startswith(_VAULT) for text in _texts(value)):
            raise _encrypted(f"{path}: {name}")
    return found


def _encrypted(place: object) -> AdoptError:
    return AdoptError(
        place,
        "is encrypted with Ansible's vault",
        "copy the folder to one of mode 0700, run `ansible-vault decrypt` (`ansible-vault view` for a single value) "
        "on the copy, adopt that one, and delete it",
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
