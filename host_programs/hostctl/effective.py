"""What a daemon really uses, compared with what a file of ours says: another file may overrule it.

What overrules it is taken out of use, line by line, and can be put back: `#hostctl: ` before a line makes it a
comment in every dialect. Nothing is deleted. Values are never shown: a file may hold secrets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, NamedTuple, Optional

from host_programs.hostctl.dialects import DIALECTS, Dialect, resolve
from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.settings import Setting

if TYPE_CHECKING:
    from host_programs.hostctl.system import System

MARK = "#hostctl: "
NO_PROGRAM = 127
NOT_STARTED = "Missing privilege separation directory"
"""Of sshd behind a socket, before anybody has connected."""


class Answer(NamedTuple):
    """How far a file of ours is what counts."""

    keys: int
    """Keys of it that count."""
    rivals: List[Setting]
    """Settings of other files that overrule it."""
    wrong: List[str]
    """What is not as it says though no file could be found that overrules it."""
    notes: List[str]


def ask(host: System, path: str, name: str) -> Answer:
    """Compare a file of ours with what the daemon of its dialect uses.

    Args:
        host: where.
        path: of the file.
        name: of the dialect.
    """
    dialect, ours = DIALECTS[name], resolve(host, path)
    found = dialect.read(host, path)
    mine: Dict[str, List[Setting]] = {}
    for setting in found:
        if setting.path == ours and not setting.condition:
            mine.setdefault(setting.key, []).append(setting)
    if not mine:
        return Answer(0, [], ["is not read: the main file does not include it"], [])
    used, notes = None, []
    if dialect.tool:
        result = host.query(dialect.tool)
        words = " ".join(dialect.tool)
        if result.code == NO_PROGRAM or NOT_STARTED in result.err:
            lacks = "is not there" if result.code == NO_PROGRAM else "has not run yet"
            notes = [f"effective {path}: {dialect.tool[0]} {lacks}: only its files were compared"]
        elif result.code != 0 or not (used := _answer(result.out)):
            said = " ".join(result.err.split())[-300:]
            return Answer(0, [], [f"`{words}` exited with {result.code}: {said or 'no settings'}"], [])
    rivals: List[Setting] = []
    wrong: List[str] = []
    for key, settings in mine.items():
        others = _others(dialect, key, found, settings, ours)
        if used is not None and not _is_used(used, key, settings, dialect):
            wrong += [] if others else [f"{key} is another one for {dialect.tool[0]}"]
            rivals += others
        elif used is None:
            rivals += others
        rivals += _exceptions(dialect, key, found, settings, ours)
    overruled = {setting.key for setting in rivals}
    return Answer(len(mine) - len(overruled) - len(wrong), rivals, wrong, notes)


def can_change(setting: Setting) -> bool:
    """Whether the setting can be taken out of use: a line of its own in a file that no package replaces."""
    return setting.line > 0 and setting.path.startswith("/etc/") and not setting.path.startswith("/etc/sudo")


def switch_off(host: System, path: str, numbers: Optional[List[int]]) -> None:
    """Make comments of these lines of a file; None: use all again that this ever made one.

    Raises:
        HostctlError: the file has gone.
    """
    text, found = host.read(path), host.stat(path)
    if text is None or found is None:
        raise HostctlError(f"effective {path}", "has gone meanwhile", "try again")
    lines = text.splitlines(keepends=True)
    if numbers is None:
        lines = [line.removeprefix(MARK) for line in lines]
    else:
        lines = [MARK + line if number in numbers else line for number, line in enumerate(lines, 1)]
    host.write(path, "".join(lines), found.mode, found.owner)


def _others(
    dialect: Dialect, key: str, found: List[Setting], mine: List[Setting], ours: str
) -> List[Setting]:
    """All settings of the key that have to go before ours counts."""
    left = [setting for setting in found if setting.key == key and not setting.condition]
    rivals: List[Setting] = []
    while True:
        rival = dialect.against(key, left, mine)
        if rival is None or rival.path == ours:
            return rivals
        rivals.append(rival)
        left.remove(rival)


def _exceptions(
    dialect: Dialect, key: str, found: List[Setting], mine: List[Setting], ours: str
) -> List[Setting]:
    """Settings for some connections only, which no order of files overrules."""
    return [
        setting
        for setting in found
        if setting.key == key
        and setting.condition
        and setting.path != ours
        and dialect.against(key, [setting], mine)
    ]


def _answer(text: str) -> Dict[str, List[str]]:
    used: Dict[str, List[str]] = {}
    for line in text.splitlines():
        key, _, value = line.partition(" ")
        used.setdefault(key, []).extend(value.split())
    return used


def _is_used(used: Dict[str, List[str]], key: str, mine: List[Setting], dialect: Dialect) -> bool:
    said = [Setting(key, " ".join(used.get(key, [])), "", 0)]
    return dialect.against(key, said, mine) is None
