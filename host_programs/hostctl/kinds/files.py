"""Files: content, mode and owner, replaced in one step; or their absence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional

from host_programs.hostctl import filework

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan


def plan(want: Optional[Dict[str, Dict[str, Any]]], plan: Plan) -> None:
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
