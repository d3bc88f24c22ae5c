"""Files: content, mode and owner, replaced in one step; or their absence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional

from host_programs.hostctl import filework, shapes
from host_programs.hostctl.errors import HostctlError

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan

SHAPE: Dict[str, Any] = {"*": {"content": str, "mode": str, "owner": str, "sensitive": bool, "absent": bool}}
STAYS = False


def check(want: Dict[str, Dict[str, Any]], where: str) -> None:
    """Refuse what is no path or mode, and a file that says neither what it holds nor that it is gone."""
    shapes.check_paths(want, where)
    for path, file in want.items():
        if not file.get("absent") and "content" not in file:
            raise HostctlError(f"{where}.{path}", "has neither content nor absent")


def compare(want: Optional[Dict[str, Dict[str, Any]]], plan: Plan) -> None:
    """Each file as described; what left the state as it was before hostctl."""
    for path, file in sorted((want or {}).items()):
        if file.get("absent"):
            filework.ensure_absent(plan, path)
            continue
        # A secret is never readable to others, even where nobody thought of a mode.
        mode = file.get("mode") or ("0600" if file.get("sensitive") else "0644")
        filework.ensure(plan, path, file["content"], mode, file.get("owner", "root:root"))
    for item in plan.leaving():
        filework.undo(plan, item)
