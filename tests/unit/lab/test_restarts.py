"""Plans of restarts beside what was started."""

from __future__ import annotations

from lab.restarts.compared import Round, planned, started, table

PLAN = {
    "rows": [
        {"service": "nova-api", "verb": "restart", "hosts": ["ctl01", "ctl02"]},
        {"service": "openvswitch-db-server", "verb": "start", "hosts": ["cmp01"]},
        {"service": "zun-api", "verb": "leftover", "hosts": ["ctl01"]},
    ]
}


def test_a_plan_names_the_containers_that_it_starts() -> None:
    assert planned(PLAN) == {("ctl01", "nova_api"), ("ctl02", "nova_api"), ("cmp01", "openvswitch_db")}


def test_a_container_was_started_if_its_start_time_is_another_or_it_was_not_there() -> None:
    before = {("a", "x"): "1", ("a", "y"): "1", ("a", "gone"): "1"}
    after = {("a", "x"): "1", ("a", "y"): "2", ("b", "x"): "1"}
    assert started(before, after) == {("a", "y"), ("b", "x")}


def test_what_differs_from_the_plan_is_wrong_in_both_ways() -> None:
    one = Round(("a.b",), frozenset({("h", "x"), ("h", "y")}), frozenset({("h", "y"), ("h", "z")}), 61.4)
    assert one.wrong == ["x on h: planned, and not started", "z on h: started, and not planned"]
    assert table([one]).splitlines()[-1] == "| a.b | 2 | 1 of 3 | 61 |"
