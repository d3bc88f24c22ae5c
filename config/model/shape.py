"""The shape of the models: which field is at a place, whether it may be shown, what is nearby."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from config.model.errors import Loc


def alias(name: str, field: FieldInfo) -> str:
    """A field's name in the stack file."""
    return field.alias or name


def bare(annotation: Any) -> Any:
    """A type without `Annotated` and without `| None`; a union of several others stays one."""
    parts = alternatives(annotation)
    return parts[0] if len(parts) == 1 else Union[tuple(parts)]  # noqa: UP007  # made at run time


def alternatives(annotation: Any) -> list[Any]:
    """The types that a value may be of, in their order, bare; `None` is left out."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return alternatives(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return [one for part in get_args(annotation) if part is not NoneType for one in alternatives(part)]
    return [annotation]


def is_model(annotation: Any) -> bool:
    """Whether a bare type is a section."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def inner(annotation: Any) -> Any:
    """The type of the values of a mapping or of the items of a list."""
    arguments = [part for part in get_args(annotation) if part is not Ellipsis]
    return bare(arguments[-1]) if arguments else Any


def field_at(model: type[BaseModel], loc: Loc) -> tuple[Any, FieldInfo | None]:
    """The bare type at a place and, the field, if it is one of a section; `(None, None)`: no such place."""
    here: Any = model
    field: FieldInfo | None = None
    for step in loc:
        below = (step_into(kind, step) for kind in alternatives(here))
        found = next((one for one in below if one[0] is not None), None)
        if found is None:
            return None, None
        here, field = found
    return bare(here), field


def step_into(kind: Any, step: str | int) -> tuple[Any, FieldInfo | None]:
    """The type one step below a bare type, and the field if it is one; `(None, None)`: no such place."""
    if is_model(kind):
        field = next((f for name, f in kind.model_fields.items() if alias(name, f) == step), None)
        return (field.annotation, field) if field else (None, None)
    if get_origin(kind) not in (dict, tuple, list):
        return None, None
    arguments = [part for part in get_args(kind) if part is not Ellipsis]
    at = step if isinstance(step, int) and get_origin(kind) is tuple and step < len(arguments) else -1
    return arguments[at], None


def names_in(model: type[BaseModel]) -> list[str]:
    """The keys that a section may have."""
    return [alias(name, field) for name, field in model.model_fields.items()]


def places(model: type[BaseModel], loc: Loc = ()) -> Iterator[tuple[Loc, FieldInfo]]:
    """Every field of a model and of the sections in it; `*` stands for the key of a mapping or list."""
    for name, field in model.model_fields.items():
        here: Loc = (*loc, alias(name, field))
        yield here, field
        for kind in alternatives(field.annotation):
            listed = get_origin(kind) in (dict, tuple)
            for item in alternatives(inner(kind)) if listed else [kind]:
                if is_model(item):
                    yield from places(item, (*here, "*") if listed else here)


@cache
def places_of(model: type[BaseModel], kind: type[BaseModel]) -> tuple[Loc, ...]:
    """The places of a model where sections of one kind stand, as `places` writes them."""
    found: list[Loc] = []
    for loc, field in places(model):
        here, annotation = loc, bare(field.annotation)
        if get_origin(annotation) in (dict, tuple):
            here, annotation = (*loc, "*"), inner(annotation)
        if is_model(annotation) and issubclass(annotation, kind):
            found.append(here)
    return tuple(found)


def values_at(section: Any, loc: Loc, here: Loc = ()) -> Iterator[tuple[Loc, Any]]:
    """What is at a place of a model, with its own place for each `*`; nothing where it is left out."""
    if section is None:
        return
    if not loc:
        yield here, section
    elif loc[0] != "*":
        fields = type(section).model_fields.items()
        name = next(name for name, field in fields if alias(name, field) == loc[0])
        yield from values_at(getattr(section, name), loc[1:], (*here, loc[0]))
    else:
        items = section.items() if isinstance(section, dict) else enumerate(section)
        for key, item in items:
            yield from values_at(item, loc[1:], (*here, key))


def holds_secret(annotation: Any) -> bool:
    """Whether a value of the type is a secret, or has one somewhere inside."""
    kind = bare(annotation)
    if kind is None or kind is Any:
        return True
    if len(parts := alternatives(kind)) > 1:
        return any(holds_secret(part) for part in parts)
    if is_model(kind):
        return any(holds_secret(field.annotation) for field in kind.model_fields.values())
    if get_origin(kind) in (dict, tuple, list):
        return holds_secret(inner(kind))
    return isinstance(kind, type) and issubclass(kind, SecretStr)


def secrets_in(section: BaseModel) -> Iterator[Loc]:
    """The places of a model that hold a secret."""
    for loc, field in places(type(section)):
        here, kind = loc, bare(field.annotation)
        if get_origin(kind) in (dict, tuple):
            here, kind = (*loc, "*"), inner(kind)
        if isinstance(kind, type) and issubclass(kind, SecretStr):
            yield from (found for found, _ in values_at(section, here))


def kind_words(annotation: Any) -> str:
    """What a bare type is called in a report."""
    kind = bare(annotation)
    if len(parts := alternatives(kind)) > 1:
        return " or ".join(dict.fromkeys(kind_words(part) for part in parts))
    origin = get_origin(kind)
    if is_model(kind):
        return f"a mapping with {', '.join(names_in(kind))}"
    if origin is dict:
        return "a mapping"
    if origin in (tuple, list):
        return "a list"
    if origin is Literal:
        return "one of " + ", ".join(str(choice) for choice in get_args(kind))
    known = {
        "str": "text",
        "SecretStr": "text",
        "int": "a whole number",
        "float": "a number",
        "UUID": "an id such as `1d89fec3-325a-4963-a950-c4afedd37fe3`",
        "bool": "true or false",
        "Path": "a file name",
    }
    name = getattr(kind, "__name__", str(kind))
    return known.get(name, {"IPv4Address": "an IPv4 address", "IPv4Network": "a subnet"}.get(name, name))
