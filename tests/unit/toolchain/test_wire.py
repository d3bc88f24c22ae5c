"""Values on the wire: secrets and unknowns survive the way in and out, and are found wherever they are."""

from __future__ import annotations

from typing import Any

import pytest

from toolchain.plugins.base import wire
from toolchain.plugins.base.wire import SIGNATURE, UNKNOWN, Archive, Asset, Secret

ROUND_TRIPS: list[Any] = [
    None,
    True,
    0,
    -7,
    1.5,
    "",
    "text",
    [],
    [1, "two", [None]],
    {"a": {"b": [False]}},
    UNKNOWN,
    Asset(text="", hash="h"),
    Asset(path="/x", hash="h"),
    Archive(assets={"a": Asset(text="t")}, hash="h"),
]


@pytest.mark.parametrize("value", ROUND_TRIPS, ids=repr)
def test_a_value_comes_back_as_it_went(value: Any) -> None:
    assert wire.plain(wire.wire(value)) == value


# value, is itself secret, holds a secret, is itself unknown, holds an unknown
MARKS: list[tuple[Any, bool, bool, bool, bool]] = [
    ("x", False, False, False, False),
    (Secret("x"), True, True, False, False),
    ({"a": [Secret("x")]}, False, True, False, False),
    (UNKNOWN, False, False, True, True),
    (Secret(UNKNOWN), True, True, True, True),
    ([{"a": UNKNOWN}], False, False, False, True),
    (Secret({"a": UNKNOWN}), True, True, False, True),
    ({SIGNATURE: wire.OUTPUT}, False, False, True, True),
    ({SIGNATURE: wire.OUTPUT, "value": "x", "secret": True}, True, True, False, False),
    (Asset(text="x"), False, False, False, False),
]


@pytest.mark.parametrize(("value", "secret", "holds_secret", "unknown", "holds_unknown"), MARKS, ids=repr)
def test_marks_are_found(
    value: Any, secret: bool, holds_secret: bool, unknown: bool, holds_unknown: bool
) -> None:
    sent = wire.wire(value)
    found = (wire.is_secret(sent), wire.has_secret(sent), wire.is_unknown(sent), wire.has_unknown(sent))
    assert found == (secret, holds_secret, unknown, holds_unknown)


@pytest.mark.parametrize("mark", sorted(wire.UNKNOWNS))
def test_every_kind_of_unknown_is_unknown(mark: str) -> None:
    assert wire.plain(wire.wire(mark)) is UNKNOWN


def test_opening_a_value_opens_the_secrets_in_it() -> None:
    assert wire.plain(wire.wire({"a": Secret({"b": Secret("x")})})) == {"a": {"b": "x"}}


def test_a_secret_is_marked_once() -> None:
    once = wire.secret(wire.wire("x"))
    assert wire.secret(once) == once


def test_a_kind_of_value_that_is_not_known_is_an_error() -> None:
    with pytest.raises(ValueError, match="0000"):
        wire.plain(wire.wire({SIGNATURE: "0000"}))


def test_a_secret_never_shows_itself() -> None:
    assert "canary" not in repr(Secret("canary"))
