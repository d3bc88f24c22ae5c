"""What a killed run left in the state: operations that are open, states that nobody confirmed."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from ops import pending, unconfirmed


def operation(
    kind: str, type_: str = "command:remote:Command", name: str = "prep-ctl01-base"
) -> dict[str, Any]:
    return {"type": kind, "resource": {"urn": f"urn:pulumi:lab::cloud::{type_}::{name}", "type": type_}}


@pytest.mark.parametrize(
    ("entry", "harmless", "says"),
    [
        (operation("creating"), True, "it runs again"),
        (operation("updating"), True, "so it runs again"),
        (operation("deleting"), True, "deleted again"),
        (
            operation("creating", "openstack:compute/instance:Instance", "vm"),
            False,
            "the state may not know it",
        ),
    ],
)
def test_an_open_operation_is_dropped_only_where_repeating_it_is_harmless(
    entry: dict[str, Any], harmless: bool, says: str
) -> None:
    (item,) = pending.pending({"deployment": {"pending_operations": [entry, entry]}})
    assert item.harmless is harmless
    assert says in (item.resolved() if harmless else item.open())
    assert item.name in pending.advice("lab", [item])


def test_a_state_without_a_deployment_has_no_open_operations() -> None:
    assert pending.pending({"version": 3, "deployment": None}) == []


def applied(stdin: str, confirmed: str | None, *, armed: bool = True) -> dict[str, Any]:
    create = "hostctl apply network" + (" --confirm-within 60" if armed else "")
    resources = [
        {
            "urn": "u::c-ctl01-network",
            "type": "command:remote:Command",
            "inputs": {"create": create, "stdin": stdin},
        }
    ]
    if confirmed is not None:
        digest = hashlib.sha256(confirmed.encode()).hexdigest()
        resources.append(
            {
                "urn": "u::c-ctl01-network-confirm",
                "type": "command:remote:Command",
                "inputs": {"stdin": digest},
            }
        )
    return {"deployment": {"resources": resources}}


@pytest.mark.parametrize(
    ("export", "waiting"),
    [
        (applied("new", "new"), []),
        (applied("new", "old"), ["u::c-ctl01-network"]),
        (applied("new", None), ["u::c-ctl01-network"]),
        (applied("new", None, armed=False), []),
        ({"deployment": {}}, []),
    ],
    ids=["confirmed", "another state was", "never", "needs none", "empty"],
)
def test_what_was_applied_but_not_confirmed_is_applied_again(
    export: dict[str, Any], waiting: list[str]
) -> None:
    assert unconfirmed.unconfirmed(export) == waiting
