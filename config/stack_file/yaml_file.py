"""Reading YAML as Pulumi's own engine reads it, with the line of every value.

The engine's parser knows only `true` and `false` as truth values, has no base-60 numbers and
leaves dates as text; PyYAML's defaults would read `off` or `12:30` as something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from config.model.errors import Loc, Problem, dotted, printable

_SCALARS: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"^(|~|null|Null|NULL)$"), lambda _: None),
    (re.compile(r"^(true|True|TRUE)$"), lambda _: True),
    (re.compile(r"^(false|False|FALSE)$"), lambda _: False),
    (re.compile(r"^[-+]?(0|[1-9][0-9]*)$"), int),
    (re.compile(r"^0[xX][0-9a-fA-F]+$"), lambda text: int(text, 16)),
    (re.compile(r"^0[oO]?[0-7]+$"), lambda text: int(text.lower().replace("o", ""), 8)),
    (re.compile(r"^[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$"), float),
)
_DEEPEST = 64
"""Levels that a document may have; a stack file has twelve."""
_LARGEST = 100_000
"""Values that a document may have once its aliases are written out; that of a thousand hosts has a fifth of it."""
_LONGEST = 20
"""Characters that a number may have; the engine's own are of 64 bits."""


class _TooMuchError(Exception):
    """The rest of a document is not read."""


@dataclass
class Document:
    """A YAML document: its value, and where each part of it stands."""

    value: Any = None
    lines: dict[Loc, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    inside: list[yaml.Node] = field(default_factory=list, repr=False)
    """Nodes that are being read, to notice an alias that refers to what it stands in."""
    spelt: dict[Loc, str] = field(default_factory=dict)
    """Numbers that would be written otherwise than they stand there, such as `2025.10`."""
    size: int = 0
    """Values that were read so far."""

    def line(self, loc: Loc) -> int | None:
        """Line of a place, or of the nearest place above it."""
        return next(
            (self.lines[loc[:end]] for end in range(len(loc), 0, -1) if loc[:end] in self.lines), None
        )


def instead_of(path: Path) -> str:
    """What to do about a stack file that is not there: those next to it, and how it is made."""
    there = ", ".join(sorted(file.name for file in path.parent.glob("Pulumi.*.yaml"))) or "none here"
    named = re.fullmatch(r"Pulumi\.(.+)\.yaml", path.name)
    make = f", or create it with `make new STACK={printable(named[1])}`" if named else ""
    return f"use an existing stack file ({there}){make}"


def read_yaml(path: Path) -> Document:
    """Read a file; what is wrong with its YAML is among the document's problems, never raised."""
    document = Document()
    try:
        text = path.read_text(encoding="utf-8")
        node = _compose(text)
    except FileNotFoundError:
        _fail(document, path, None, "the file does not exist", instead_of(path))
    except (OSError, UnicodeDecodeError) as error:
        _fail(document, path, None, f"cannot be read: {error}", "check the file and its rights")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = None if mark is None else mark.line + 1
        _fail(document, path, line, f"is not valid YAML: {error.problem}", "correct the file at that line")
    except RecursionError:
        _fail(
            document,
            path,
            None,
            f"has more than {_DEEPEST} levels",
            "write it out, flat, without the aliases",
        )
    except yaml.YAMLError:
        _fail(document, path, None, "is not valid YAML", "check for tabs and unprintable characters")
    else:
        try:
            document.value = None if node is None else _value(node, (), document)
        except _TooMuchError as error:
            document.value = None
            _fail(document, path, None, str(error), "write it out, flat, without the aliases")
    return document


def _compose(text: str) -> yaml.Node | None:
    """The document's nodes, by libyaml where PyYAML has it (ten times faster); the other says better what is wrong."""
    if max(map(text.count, ("[", "{", "- ", "? "))) > _DEEPEST:
        _measure(text)
    try:
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


def _measure(text: str) -> None:
    """Raise RecursionError for what has too many levels, before anything goes down into them."""
    level = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if level > _DEEPEST:
                raise RecursionError
    except yaml.YAMLError:
        return  # reported with its line when it is composed


def _fail(document: Document, path: Path, line: int | None, reason: str, fix: str) -> None:
    document.problems.append(Problem((), reason, fix, line=line, label=path.name))


def _value(node: yaml.Node, loc: Loc, document: Document) -> Any:
    document.lines.setdefault(loc, node.start_mark.line + 1)
    document.size += 1
    if document.size > _LARGEST:
        raise _TooMuchError(f"has more than {_LARGEST} values, most of them by aliases")
    if len(document.inside) > _DEEPEST:
        raise _TooMuchError(f"has more than {_DEEPEST} levels")
    if any(node is one for one in document.inside):
        _wrong(document, loc, node, "refers to itself", "write the value out instead of the alias")
        return None
    document.inside.append(node)
    value = _read(node, loc, document)
    document.inside.pop()
    return value


def _read(node: yaml.Node, loc: Loc, document: Document) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, loc, document)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*loc, index), document) for index, item in enumerate(node.value)]
    text = str(node.value)
    if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
        _wrong(document, loc, node, "has half a character in it", "write the character itself")
        return ""
    if (
        not isinstance(node, yaml.ScalarNode)
        or node.style  # quoted or a block
        or node.tag == "tag:yaml.org,2002:str!"
    ):
        return text
    for pattern, convert in _SCALARS:
        if pattern.match(text):
            return _converted(node, loc, document, convert)
    return text


