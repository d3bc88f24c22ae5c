"""/etc/hosts: a block of ours, and no other line that gives one of its names another address.

Kolla's prechecks want each host name to resolve to its API address only; the installer's 127.0.1.1 line
for the host's own name would break that.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Set, Tuple

from host_programs.hostctl.host import host_name

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE: Dict[str, Any] = {"*": [str]}
STAYS = False
PATH = "/etc/hosts"
BEGIN = "# --- hostctl: begin (managed) ---"
END = "# --- hostctl: end ---"
ITEM = "block"


def compare(want: Optional[Dict[str, List[str]]], plan: Plan) -> None:
    """The block as wanted, and the lines that contradict it gone."""
    host = plan.host
    rest, block = _split((host.read(PATH) or "").splitlines())
    if want is None:
        for item in plan.leaving():
            effect = functools.partial(restore, host, item, plan.originals[item], boot=False)
            now = {"block": block, "rest": rest, "kept": rest}
            plan.undo(item, f"hosts {PATH} restored", effect, now=now, touches=PATH)
        return
    wanted = [f"{address} {' '.join(names)}" for address, names in sorted(want.items(), key=_by_number)]
    names = {name for listed in want.values() for name in listed}
    # Whoever asks for the host's own name must get the address of the block, never the loopback.
    names.add(host_name(host))
    kept, removed = _without(rest, names)
    if block == wanted and not removed:
        plan.fine(ITEM)
        return
    labels = ([f"hosts {PATH} entries"] if block != wanted else []) + [
        f"hosts {PATH} {line.split()[0]} for {' '.join(sorted(set(line.split()[1:]) & names))} removed"
        for line in removed
    ]
    effect = functools.partial(_write, host, kept, wanted)
    before = {"block": block, "rest": rest, "kept": kept}
    plan.add(ITEM, "; ".join(labels), effect, before=before, touches=PATH)


def restore(host: System, item: str, before: Dict[str, Any], boot: bool) -> None:
    """Put the old block back, and the lines that were removed."""
    del item, boot
    rest, _ = _split((host.read(PATH) or "").splitlines())
    # What somebody else changed meanwhile stays; else all is as it was, in the old order.
    removed = [line for line in before["rest"] if line not in before["kept"] and line not in rest]
    _write(host, before["rest"] if rest == before["kept"] else removed + rest, before["block"])


def _write(host: System, rest: List[str], block: Optional[List[str]]) -> None:
    lines = rest + ([BEGIN, *block, END] if block is not None else [])
    host.write(PATH, "".join(f"{line}\n" for line in lines))


def _split(lines: List[str]) -> Tuple[List[str], Optional[List[str]]]:
    """The lines of others, and the block's lines if there is one."""
    if BEGIN not in lines:
        return lines, None
    start = lines.index(BEGIN)
    end = lines.index(END, start) if END in lines[start:] else len(lines) - 1
    return lines[:start] + lines[end + 1 :], [line for line in lines[start + 1 : end + 1] if line != END]


def _without(lines: List[str], names: Set[str]) -> Tuple[List[str], List[str]]:
    kept: List[str] = []
    removed: List[str] = []
    for line in lines:
        words = line.partition("#")[0].split()
        (removed if len(words) > 1 and names & set(words[1:]) else kept).append(line)
    return kept, removed


def _by_number(entry: Tuple[str, List[str]]) -> Tuple[int, List[int], str]:
    address = entry[0]
    if ":" in address:
        return (1, [], address)
    return (0, [int(part) for part in address.split(".")], address)
