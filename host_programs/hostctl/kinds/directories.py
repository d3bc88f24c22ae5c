"""Directories: that they exist, with their mode and owner. They stay when they leave the state."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, Optional

from host_programs.hostctl import shapes

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan

SHAPE: Dict[str, Any] = {"*": {"mode": str, "owner": str}}
STAYS = True


def check(want: Dict[str, Dict[str, Any]], where: str) -> None:
    """Refuse what is no path or mode."""
    shapes.check_paths(want, where)


def compare(want: Optional[Dict[str, Dict[str, str]]], plan: Plan) -> None:
    """Parents come before their children: the paths are sorted."""
    for path, directory in sorted((want or {}).items()):
        mode = f"{int(directory.get('mode', '0755'), 8):04o}"
        owner = directory.get("owner", "root:root")
        found = plan.host.stat(path)
        if found is None:
            differences = "created"
        else:
            changes = [] if found.mode == mode else [f"mode {found.mode}→{mode}"]
            if found.owner != owner:
                changes.append(f"owner {found.owner}→{owner}")
            differences = ", ".join(changes)
        if not differences:
            plan.fine(path)
            continue
        plan.add(
            path, f"directory {path} {differences}", functools.partial(plan.host.make_dir, path, mode, owner)
        )