def _converted(node: yaml.ScalarNode, loc: Loc, document: Document, convert: Any) -> Any:
    text = str(node.value)
    if len(text) > _LONGEST:
        fix = "write a smaller number, or put it into quotes if it is a text"
        _wrong(document, loc, node, f"is a number of {len(text)} characters, which nothing here can be", fix)
        return text
    value = convert(text)
    if isinstance(value, float):
        if not isfinite(value):
            _wrong(
                document,
                loc,
                node,
                "is a number without an end",
                "write a smaller number, or put it into quotes",
            )
            return text
        if repr(value) != text:
            document.spelt[loc] = text
    return value


def _wrong(document: Document, loc: Loc, node: yaml.Node, reason: str, fix: str) -> None:
    document.problems.append(Problem(loc, reason, fix, line=node.start_mark.line + 1, label=_label(loc)))


def _merged(node: yaml.Node, loc: Loc, document: Document) -> dict[str, Any]:
    """What a merge key brings in: mappings alone."""
    merged: dict[str, Any] = {}
    sources = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for source in reversed(sources):
        value = _value(source, loc, document) if isinstance(source, yaml.MappingNode) else {}
        merged |= value or {}  # nothing: it refers to itself
        if not isinstance(source, yaml.MappingNode):
            fix = "name a mapping after `<<:` (`*NAME`), or remove the line"
            _wrong(document, loc, source, "merges what is not a mapping", fix)
    return merged


def _mapping(node: yaml.MappingNode, loc: Loc, document: Document) -> dict[str, Any]:
    result: dict[str, Any] = {}
    merged: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            reason = f"has a {'mapping' if isinstance(key_node, yaml.MappingNode) else 'list'} as a key"
            _wrong(
                document,
                loc,
                key_node,
                reason,
                "write a name before the colon; quote it if it begins with { or [",
            )
            continue
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if not key.isascii() and any("\ud800" <= sign <= "\udfff" for sign in key):
            _wrong(
                document, loc, key_node, "has a key with half a character in it", "write the character itself"
            )
            continue
        here = (*loc, key)
        if key_node.tag == "tag:yaml.org,2002:merge":
            merged |= _merged(value_node, loc, document)
        elif key in result:
            reason = f"the key appears here a second time; the first is on line {document.lines[here]}"
            fix = "keep one of the two"
            document.problems.append(Problem(here, reason, fix, line=line, label=_label(here)))
        else:
            document.lines[here] = line
            result[key] = _value(value_node, here, document)
    return merged | result


def _label(loc: Loc) -> str:
    """Path of a place in the file, whose first steps are `config` and `cloud:FIELD`."""
    steps = [printable(str(step)) for step in loc]
    if not steps:
        return "the file"
    if steps[0] == "config" and len(steps) > 1 and steps[1].startswith("cloud:"):
        return dotted((steps[1].removeprefix("cloud:"), *loc[2:]))
    return ".".join(steps)
