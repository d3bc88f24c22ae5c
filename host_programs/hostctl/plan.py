"""What a kind of state wants to do: a list of actions, made without touching the host.

A check makes the plan and stops; an apply makes the same plan and runs it. What an action replaces is
kept as its `before`, and one function per kind (`restore`) puts a `before` back: that serves both a
rollback and an item that leaves the desired state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, NamedTuple, Optional, Set

if TYPE_CHECKING:
    from host_programs.hostctl.system import System


class Action(NamedTuple):
    """One change: what the operator reads, what is done, and what it takes to undo it."""

    kind: str
    item: str
    label: str
    effect: Callable[[], object]
    before: Any
    touches: str
    forget: bool


class Plan:
    """The actions of one kind, and what the kind's plan may look at."""

    def __init__(
        self,
        kind: str,
        group: str,
        host: System,
        originals: Optional[Dict[str, Any]] = None,
        touched: Optional[Set[str]] = None,
    ) -> None:
        """Plan a kind of a group.

        Args:
            kind: of state.
            group: whose state.
            host: where.
            originals: what each item that hostctl changed was before that.
            touched: the files that this run, or one that did not finish, has written.
        """
        self.kind = kind
        self.group = group
        self.host = host
        self.originals: Dict[str, Any] = originals or {}
        self.touched: Set[str] = touched or set()
        self.actions: List[Action] = []
        self.notes: List[str] = []
        self.ok = 0
        self._wanted: Set[str] = set()

    def wants(self, item: str) -> None:
        """Say that `item` belongs to the desired state, so that it is not put back."""
        self._wanted.add(item)

    def fine(self, item: str = "") -> None:
        """Count an item that is as it should be."""
        self.ok += 1
        if item:
            self.wants(item)

    def note(self, text: str) -> None:
        """Tell the operator about something that is neither drift nor an error."""
        self.notes.append(text)

    def add(
        self, item: str, label: str, effect: Callable[[], object], before: Any = None, touches: str = ""
    ) -> None:
        """Plan a change of `item`.

        Args:
            item: its name within the kind.
            label: what the operator reads; never the content of a file.
            effect: makes the change.
            before: what `restore` puts back; None if the change cannot be or need not be undone.
            touches: path of the file that the change writes, for units that restart when it changes.
        """
        self.wants(item)
        self.actions.append(Action(self.kind, item, label, effect, before, touches, forget=False))

    def leaving(self) -> List[str]:
        """Items that hostctl changed and that the desired state no longer names."""
        return sorted(set(self.originals) - self._wanted)

    def undo(
        self, item: str, label: str, effect: Callable[[], object], now: Any = None, touches: str = ""
    ) -> None:
        """Plan that an item that left the desired state is put back; `now` is what a rollback returns to."""
        self.actions.append(Action(self.kind, item, label, effect, now, touches, forget=True))
