"""The table of all fields in docs/config.md, made from the models."""

from __future__ import annotations

import json
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from config.cloud import CloudConfig
from config.model.errors import Loc
from config.model.shape import alias, bare, inner, is_model, kind_words

_BEGIN = "<!-- fields: written by `python -m config.schema` -->"
_END = "<!-- end of fields -->"


def with_table(page: str) -> str:
    """The page with its table renewed."""
    before, _, rest = page.partition(_BEGIN)
    return f"{before}{_BEGIN}\n{field_table()}{_END}{rest.partition(_END)[2]}"


def field_table() -> str:
    """Every field that is not a mere group: name, kind, default, meaning; Markdown."""
    rows = _rows(CloudConfig, ())
    return "| field | value | default | meaning |\n|---|---|---|---|\n" + "".join(f"{row}\n" for row in rows)


def _rows(model: type[BaseModel], loc: Loc) -> list[str]:
    rows = []
    for name, field in model.model_fields.items():
        here: Loc = (*loc, alias(name, field))
        kind = bare(field.annotation)
        is_list, is_map = get_origin(kind) is tuple, get_origin(kind) is dict
        item = inner(kind) if is_list or is_map else kind
        if is_model(item):
            step = "[]" if is_list else ".NAME" if is_map else ""
            path = (*here[:-1], f"{here[-1]}{step}")
            rows += [_row(path, "", field)] if field.description else []
            # The six networks have the same fields: listed once, under `networks.NETWORK`.
            if loc == ("networks",):
                rows += _rows(item, ("networks", "NETWORK")) if name == "provider" else []
            else:
                rows += _rows(item, path)
        else:
            rows.append(_row(here, _kind(kind), field))
    return rows


def _row(loc: Loc, kind: str, field: FieldInfo) -> str:
    default = "" if not kind else "required" if field.is_required() else _default(field)
    meaning = " ".join((field.description or "").split())
    return f"| `{'.'.join(str(step) for step in loc)}` | {kind} | {default} | {meaning} |"


def _default(field: FieldInfo) -> str:
    value: Any = field.get_default(call_default_factory=True)
    return (
        ""
        if value is None or value in ((), {})
        else f"`{json.dumps(value) if isinstance(value, bool) else value}`"
    )


def _kind(kind: Any) -> str:
    origin = get_origin(kind)
    if origin is tuple:
        items = get_args(kind)
        return "first and last address" if Ellipsis not in items else f"list of: {_kind(bare(items[0]))}"
    if origin is dict:
        return f"mapping to {_kind(inner(kind))}"
    if getattr(kind, "__name__", "") == "SecretStr":
        return "secret"
    return kind_words(kind)
