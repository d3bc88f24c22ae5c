"""Files as items of any kind: compare, replace, remove, put back. The content never shows in a label."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, Optional

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

ABSENT = {"absent": True}


def capture(host: System, path: str) -> Dict[str, Any]:
    """Everything that it takes to put the file back as it is now."""
    target = host.readlink(path)
    if target is not None:
        return {"link": target}
    content = host.read(path)
    found = host.stat(path)
    if content is None or found is None:
        return ABSENT
    return {"content": content, "mode": found.mode, "owner": found.owner}


def restore(host: System, path: str, before: Dict[str, Any]) -> None:
    """Put back what `capture` saw."""
    if before.get("absent"):
        host.remove(path)
    elif "link" in before:
        host.symlink(path, before["link"])
    else:
        host.write(path, before["content"], before["mode"], before["owner"])


def ensure(
    plan: Plan, path: str, content: str, mode: str = "0644", owner: str = "root:root", label: str = "file"
) -> bool:
    """Plan that the file is exactly this; return whether it was not."""
    host = plan.host
    mode = f"{int(mode, 8):04o}"
    found = host.stat(path)
    if found is None:
        differences = "created"
    elif found.is_link:
        differences = "content (was a link)"
    else:
        changes = [] if host.read(path) == content else ["content"]
        if found.mode != mode:
            changes.append(f"mode {found.mode}→{mode}")
        if _owner(found.owner) != _owner(owner):
            changes.append(f"owner {found.owner}→{owner}")
        differences = ", ".join(changes)
    if not differences:
        plan.fine(path)
        return False
    plan.add(
        path,
        f"{label} {path} {differences}",
        lambda: host.write(path, content, mode, owner),
        before=capture(host, path),
        touches=path,
    )
    return True


def ensure_absent(plan: Plan, path: str) -> None:
    """Plan that there is no such file."""
    host = plan.host
    if not host.exists(path):
        plan.fine(path)
        return
    before = capture(host, path)
    plan.add(path, f"file {path} removed", lambda: host.remove(path), before=before, touches=path)


def undo(plan: Plan, item: str, label: Optional[str] = None) -> None:
    """Plan that a file that left the desired state is as it was before hostctl."""
    host, before = plan.host, plan.originals[item]
    verb = "removed" if before.get("absent") else "restored"
    effect = functools.partial(restore, host, item, before)
    plan.undo(item, label or f"file {item} {verb}", effect, now=capture(host, item), touches=item)


def _owner(owner: str) -> str:
    user, _, group = owner.partition(":")
    return f"{user}:{group or user}"
