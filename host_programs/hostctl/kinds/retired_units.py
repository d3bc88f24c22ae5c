"""Units that left the state, or that a rollback takes away: before the files that they are made of go."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, Optional

from host_programs.hostctl.kinds import units

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan


def compare(want: Optional[Dict[str, Any]], plan: Plan) -> None:
    """Each gets back what it was before hostctl: enabled or not, masked or not, running or not."""
    leaving = sorted(set(plan.originals) - set(want or {}))
    found = units.show(plan.host, leaving)
    for item in leaving:
        effect = functools.partial(units.restore, plan.host, item, plan.originals[item], boot=False)
        plan.undo(item, f"unit {item} restored", effect, now=units.capture(found[item]))
