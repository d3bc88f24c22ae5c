"""The texts below `config/`: each becomes an entry of `kolla.overrides`, but never one with a password in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from config.kolla.passwords import Passwords
from config.kolla.services.grafana import TAG, is_dashboard
from config.kolla.setting import Setting, sets
from config.model.secrets import secret_within
from ops.adopt.passwords import known_within
from ops.adopt.remark import AdoptError, Remark
from ops.adopt.secret_files import readable

_BELOW = "config/"
_SECTION = re.compile(r"\s*\[([^\]]+)\]")


def override_texts(
    files: Mapping[str, Path], passwords: Passwords, own: Iterable[Setting]
) -> tuple[dict[str, Any], list[Remark]]:
    """The texts by their path below `config/`, and why others cannot be taken; `own`: what the product sets itself."""
    by_path: dict[str, list[Setting]] = defaultdict(list)
    for setting in own:
        by_path[_BELOW + setting.path].append(setting)
    found: dict[str, Any] = {}
    refused: list[Remark] = []
    for path, file in files.items():
        if not path.startswith(_BELOW):
            do = "name the file in a field of `cloud:kolla.tls`, or put it on the deploy host yourself"
            refused.append(Remark(path, "", "no field names this file", do))
            continue
        try:
            text = readable(file)
        except AdoptError:
            do = "put it on the deploy host yourself, below /etc/kolla-deploy/config"
            refused.append(Remark(path, "", "is no plain text that a stack file could hold", do))
            continue
        if is_dashboard(path.removeprefix(_BELOW)) and f'"{TAG}"' in text:
            continue  # the product's own: it rewrites them
        secret = _named(next(known_within(text, passwords), None)) or secret_within(text)
        if secret:
            do = "write `{{ NAME }}` there, with NAME in passwords.yml, and adopt again"
            refused.append(Remark(path, "", f"has a secret in plain text ({secret})", do))
            continue
        kept = without_own(text, by_path[path]) if path in by_path else text
        if kept.strip():
            found[path.removeprefix(_BELOW)] = {"content": kept}
    return found, refused


def without_own(text: str, own: Iterable[Setting]) -> str:
    """A text without the lines that the product writes itself, of the same value, and without sections that hold nothing."""
    same = {(one.section, one.option, one.value) for one in own}
    sections: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        name, sign, value = (part.strip() for part in line.partition("="))
        if header := _SECTION.match(line):
            sections.append((header[1], [line]))
        elif not (sign and (sections[-1][0], name, value) in same):
            sections[-1][1].append(line)
    kept = [lines for name, lines in sections if any(line.strip() for line in lines[1 if name else 0 :])]
    # The blank line before the product's own lines goes with them.
    return "".join(f"{line}\n" for lines in kept for line in lines).rstrip("\n") + "\n"


def added(files: Mapping[str, Path], own: Iterable[Setting]) -> Iterator[Remark]:
    """What the product sets that the folder does not."""
    for one in own:
        file = files.get(_BELOW + one.path)
        if file is None or not sets(file.read_text(encoding="utf-8", errors="replace"), one):
            why = f"gets `{one.option} = {one.value}` in `[{one.section}]`, a setting of the product's"
            yield Remark(
                _BELOW + one.path, "", why, "write the option there with your own value to keep that"
            )


def _named(password: str | None) -> str | None:
    return password and f"the value of `{password}`"
