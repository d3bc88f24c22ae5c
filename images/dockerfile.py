"""Kolla's rendered Dockerfiles as instructions. Pure: what they do to a root is done elsewhere (replay.py)."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Template

from images.errors import ImagesError

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_KNOWN = ("FROM", "LABEL", "ENV", "ARG", "COPY", "ADD", "RUN", "USER", "ENTRYPOINT", "CMD")


@dataclass(frozen=True)
class Instruction:
    """One instruction of a Dockerfile."""

    word: str
    rest: str
    folder: Path
    """The build context: where COPY finds its sources."""


def instructions(text: str, folder: Path) -> list[Instruction]:
    """The instructions of a Dockerfile; comments are gone, continued lines are one.

    Raises:
        ImagesError: one that Kolla has never used.
    """
    found = []
    joined = ""
    for line in text.splitlines():
        if line.lstrip().startswith("#") or not line.strip():
            continue
        if line.rstrip().endswith("\\"):
            joined += line.strip()[:-1].rstrip() + " "
            continue
        word, _, rest = (joined + line.strip()).partition(" ")
        joined = ""
        if word not in _KNOWN:
            raise ImagesError(f"{folder.name}: Dockerfile: {word}: not an instruction that is known here")
        found.append(Instruction(word, rest.strip(), folder))
    return found


def folders(templates: Path) -> dict[str, Path]:
    """Image to the folder of its rendered Dockerfile."""
    return {path.parent.name: path.parent for path in sorted(templates.rglob("Dockerfile"))}


def chain(image: str, known: Mapping[str, Path], roots: tuple[str, ...]) -> list[Instruction]:
    """The instructions of an image and its parents; of the parents in `roots` those of the environment alone.

    Raises:
        ImagesError: Kolla has no such image.
    """
    if image not in known:
        raise ImagesError(f"{image}: this version of Kolla has no image of this name")
    own = instructions((known[image] / "Dockerfile").read_text(encoding="utf-8"), known[image])
    if image in roots:
        own = [each for each in own if each.word in {"FROM", "ENV", "ENTRYPOINT", "CMD"}]
    parent = next(each.rest for each in own if each.word == "FROM").rsplit("/", 1)[-1].split(":")[0]
    above = chain(parent, known, roots) if parent in known else []
    return above + [each for each in own if each.word not in {"FROM", "LABEL"}]


@dataclass(frozen=True)
class Settings:
    """What a container of an image starts with."""

    env: Mapping[str, str] = field(default_factory=lambda: {"PATH": SYSTEM_PATH})
    arguments: Mapping[str, str] = field(default_factory=dict)
    """ARG: seen by RUN, not kept."""
    user: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()

    def after(self, each: Instruction) -> Settings:
        """The settings after an instruction; those that change files leave them as they are."""
        match each.word:
            case "ENV":
                return replace(self, env={**self.env, **_pairs(each.rest, self.env)})
            case "ARG":
                return replace(
                    self,
                    arguments={**self.arguments, **_pairs(each.rest, {**self.env, **self.arguments})},
                )
            case "USER":
                return replace(self, user=each.rest)
            case "ENTRYPOINT":
                return replace(self, entrypoint=tuple(json.loads(each.rest)))
            case "CMD":
                return replace(self, command=tuple(json.loads(each.rest)))
        return self


def _pairs(rest: str, known: Mapping[str, str]) -> dict[str, str]:
    if (
        re.match(r"\w+\s+[^=]*", rest) and "=" not in rest.split(maxsplit=1)[0]
    ):  # the old form: ENV NAME VALUE
        name, _, value = rest.partition(" ")
        pairs = {name: value.strip()}
    else:
        pairs = dict(word.split("=", 1) for word in shlex.split(rest) if "=" in word)
    return {name: _filled(value, known) for name, value in pairs.items()}


def _filled(value: str, known: Mapping[str, str]) -> str:
    """`$NAME` as Docker fills it in: a variable that is not set is empty, `$(` is no variable."""
    names = re.findall(r"\$\{?([A-Za-z_]\w*)", value)
    return Template(value).safe_substitute({**dict.fromkeys(names, ""), **known})


def edited(text: str, edits: Mapping[str, str], used: set[str]) -> str:
    """A RUN instruction with a recipe's edits; notes in `used` which of them it had."""
    for old, new in edits.items():
        if old in text:
            used.add(old)
            text = text.replace(old, new)
    return text
