"""The settings in the text of a file, in each of the forms that daemons read. Pure."""

from __future__ import annotations

import re
from typing import Callable, Iterator, List, NamedTuple, Tuple


class Setting(NamedTuple):
    """One setting, and where it is."""

    key: str
    value: str
    path: str
    line: int
    """From 1; 0: it has no line of its own."""
    condition: str = ""
    """The sshd `Match` that it counts for."""


Parse = Callable[[str, str], List[Setting]]
"""Path and text of a file in, its settings out."""

_APT = re.compile(
    r"""(?P<skip>//[^\n]*|/\*.*?\*/|\#(?!clear\b)[^\n]*|\s+) | "(?P<text>[^"\n]*)" | (?P<mark>[{};]) | (?P<word>[^\s{};"]+)""",
    re.VERBOSE | re.DOTALL,
)
_APT_LINE = re.compile(r'\s*[^\s{};"#]+\s+"[^"]*"\s*;\s*')
_SSHD_OLD_NAMES = {
    "challengeresponseauthentication": "kbdinteractiveauthentication",
    "skeyauthentication": "kbdinteractiveauthentication",
}
_SUDO_NO_RULE = ("Defaults", "User_Alias", "Runas_Alias", "Host_Alias", "Cmnd_Alias", "@include")


def ini(path: str, text: str) -> List[Setting]:
    """systemd's: `key=value` in sections; a backslash goes on with the next line."""
    found, section = [], ""
    for number, line in _lines(text, "#;"):
        if line.startswith("["):
            section = line.strip("[]")
        elif "=" in line:
            key, value = _pair(line)
            found.append(Setting(f"{section}.{key}", value, path, number))
    return found


def sysctl(path: str, text: str) -> List[Setting]:
    """`key = value`, its key with dots, as people write it. A pattern never overrules a key that is written out."""
    found = []
    for number, line in _lines(text, "#;"):
        key, value = _pair(line.lstrip("-"))
        if "=" in line and not set("*?[") & set(key):
            first = next((letter for letter in key if letter in "./"), "/")
            name = key if first == "." else key.translate(str.maketrans("./", "/."))
            found.append(Setting(name, " ".join(value.split()), path, number))
    return found


def sshd(path: str, text: str) -> List[Setting]:
    """`Key value` or `Key=value`; after a `Match`, for some connections only."""
    found, condition = [], ""
    for number, line in _lines(text, "#"):
        words = line.replace("=", " ", 1).split(None, 1)
        key = words[0].lower()
        value = " ".join(words[1].replace('"', "").split()) if len(words) > 1 else ""
        if key == "match":
            condition = line
        else:
            found.append(Setting(_SSHD_OLD_NAMES.get(key, key), value, path, number, condition))
    return found


def sudoers(path: str, text: str) -> List[Setting]:
    """Who may do what, by user; a rule for ALL is one for every user."""
    found = []
    for number, line in _lines(text, "#"):
        who, what = [*line.split(None, 1), ""][:2]
        if not line.startswith(_SUDO_NO_RULE) and what:
            found.append(Setting(who, "".join(what.split()), path, number))
    return found


def apt(path: str, text: str) -> List[Setting]:
    """Nested blocks of `Name "value";`; a value without a name is one more of a list (`Name::`)."""
    lines = text.splitlines()
    found: List[Setting] = []
    scopes: List[str] = []
    name, value = "", None
    for match in _APT.finditer(text):
        word, mark = match.group("word"), match.group("mark")
        if match.group("text") is not None:
            value = match.group("text")
        elif word is not None and name and value is None:
            value = "" if name == "#clear" else word
            name = word if name == "#clear" else name
        elif word is not None:
            name = word
        elif mark == "{":
            scopes.append(name)
            name, value = "", None
        elif mark == "}":
            scopes[-1:] = []
        elif mark == ";" and value is not None:
            number = text.count("\n", 0, match.start())
            key = "::".join([*filter(None, scopes), name]).lower()
            alone = not scopes and _APT_LINE.fullmatch(lines[number])
            found.append(Setting(key, value, path, number + 1 if alone else 0))
            if not value and not key.endswith("::"):
                # `#clear Name;`, and an empty value too, end a list of this name as an empty line ends systemd's.
                found.append(Setting(f"{key}::", "", path, 0))
            name, value = "", None
    return found


def _lines(text: str, comments: str) -> Iterator[Tuple[int, str]]:
    """Each line that says something, with its number; one that goes on has none (0)."""
    parts: List[str] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line[0] in comments:
            continue
        if line.endswith("\\"):
            parts.append(line[:-1].strip())
            continue
        yield (0 if parts else number), " ".join([*parts, line])
        parts = []


def _pair(line: str) -> Tuple[str, str]:
    key, _, value = line.partition("=")
    return key.strip(), value.strip()
