"""Replays Kolla's instructions in a root: what docker build would do, with packages that are there already.

Package managers and downloads are stubs that do nothing (`stubs/`, first in the path); everything else runs as
written, and a line that fails ends the build unless the recipe edits it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from images.dockerfile import SYSTEM_PATH, Instruction, Settings, edited
from images.errors import ImagesError
from images.recipe import FILES
from machine.errors import MachineError
from machine.roots import chroot, put

QUIET = ("apt", "apt-get", "ansible-galaxy", "extrepo", "gpg", "npm")
"""Commands that succeed and do nothing."""

CURL = '#!/bin/sh\nwhile [ $# -gt 0 ]; do [ "$1" = -o ] && : > "$2"; shift; done\n'
PYTHON = """\
#!/bin/sh
[ "$1 $2" = "-m pip" ] || [ "$1 $2" = "-m venv" ] && exit 0
PATH=${PATH#/mnt/stubs:}; exec "${0##*/}" "$@"
"""


def share(folder: Path, sources: Path) -> None:
    """Fill the folder that a chroot sees as /mnt: stubs, our files, source archives."""
    for name in QUIET:
        put(folder / "stubs" / name, "#!/bin/sh\nexit 0\n", 0o755)
    put(folder / "stubs/curl", CURL, 0o755)
    for name in ("python", "python3"):
        put(folder / "stubs" / name, PYTHON, 0o755)
    shutil.copytree(FILES, folder / "files", dirs_exist_ok=True)
    shutil.copytree(sources, folder / "sources", dirs_exist_ok=True, symlinks=True)


@dataclass
class Replay:
    """One image's instructions in a root."""

    name: str
    root: Path
    shared: Path
    edits: Mapping[str, str]

    def run(self, steps: Iterable[Instruction], files: Mapping[str, str], last: Iterable[str]) -> Settings:
        """Carry out instructions, then the recipe's own files and lines; the settings that a container starts with.

        Raises:
            ImagesError: a line failed, or an edit was for a text that is not there.
        """
        settings, used, lines, added = Settings(), set[str](), list[str](), list[str]()
        for each in steps:
            settings = settings.after(each)
            if each.word == "RUN":
                lines.append(edited(each.rest, self.edits, used))
            elif each.word == "ADD":
                added += self._add(each)
            elif each.word == "COPY":
                self._flush(lines, settings)
                self._copy(each)
        self._flush(lines, settings)
        for path, file in files.items():
            _put_file(FILES / file, self.root / path.lstrip("/"), 0o755)
        self._flush(list(last), settings)
        self._clean(added)
        if unused := set(self.edits) - used:
            raise ImagesError(f"{self.name}: edits: {min(unused)!r}: no RUN of its Dockerfiles has this")
        return settings

    def _flush(self, lines: list[str], settings: Settings) -> None:
        if not lines:
            return
        script = "".join(
            f"(\n{line}\n) || {{ echo 'in: '{_quoted(line[:200])} >&2; exit 1; }}\n" for line in lines
        )
        lines.clear()
        path = f"/mnt/stubs:{settings.env.get('PATH', SYSTEM_PATH)}"
        env = {**settings.env, **settings.arguments, "PATH": path, "HOME": "/root", "LC_ALL": "C.UTF-8"}
        try:
            chroot(self.root, "/bin/sh", stdin=script, env=env, shared=self.shared)
        except MachineError as error:
            raise ImagesError(f"{self.name}: {str(error).split(': ', 1)[-1]}") from error

    def _copy(self, each: Instruction) -> None:
        *names, target = each.rest.split()
        for name in names:
            source = each.folder / name
            place = self.root / target.lstrip("/")
            if source.is_dir():
                for path in sorted(source.rglob("*")):
                    if path.is_file():
                        _put_file(path, place / path.relative_to(source))
            else:
                _put_file(source, place / source.name if target.endswith("/") else place)

    def _add(self, each: Instruction) -> list[str]:
        """An archive of sources is a link to the unpacked one; plugins are none."""
        name, target = each.rest.split()
        image = name.removesuffix("-archive")
        unpacked = self.shared / "sources" / image
        if not unpacked.is_dir():
            return []
        place = self.root / target.strip("/")
        place.mkdir(parents=True, exist_ok=True)
        for folder in unpacked.iterdir():
            (place / folder.name).symlink_to(f"/mnt/sources/{image}/{folder.name}")
        return [target.strip("/")]

    def _clean(self, added: list[str]) -> None:
        """Take the source archives away again, and the links in / that lead into them."""
        for path in self.root.iterdir():
            if (
                path.is_symlink()
                and path.readlink().parts[0 if not path.readlink().is_absolute() else 1] in added
            ):
                path.unlink()
        for target in added:
            shutil.rmtree(self.root / target)


def _put_file(source: Path, place: Path, mode: int | None = None) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    shutil.copyfile(source, place)
    place.chmod(source.stat().st_mode & 0o777 if mode is None else mode)
    os.chown(place, 0, 0)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
