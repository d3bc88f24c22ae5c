"""Reading YAML as Pulumi's own engine reads it, with the line of every value.

The engine's parser knows only `true` and `false` as truth values, has no base-60 numbers and
leaves dates as text; PyYAML's defaults would read `off` or `12:30` as something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from config.model.errors import Loc, Problem, dotted

_SCALARS: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"^(|~|null|Null|NULL)$"), lambda _: None),
    (re.compile(r"^(true|True|TRUE)$"), lambda _: True),
    (re.compile(r"^(false|False|FALSE)$"), lambda _: False),
    (re.compile(r"^[-+]?(0|[1-9][0-9]*)$"), int),
    (re.compile(r"^0[xX][0-9a-fA-F]+$"), lambda text: int(text, 16)),
    (re.compile(r"^0[oO]?[0-7]+$"), lambda text: int(text.lower().replace("o", ""), 8)),
    (re.compile(r"^[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$"), float),
)


@dataclass
class Document:
    """A YAML document: its value, and where each part of it stands."""

    value: Any = None
    lines: dict[Loc, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    inside: list[yaml.Node] = field(default_factory=list, repr=False)
    """Nodes that are being read, to notice an alias that refers to what it stands in."""

    def line(self, loc: Loc) -> int | None:
        """Line of a place, or of the nearest place above it."""
        return next(
            (self.lines[loc[:end]] for end in range(len(loc), 0, -1) if loc[:end] in self.lines), None
        )


def read_yaml(path: Path) -> Document:
    """Read a file; what is wrong with its YAML is among the document's problems, never raised."""
    document = Document()
    try:
        text = path.read_text(encoding="utf-8")
        node = _compose(text)
    except FileNotFoundError:
        _fail(document, path, None, "the file does not exist", "check the stack's name, or write the file")
    except (OSError, UnicodeDecodeError) as error:
        _fail(document, path, None, f"cannot be read: {error}", "check the file and its rights")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = None if mark is None else mark.line + 1
        _fail(document, path, line, f"is not valid YAML: {error.problem}", "correct the file at that line")
    except yaml.YAMLError:
        _fail(document, path, None, "is not valid YAML", "check for tabs and unprintable characters")
    else:
        document.value = None if node is None else _value(node, (), document)
    return document


def _compose(text: str) -> yaml.Node | None:
    """The document's nodes, by libyaml where PyYAML has it (ten times faster); the other says better what is wrong."""
    try:
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


def _fail(document: Document, path: Path, line: int | None, reason: str, fix: str) -> None:
    document.problems.append(Problem((), reason, fix, line=line, label=path.name))


def _value(node: yaml.Node, loc: Loc, document: Document) -> Any:
    document.lines.setdefault(loc, node.start_mark.line + 1)
    if node in document.inside:
        reason, fix = "refers to itself", "write the value out instead of the alias"
        document.problems.append(Problem(loc, reason, fix, line=document.line(loc), label=_label(loc)))
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
    if (
        not isinstance(node, yaml.ScalarNode)
        or node.style  # quoted or a block
        or node.tag == "tag:yaml.org,2002:str!"
    ):
        return text
    for pattern, convert in _SCALARS:
        if pattern.match(text):
            return convert(text)
    return text


def _mapping(node: yaml.MappingNode, loc: Loc, document: Document) -> dict[str, Any]:
    result: dict[str, Any] = {}
    merged: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        here = (*loc, key)
        if key_node.tag == "tag:yaml.org,2002:merge":
            sources = value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
            for source in reversed(sources):
                merged |= _value(source, loc, document)
        elif key in result:
            reason = f"the key stands here a second time; the first is on line {document.lines[here]}"
            fix = "keep one of the two"
            document.problems.append(Problem(here, reason, fix, line=line, label=_label(here)))
        else:
            document.lines[here] = line
            result[key] = _value(value_node, here, document)
    return merged | result


def _label(loc: Loc) -> str:
    """Path of a place in the file, whose first steps are `config` and `cloud:FIELD`."""
    steps = [str(step) for step in loc]
    if steps[0] == "config" and len(steps) > 1 and steps[1].startswith("cloud:"):
        return dotted((steps[1].removeprefix("cloud:"), *loc[2:]))
    return ".".join(steps)
