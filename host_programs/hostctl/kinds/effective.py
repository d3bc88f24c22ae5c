"""Files of ours whose settings must be what their daemon uses, whatever other files say (see hostctl.effective)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

from host_programs.hostctl import effective
from host_programs.hostctl.dialects import DIALECTS
from host_programs.hostctl.errors import HostctlError

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.settings import Setting
    from host_programs.hostctl.system import System

SHAPE: Dict[str, Any] = {"*": str}
STAYS = False


def check(want: Dict[str, str], where: str) -> None:
    """Refuse a dialect that there is not."""
    for path, dialect in want.items():
        if dialect not in DIALECTS or not path.startswith("/etc/"):
            known = ", ".join(sorted(DIALECTS))
            raise HostctlError(
                f"{where}.{path}", "is not a file below /etc in a known dialect", f"known: {known}"
            )


def compare(want: Optional[Dict[str, str]], plan: Plan) -> None:
    """Each file, once it is there (that is for `files`); what cannot be put right comes last."""
    host = plan.host
    unable: List[Callable[[], None]] = []
    for path, dialect in sorted((want or {}).items()):
        if host.read(path) is None:
            continue
        answer = effective.ask(host, path, dialect)
        plan.ok += answer.keys
        for note in answer.notes:
            plan.note(note)
        unable += [
            functools.partial(
                _report, plan, path, wrong, "correct the main file, or the one that says otherwise"
            )
            for wrong in answer.wrong
        ]
        for file in sorted({setting.path for setting in answer.rivals}):
            rivals = [setting for setting in answer.rivals if setting.path == file]
            ours = [setting for setting in rivals if effective.can_change(setting)]
            if ours:
                numbers = [setting.line for setting in ours]
                effect = functools.partial(effective.switch_off, host, file, numbers)
                before = {"off": [], "ours": path}
                label = f"effective {path} overruled by {file}: {_named(ours)} commented out"
                plan.add(f"in {file}", label, effect, before=before, touches=path)
            left = [setting for setting in rivals if setting not in ours]
            if left:
                what = f"overruled by {file}: {_named(left)}"
                unable.append(functools.partial(_report, plan, path, what, f"take this out of {file}"))
    for report in unable:
        report()
    for item, was in plan.originals.items():
        if was["ours"] in (want or {}):
            plan.wants(item)
    for item in plan.leaving():
        before = plan.originals[item]
        now = {**before, "off": _marked(host, item)}
        effect = functools.partial(restore, host, item, before, boot=False)
        label = f"effective {item[len('in ') :]} lines used again"
        plan.undo(item, label, effect, now=now, touches=before["ours"])


def restore(host: System, item: str, before: Dict[str, Any], boot: bool) -> None:
    """Use the lines again that hostctl made comments of, or make comments of them again."""
    del boot
    path = item[len("in ") :]
    if host.exists(path):
        effective.switch_off(host, path, before["off"] or None)


def _report(plan: Plan, path: str, what: str, fix: str) -> None:
    plan.add(f"unable {path} {what}", f"effective {path} {what}", functools.partial(_refuse, path, what, fix))


def _refuse(path: str, what: str, fix: str) -> None:
    raise HostctlError(f"effective {path}", what, fix)


def _marked(host: System, item: str) -> List[int]:
    lines = (host.read(item[len("in ") :]) or "").splitlines()
    return [number for number, line in enumerate(lines, 1) if line.startswith(effective.MARK)]


def _named(rivals: List[Setting]) -> str:
    return ", ".join(
        " ".join(
            part
            for part in (
                rival.key,
                f"(line {rival.line})" if rival.line else "",
                f"for {rival.condition}" if rival.condition else "",
            )
            if part
        )
        for rival in rivals
    )
