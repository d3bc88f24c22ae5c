"""An option's value in a cloud: what the stack file sets, else the release's own default, evaluated.

Kolla-Ansible's defaults are Jinja expressions over other options (`enable_opensearch`: central logging or …).
Those that switch services and move ports use a small part of Jinja that is Python's syntax too, so its parser
reads them; nothing is ever executed. What is beyond that part cannot be known here and says so.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from config.release_map.data_file import option_rows

if TYPE_CHECKING:
    from config.cloud import CloudConfig

_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_PORTS = re.compile(r"\d{1,5}")
_DEEP = 20
"""Options that may name each other in a chain; more is a circle."""


class UnknownValueError(ValueError):
    """A value that only Ansible can find out; `name` is the option that has it."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why


class UndefinedValueError(UnknownValueError):
    """An option that neither the stack file nor the release gives a value."""


class Values:
    """The options of one cloud."""

    def __init__(self, series: str, own: Mapping[str, Any]) -> None:
        """`own`: what the stack file sets, by Kolla-Ansible's names."""
        self._rows = option_rows(series)
        self._own = own
        self._found: dict[str, Any] = {}
        self._depth = 0

    def get(self, name: str) -> Any:
        """The value of an option. Raises UnknownValueError, or UndefinedValueError where there is none."""
        if name not in self._found:
            self._found[name] = self._read(name)
        return self._found[name]

    def knows(self, name: str) -> bool:
        """Whether the release has the option."""
        return name in self._rows

    def on(self, expression: str) -> bool:
        """Whether an expression over options holds, such as `enable_x and not enable_y`. Raises UnknownValueError."""
        try:
            return truth(self._value(_parsed(expression), expression))
        except UndefinedValueError:
            return False

    def port(self, name: str) -> str:
        """The port that an option names. Raises UnknownValueError."""
        value = str(self.get(name)).strip()
        if not _PORTS.fullmatch(value) or not 1 <= int(value) <= 65535:
            raise UnknownValueError(name, "is not a port: a whole number within 1-65535")
        return value

    def _read(self, name: str) -> Any:
        if name in self._own:
            value = self._own[name]
        else:
            kind, default, place = self._rows.get(name, ("any", "", "read in"))
            if not default and place.startswith("read in"):
                raise UndefinedValueError(name, "has no value")
            if default.endswith("…"):
                raise UnknownValueError(name, "has a default that is too long to be kept")
            value = default
            if kind in ("list", "dict") and default[:1] in ("[", "{") and default[:2] != "{{":
                return _json(name, default)
        return self._rendered(name, value) if isinstance(value, str) else value

    def _rendered(self, name: str, text: str) -> Any:
        if "{%" in text:
            raise UnknownValueError(name, "has a Jinja statement")
        parts = _EXPRESSION.split(text)
        if any("{{" in part for part in parts[::2]):
            raise UnknownValueError(name, "has a Jinja expression without an end")
        if len(parts) == 1:
            return text
        if self._depth > _DEEP:
            raise UnknownValueError(name, "names itself in a circle")
        self._depth += 1
        try:
            values = [
                self._value(_parsed(part.strip()), name) if at % 2 else part for at, part in enumerate(parts)
            ]
        except SyntaxError:
            raise UnknownValueError(name, "has a Jinja expression that only Ansible can evaluate") from None
        finally:
            self._depth -= 1
        alone = len(parts) == 3 and not parts[0].strip() and not parts[2].strip()
        return values[1] if alone else "".join(str(value) for value in values)

    def _value(self, node: ast.expr, name: str) -> Any:  # one line for each kind of node
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=("true" | "false" | "none") as word):
                return {"true": True, "false": False, "none": None}[word]
            case ast.Name(id=option):
                return self.get(option)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return [self._value(item, name) for item in items]
            case ast.BoolOp(op=operator, values=parts):
                every = isinstance(operator, ast.And)
                return (all if every else any)(truth(self._value(part, name)) for part in parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not truth(self._value(operand, name))
            case ast.IfExp(test=test, body=body, orelse=otherwise):
                return self._value(body if truth(self._value(test, name)) else otherwise, name)
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self._compared(left, operator, right, name)
            case ast.BinOp(left=left, op=ast.BitOr(), right=how):
                return self._filtered(left, how, name)
            case _:
                raise UnknownValueError(name, "has a Jinja expression that only Ansible can evaluate")

    def _compared(self, left: ast.expr, operator: ast.cmpop, right: ast.expr, name: str) -> bool:
        one, other = self._value(left, name), self._value(right, name)
        match operator:
            case ast.Eq():
                return bool(one == other)
            case ast.NotEq():
                return bool(one != other)
            case ast.In() | ast.NotIn() if not isinstance(other, str | list | dict):
                raise UnknownValueError(name, "looks for a part in what has none")
            case ast.In():
                return one in other
            case ast.NotIn():
                return one not in other
            case _:
                raise UnknownValueError(name, "compares in a way that only Ansible can evaluate")

    def _filtered(self, left: ast.expr, how: ast.expr, name: str) -> Any:
        match how:
            case ast.Name(id="bool"):
                return truth(self._value(left, name))
            case ast.Name(id="int"):
                return int(self._value(left, name))
            case ast.Name(id="length"):
                return len(self._value(left, name))
            case ast.Call(func=ast.Name(id="default"), args=[otherwise, *_]):
                try:
                    return self._value(left, name)
                except UndefinedValueError:
                    return self._value(otherwise, name)
            case _:
                raise UnknownValueError(name, "has a Jinja filter that only Ansible can evaluate")


def values(cloud: CloudConfig) -> Values:
    """The options of a cloud that has `kolla`."""
    from config.kolla.variables import effective  # noqa: PLC0415  # services use values, variables ask services

    return Values(cloud.releases.openstack, effective(cloud))


def truth(value: Any) -> bool:
    """A truth value as Ansible's `bool` filter reads it."""
    return value is True or str(value).strip().lower() in ("yes", "on", "1", "true", "t", "y")


@cache
def _parsed(expression: str) -> ast.expr:
    return ast.parse(expression, mode="eval").body


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise UnknownValueError(name, "has a default that is neither JSON nor an expression") from None
