"""What is found next to what is wanted: a row for each certificate, and what the table comes to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from ops.access import HostError
from ops.certificates.ask import Answer
from ops.certificates.rows import State, rows
from ops.certificates.table import document, exit_code, render
from ops.certificates.wanted import HERE, Wanted
from tests.unit.ops.certificates_seen import NOW, PEM, api, ending, held
from tests.unit.pem import Made, damaged, made

SERVED = "api.example.com:5000"
SEEN = api(purpose="API, as served", hosts=(HERE,), place=SERVED, like="API")


@dataclass
class Case:
    wanted: list[Wanted]
    answers: dict[str, Answer]
    told: list[tuple[str, str, int | None]]
    """State, purpose and days of each row, in order."""
    code: int
    limit: int = 30
    says: tuple[str, ...] = field(default=())


CASES = {
    "enough days": Case([api()], {"a": {PEM: held(PEM, ending(90))}}, [("good", "API", 90)], 0),
    "one day short": Case([api()], {"a": {PEM: held(PEM, ending(29))}}, [("late", "API", 29)], 3),
    "on the day": Case([api()], {"a": {PEM: held(PEM, ending(30))}}, [("good", "API", 30)], 0),
    "another limit": Case([api()], {"a": {PEM: held(PEM, ending(90))}}, [("late", "API", 90)], 3, limit=91),
    "ended": Case([api()], {"a": {PEM: held(PEM, ending(-3))}}, [("ended", "API", -3)], 3),
    "not yet": Case(
        [api()],
        {"a": {PEM: held(PEM, made("x", NOW + timedelta(days=1), 365))}},
        [("not valid yet", "API", 366)],
        3,
        says=("it begins on 2026-11-28 12:00 UTC",),
    ),
    "missing on some hosts": Case(
        [api(hosts=("a", "b", "c"))],
        {"a": {PEM: []}, "b": {PEM: held(PEM, ending(90))}, "c": {PEM: []}},
        [("missing", "API", None), ("good", "API", 90)],
        3,
        says=(f"where: a, c: {PEM}", f"there is no {PEM}"),
    ),
    "not there and not expected": Case([api(expected=False)], {"a": {PEM: []}}, [], 0),
    "a server that need not be there": Case(
        [api(place=SERVED, expected=False)], {"a": {SERVED: held(SERVED, error="refused")}}, [], 0
    ),
    "no certificate in it": Case(
        [api(expected=False)],
        {"a": {PEM: held(PEM, error="has no certificate in PEM form")}},
        [("cannot be read", "API", None)],
        3,
        says=("why: has no certificate in PEM form",),
    ),
    "one of a kind on all hosts": Case(
        [api(hosts=("a", "b"))],
        {host: {PEM: held(PEM, ending(90))} for host in ("a", "b")},
        [("good", "API", 90)],
        0,
        says=(f"where: a, b: {PEM}",),
    ),
    "a host with another one": Case(
        [api(hosts=("a", "b"))],
        {"a": {PEM: held(PEM, ending(90))}, "b": {PEM: held(PEM, ending(5))}},
        [("late", "API", 5), ("good", "API", 90)],
        3,
    ),
    "a chain that ends before its leaf": Case(
        [api()],
        {"a": {PEM: held(PEM, ending(90), ending(10, "Example CA"))}},
        [("late", "API", 10), ("good", "API", 90)],
        3,
    ),
    "what is served is what is on disk": Case(
        [api(), SEEN],
        {"a": {PEM: held(PEM, ending(90))}, HERE: {SERVED: held(SERVED, ending(90))}},
        [("good", "API", 90), ("good", "API, as served", 90)],
        0,
    ),
    "what is served is an older one": Case(
        [api(), SEEN],
        {"a": {PEM: held(PEM, ending(90))}, HERE: {SERVED: held(SERVED, ending(60))}},
        [("not the one on disk", "API, as served", 60), ("good", "API", 90)],
        3,
        says=(f"where: {HERE}: {SERVED}",),
    ),
    "what is served is the chain's CA": Case(
        [api(), SEEN],
        {"a": {PEM: held(PEM, ending(90), ending(60))}, HERE: {SERVED: held(SERVED, ending(60))}},
        [("good", "API", 60), ("not the one on disk", "API, as served", 60), ("good", "API", 90)],
        3,
    ),
    "nobody looks at it": Case(
        [api(hosts=(), place="in a database", unread="it is a database")],
        {},
        [("not looked at", "API", None)],
        0,
        says=("why: it is a database", "where: in a database"),
    ),
    "a host that cannot be asked": Case(
        [api(hosts=("a", "b"))],
        {"a": HostError("unreachable", "10.0.0.1: no answer"), "b": {PEM: []}},
        [("not known", "all of a", None), ("missing", "API", None)],
        1,
        says=("why: unreachable: 10.0.0.1: no answer",),
    ),
    "a file is of the narrower purpose": Case(
        [api(purpose="queue", place="/etc/*/q.pem"), api(place="/etc/*/*.pem")],
        {
            "a": {
                "/etc/*/q.pem": held("/etc/x/q.pem", ending(90)),
                "/etc/*/*.pem": held("/etc/x/q.pem", ending(90)) + held("/etc/y/s.pem", ending(40)),
            }
        },
        [("good", "API", 40), ("good", "queue", 90)],
        0,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_certificate_is_a_row_and_the_exit_code_says_whether_somebody_is_needed(case: str) -> None:
    one = CASES[case]
    found = rows(one.wanted, one.answers, one.limit, NOW)
    assert [(row.state, row.purpose, row.days) for row in found] == one.told
    assert exit_code(found) == one.code
    text = render(found, 1.0)
    assert all(words in text for words in one.says), text


def test_bytes_that_are_no_certificate_are_a_row_and_no_failure() -> None:
    broken = Made(damaged(ending(90).pem), "")
    (row,) = rows([api()], {"a": {PEM: held(PEM, broken)}}, 30, NOW)
    assert (row.state, row.why) == (State.UNREADABLE, "has a certificate that cannot be read")


def test_the_table_as_it_is_read() -> None:
    files = [f"/etc/{name}/c.pem" for name in "vwxyz"]
    wanted = [api(hosts=("a", "b"), place="/etc/*/c.pem"), api(purpose="other", hosts=(), unread="why not")]
    answers: dict[str, Answer] = {
        host: {"/etc/*/c.pem": [held(file, ending(12))[0] for file in files]} for host in ("a", "b")
    }
    assert render(rows(wanted, answers, 30, NOW), 2.34).splitlines() == [
        "DAYS  ENDS        STATE          CERTIFICATE  NAMES            ISSUED BY",
        "  12  2026-12-09  late           API          api.example.com  Example CA",
        "      where: a, b: /etc/v/c.pem, /etc/w/c.pem, /etc/x/c.pem and 2 more",
        "      renewed by you; without: all",
        "   -  -           not looked at  other",
        "      why: why not",
        "      where: /etc/x/api.pem",
        "      renewed by you; without: all",
        "1 late, 1 not looked at; 2.3 s",
    ]


def test_a_name_in_a_certificate_does_not_steer_the_terminal() -> None:
    cursor = made("\x1b[2Jgone", NOW - timedelta(days=1), 400)
    text = render(rows([api()], {"a": {PEM: held(PEM, cursor)}}, 30, NOW), 0)
    assert "\x1b" not in text
    assert "?[2Jgone" in text


def test_programs_get_every_place_and_the_dates() -> None:
    (entry,) = document(rows([api()], {"a": {PEM: held(PEM, ending(12))}}, 30, NOW))
    told = json.loads(json.dumps(entry))
    assert told["where"] == {"a": [PEM]}
    assert told["certificate"]["ends"] == "2026-12-09T12:00:00+00:00"
    assert told["certificate"]["names"] == ["api.example.com"]
