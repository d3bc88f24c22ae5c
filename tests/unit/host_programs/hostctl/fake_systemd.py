"""systemctl and the units that it knows, as far as hostctl relies on them. What systemd would refuse is refused here."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from host_programs.hostctl.system import Result
from tests.unit.host_programs.hostctl.fake_network import OK, unknown

if TYPE_CHECKING:
    from tests.unit.host_programs.hostctl.fake import FakeSystem

FOLDER = "/etc/systemd/system/"
ABSENT = {"LoadState": "not-found", "ActiveState": "inactive", "SubState": "dead", "UnitFileState": ""}
UP = {"ActiveState": "active", "SubState": "running"}
DOWN = {"ActiveState": "inactive", "SubState": "dead"}
EFFECTS: dict[str, dict[str, str]] = {
    "start": UP,
    "restart": UP,
    "reload-or-restart": UP,
    "stop": DOWN,
    "reset-failed": {},
    "enable": {"UnitFileState": "enabled"},
    "disable": {"UnitFileState": "disabled"},
    "mask": {"UnitFileState": "masked", "LoadState": "masked"},
    "unmask": {"UnitFileState": "disabled", "LoadState": "loaded"},
}
NOW = {"enable": UP, "disable": DOWN, "mask": DOWN}
"""What `--now` adds to a verb."""
MASKING = {"mask", "unmask"}
"""Verbs that work without a unit file."""
ENDING = {"stop", "reset-failed"}
"""Verbs that work on what still runs though its file is gone."""


class Systemd:
    """Units by name; those of the facts come with the system or a package, all others with a file of hostctl."""

    def __init__(self, host: FakeSystem, units: dict[str, dict[str, str]]) -> None:
        self.host = host
        self.units = copy.deepcopy(units)
        self._theirs = set(units)

    def state(self) -> dict[str, dict[str, str]]:
        """What there is of each unit; one whose file is gone still counts while it is enabled or running."""
        found = {}
        for name, unit in self.units.items():
            gone = not self._has_file(name) and name not in self._theirs
            if name.startswith("hostctl-"):
                continue
            if gone and unit.get("UnitFileState") != "enabled" and unit.get("ActiveState") != "active":
                continue
            found[name] = {key: unit[key] for key in sorted(unit) if key != "NeedDaemonReload"}
        return found

    def installed(self, package: str) -> None:
        """A package brought its unit, enabled as Debian does."""
        unit = self.units.get(f"{package}.service")
        if unit is not None:
            unit.update(LoadState="loaded", UnitFileState="enabled")

    def systemctl(self, argv: list[str], stdin: str) -> Result:
        del stdin
        match argv:
            case ["show", properties, "--", *names] if properties.startswith("--property=") and names:
                blocks = ["\n".join(f"{k}={v}" for k, v in self._show(name).items()) for name in names]
                return Result(0, "\n\n".join(blocks) + "\n", "")
            case ["list-unit-files", "--no-legend", "--plain", "--type=swap,service", "*.swap", *_]:
                rows = [f"{n} {u['UnitFileState']}" for n, u in self.units.items() if n.endswith(".swap")]
                return Result(0, "".join(f"{row}\n" for row in rows), "")
            case ["daemon-reload"]:
                for unit in self.units.values():
                    unit.pop("NeedDaemonReload", None)
                return OK
            case [verb, name] if verb in EFFECTS and "." in name:
                return self._do(verb, name, EFFECTS[verb])
            case [verb, "--now", name] if verb in NOW and "." in name:
                return self._do(verb, name, {**EFFECTS[verb], **NOW[verb]})
        raise unknown("systemctl", argv)

    def _do(self, verb: str, name: str, effect: dict[str, str]) -> Result:
        now = self._show(name)
        if now["LoadState"] == "masked" and verb not in MASKING | ENDING | {"disable"}:
            return Result(1, "", f"Failed to {verb} unit: Unit {name} is masked.")
        runs = now["ActiveState"] != "inactive"
        if now["LoadState"] == "not-found" and verb not in MASKING and not (verb in ENDING and runs):
            return Result(5, "", f"Failed to {verb} {name}: Unit {name} not found.")
        if verb != "unmask" or now["LoadState"] == "masked":
            self.units.setdefault(name, {}).update(effect)
        return OK

    def _has_file(self, name: str) -> bool:
        template = f"{name.partition('@')[0]}@.{name.rpartition('.')[2]}"
        return any(f"{FOLDER}{file}" in self.host.files for file in (name, template))

    def _show(self, name: str) -> dict[str, str]:
        known = {"LoadState": "loaded", "UnitFileState": "disabled"} if self._has_file(name) else {}
        return {**ABSENT, **known, **self.units.get(name, {})}
