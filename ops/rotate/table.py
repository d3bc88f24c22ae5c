"""How secrets and plans are shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ops.rotate.catalogue import Secret
from ops.rotate.plan import Plan
from ops.rotate.record import Record

_FORM = "{:40}  {:>4}  {:8}  {:12}  {}"


def listed(secrets: Sequence[Secret], record: Record, now: datetime) -> str:
    """One line for each, in the order of the catalogue."""
    lines = [_FORM.format("SECRET", "DAYS", "OUTAGE", "BY", "WHY")]
    for secret in secrets:
        days = record.days(secret.name, now)
        age, by = "-" if days is None else str(days), _by(secret)
        lines.append(_FORM.format(secret.name, age, secret.way.outage, by, secret.way.reason))
    if record.rotating:
        lines.append(f"under way: {', '.join(record.rotating)} (WHAT=resume YES=1)")
    return "\n".join(lines)


def document(secrets: Sequence[Secret], record: Record, now: datetime) -> list[dict[str, Any]]:
    """The same for machines; `days` is null where the age is not known."""
    return [
        {
            "name": secret.name,
            "of": secret.of,
            "days": record.days(secret.name, now),
            "outage": secret.way.outage,
            "by": _by(secret),
            "reason": secret.way.reason,
        }
        for secret in secrets
    ]


def shown(plan: Plan) -> str:
    """A dry run."""
    names: dict[tuple[str, str], list[str]] = {}
    for secret in plan.secrets:
        names.setdefault((secret.way.outage, secret.way.reason), []).append(secret.name)
    lines = [f"{', '.join(same)}: outage {outage}: {reason}" for (outage, reason), same in names.items()]
    lines += [f"restarts: {text}" for text in dict.fromkeys(secret.way.restarts for secret in plan.secrets)]
    lines += [f"{number}. {step}" for number, step in enumerate(plan.steps(), start=1)]
    lines.append(
        "to do it: YES=1" if plan.driven else "carry out these steps yourself: this program does not"
    )
    return "\n".join(lines)


def _by(secret: Secret) -> str:
    if secret.way.driven:
        return "make rotate"
    return "-" if secret.way.outage == "never" else "you"
