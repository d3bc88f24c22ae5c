"""Every text of a stack file has a form, and none has room for a line of somebody else's file."""

from __future__ import annotations

import pkgutil
import typing
from collections.abc import Iterator
from importlib import import_module
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import SecretStr, StringConstraints, TypeAdapter, ValidationError

from config.cloud import CloudConfig
from config.model import texts
from config.model.base import Section
from config.model.texts.form import FORM_WORDS
from config.model.texts.lines import FreeText
from config.site.packages import Packages

_LINES: dict[str, Any] = {
    name: kind
    for module in pkgutil.iter_modules(texts.__path__)
    for name, kind in vars(import_module(f"{texts.__name__}.{module.name}")).items()
    if get_origin(kind) is Annotated and get_args(kind)[0] in (str, SecretStr) and name != "FreeText"
}
_MANY_LINES = {"packages.repositories.key", "kolla.overrides.content"}
_SECRETS_OF_MANY_LINES = {"secret"}
"""What `SecretSource` holds: keys and certificates, which are files."""


def _texts(kind: Any, place: str, marks: tuple[Any, ...] = ()) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    """Every text below a type, with what its type says about it."""
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _texts(get_args(kind)[0], place, (*marks, *get_args(kind)[1:]))
    elif isinstance(kind, type) and issubclass(kind, Section):
        hints = typing.get_type_hints(kind, include_extras=True)
        for name, field in kind.model_fields.items():
            below = f"{place}.{field.alias}".lstrip(".")
            yield from _texts(hints[name], below)
    elif origin is not None and origin is not typing.Literal:
        for part in get_args(kind):
            if part not in (Ellipsis, NoneType):
                yield from _texts(part, place)
    elif kind in (str, SecretStr):
        yield place, kind, marks


def test_every_text_of_a_stack_file_has_a_form() -> None:
    without = {
        place
        for place, kind, marks in _texts(CloudConfig, "")
        if kind is str
        and not any(isinstance(m, StringConstraints) and m.pattern in FORM_WORDS for m in marks)
    }
    assert without == _MANY_LINES


def test_every_secret_of_a_stack_file_is_one_word_or_a_file() -> None:
    without = {
        place.rpartition(".")[2]
        for place, kind, marks in _texts(CloudConfig, "")
        if kind is SecretStr and not marks
    }
    assert without == _SECRETS_OF_MANY_LINES


@pytest.mark.parametrize(
    "hostile", ["a\nb", "a\rb", "a\0b", "a\x1bb", "a\u2028b", "a\x85b", "\n", " ", "", " a", "a "]
)
@pytest.mark.parametrize("name", _LINES)
def test_no_text_has_a_line_break_or_a_control_character(name: str, hostile: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(_LINES[name]).validate_python(hostile)


def test_a_key_of_many_lines_is_taken() -> None:
    key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\nAA\n-----END PGP PUBLIC KEY BLOCK-----\n"
    assert TypeAdapter(FreeText).validate_python(key) == key
    assert Packages.model_fields["repositories"]
