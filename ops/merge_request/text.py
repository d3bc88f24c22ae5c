"""The text of previews: without secrets, and as a note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MARK = "<!-- openstack-cloud: preview -->"
"""The first line of the note, by which the next run finds it."""
MASKED = "[MASKED]"
LONGEST = 60_000
"""Characters of one preview in the note; the whole text is the job's artifact."""
_SECRET_VARIABLE = re.compile(r"PASSPHRASE|PASSWORD|SECRET|TOKEN|CREDENTIALS|_KEY|BACKEND_URL")
_SHORTEST = 8
"""As for GitLab's own masks: a shorter value would hide words that are none of it."""


@dataclass(frozen=True)
class Preview:
    """What `make preview` said of a stack."""

    stack: str
    code: int
    text: str


def secrets(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Values of a job's environment that belong in no text: GitLab masks its log, and no artifact or note.

    A variable of GitLab's kind `file`, whatever its name, holds the path of the file that the secret is in.
    """
    found: set[str] = set()
    for name, value in environment.items():
        if _SECRET_VARIABLE.search(name):
            # Texts are masked line by line, so a secret of several lines is as many.
            found |= {*value.splitlines(), *_lines(Path(value))}
    return tuple(sorted((value for value in found if len(value) >= _SHORTEST), key=len, reverse=True))


def _lines(path: Path) -> list[str]:
    try:
        return [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return []


def masked(text: str, values: Iterable[str]) -> str:
    """The text without these values, the longest first."""
    for value in values:
        text = text.replace(value, MASKED)
    return text


def note(previews: Sequence[Preview], remarks: Sequence[str], job: str) -> str:
    """The note in Markdown; `job` is the address of the job that has the whole texts, or empty."""
    parts = [MARK, "### Preview", *remarks]
    if not previews:
        parts.append("No stack is touched.")
    for preview in previews:
        outcome = "failed" if preview.code else "what `make up` would change"
        text = preview.text
        if len(text) > LONGEST:
            half = LONGEST // 2
            text = f"{text[:half]}\n… {len(text) - LONGEST} characters left out …\n{text[-half:]}"
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
        parts.append(
            f"<details><summary>{preview.stack}: {outcome}</summary>\n\n{fence}text\n{text.rstrip()}\n{fence}\n\n</details>"
        )
    if job:
        parts.append(f"[The whole texts]({job})")
    return "\n\n".join(parts) + "\n"
