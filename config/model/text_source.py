"""Texts that stand somewhere else than in their field: in a file, or encrypted in the stack file."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import SecretStr

from config.model.base import Section
from config.model.errors import Loc, Problem
from config.model.shape import places_of, values_at
from config.model.types import LocalPath
from config.stack_file.sealed import SEALED

if TYPE_CHECKING:
    from config.cloud import CloudConfig


class TextSource(Section):
    """A text: in a file, or given here under the name that a subclass has for it. Exactly one."""

    one_of: ClassVar[str] = "give exactly one of the two"
    """What to do where several or none are given."""
    inline: ClassVar[str] = "secret"
    """Name of the field that has the text itself."""

    file: LocalPath | None = None
    """Name of a file on the operator's machine."""

    def read(self, where: str) -> str:
        """The text.

        Args:
            where: its place below `cloud:`, for the error.

        Raises:
            ValueError: there is none; one line with place, reason and fix, never the content.
        """
        inline = self._inline()
        if inline is not None:
            return inline
        if self.file is None:
            raise ValueError(f"cloud:{where}: {self._misgiven() or 'has no text here'} ({self.one_of})")
        try:
            return self.file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not a text file"
            fix = "correct the name, or create the file; it has to be a text that you may read"
            raise ValueError(f"cloud:{where}.file: {self.file}: {reason} ({fix})") from None

    def misgiven(self, here: Loc) -> Iterator[Problem]:
        """Whether it is given twice or not at all."""
        if reason := self._misgiven():
            needs = tuple((*here, name) for name in type(self).model_fields)
            yield Problem(here, reason, self.one_of, needs=needs)

    def _misgiven(self) -> str:
        """Why it is not given exactly once; empty: it is."""
        names = sorted(type(self).model_fields)
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) == 1:
            return ""
        *others, last = (f"`{name}`" for name in given or names)
        if not given:
            return f"has neither {', '.join(others)} nor {last}"
        return f"has {'both ' if len(given) == 2 else ''}{', '.join(others)} and {last}"

    def _inline(self) -> str | None:
        given: SecretStr | str | None = getattr(self, self.inline, None)
        return given.get_secret_value() if isinstance(given, SecretStr) else given


class SecretSource(TextSource):
    """A secret text: a file on the operator's machine, or a secret of the stack. Exactly one."""

    file: LocalPath | None = None
    """Name of a file on the operator's machine, outside of git."""
    secret: SecretStr | None = None
    """The text itself, encrypted in the stack file."""

    def place(self, here: Loc) -> Loc:
        """Where the text is named: the field to correct when it is wrong."""
        return (*here, "file" if self.file else "secret")

    def examined(self, here: Loc, make: str) -> tuple[str | None, list[Problem]]:
        """Its text for the checks, and why it cannot be had, or is open to others.

        Args:
            here: its place.
            make: what to do about a file that is not there.

        Returns:
            No text where there is none, where it was not decrypted, and where it is given twice.
        """
        if (self.file is None) == (self.secret is None):
            return None, []  # that is said once, for all sources
        if self.file is None:
            text = self._inline()
            return (None if text == SEALED else text), []
        text, problems = read_file(self.place(here), self.file, make, absent=True)
        mode = None if text is None else stat.S_IMODE(self.file.stat().st_mode)
        if mode is not None and mode & 0o077:
            reason, fix = f"others may read it (mode {mode:04o})", f"run `chmod 600 {self.file}`"
            problems.append(Problem(self.place(here), reason, fix, str(self.file)))
        return text, problems


def read_file(
    loc: Loc, path: Path, make: str, unreadable: str = "check the file and its rights", *, absent: bool
) -> tuple[str | None, list[Problem]]:
    """The text of a file that the stack file names at `loc`, or why there is none (see `Problem.absent`)."""
    try:
        return path.read_text(encoding="utf-8"), []
    except FileNotFoundError:
        return None, [Problem(loc, "there is no such file", make, str(path), absent=absent)]
    except (OSError, UnicodeDecodeError):
        return None, [Problem(loc, "cannot be read as text", unreadable, str(path))]


def sources_given_once(cloud: CloudConfig) -> Iterator[Problem]:
    """Every text of the stack file that may stand elsewhere comes from exactly one place."""
    for loc in places_of(type(cloud), TextSource):
        for here, source in values_at(cloud, loc):
            yield from source.misgiven(here)
