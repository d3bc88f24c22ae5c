"""Power-off and the way back: what is recorded, the order of the steps, and that recover undoes exactly that."""

from __future__ import annotations

from pathlib import Path

import pytest

from host_programs.kolla_run import integrity_run
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.recovery.walk import StuckError
from tests.unit.host_programs.kolla_run.obedient_cloud import SERVERS, UNIT, Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_everything_stops_in_order(site: Site) -> None:
    site.power_off()
    stop = "systemctl stop kolla-{}-container.service"
    assert site.orders == [
        "ctl01: systemctl disable --now kolla-octavia_health_manager-container.service",
        "web: os-stop",
        "amphora-1: os-stop",
        f"cmp01: {stop.format('nova_compute')}",
        f"ctl01: {stop.format('haproxy')}",
        f"ctl02: {stop.format('haproxy')}",
        *(
            f"{host}: {stop.format(name)}"
            for name in ("ovn_nb_db", "ovn_sb_db")
            for host in ("ctl02", "ctl01")
        ),
        *(f"{host}: {stop.format('rabbitmq')}" for host in ("ctl02", "ctl01")),
        *(f"{host}: {stop.format('mariadb')}" for host in ("ctl02", "ctl01")),
        *(
            f"ctl01: ceph --connect-timeout 15 osd set {flag}"
            for flag in ("noout", "norebalance", "norecover")
        ),
    ]


def test_what_ran_is_recorded_and_what_others_set_is_not(site: Site) -> None:
    site.power_off()
    record = site.record
    assert record["servers"] == {
        "cmp01": [
            {"id": "s1", "name": "web", "amphora": False},
            {"id": "a1", "name": "amphora-1", "amphora": True},
        ]
    }
    assert record["balancers"] == [{"id": "l1", "name": "lb"}]
    assert record["ceph_flags"] == ["noout", "norebalance", "norecover"]
    assert record["held"] == {"ctl01": ["kolla-octavia_health_manager-container.service"]}
    assert record["off"]


def test_the_way_back_restores_what_ran_and_no_more(site: Site) -> None:
    site.power_off()
    site.orders.clear()
    site.recover()
    assert site.servers == SERVERS, "the one that was off stays off"
    assert site.flags == {"sortbitwise", "nobackfill"}
    assert all(
        one["active"] == "active" and one["enabled"]
        for units in site.units.values()
        for one in units.values()
    )
    assert site.host.ran.count("mariadb-recovery") == 1
    assert site.record is None
    order = [
        next(at for at, one in enumerate(site.orders) if word in one) for word in ("amphora", "enable", "web")
    ]
    assert order == sorted(order), "amphorae run before their watchers, and these before what they serve"
    site.orders.clear()
    assert site.recover()["changed"] == 0
    assert site.orders == []


def test_a_cloud_that_is_not_whole_is_not_switched_off_unless_told(site: Site) -> None:
    site.units["cmp01"][UNIT.format("nova_compute")]["active"] = "failed"
    with pytest.raises(integrity_run.MissingError, match="container nova_compute on cmp01"):
        site.power_off()
    assert (site.orders, site.record) == ([], None)
    site.power_off(anyway=True)
    assert site.record["off"]


def test_a_dry_run_of_either_changes_nothing(site: Site) -> None:
    site.power_off(dry_run=True)
    assert (site.orders, site.record) == ([], None)
    assert "servers: would run compute: POST /servers/s1/action os-stop (web on cmp01)" in site.host.said
    site.power_off()
    site.orders.clear()
    site.recover(dry_run=True)
    assert site.orders == []
    assert "mariadb-recovery" not in site.host.ran
    assert any("would run kolla-run mariadb-recovery" in line for line in site.host.said)


def test_one_that_broke_off_goes_on_with_what_was_recorded_first(site: Site) -> None:
    site.refuses = "stop kolla-mariadb"
    with pytest.raises(StuckError, match="galera: waited 600 s for 2 members to stop"):
        site.power_off()
    assert not site.record.get("off")
    before, site.refuses = site.record, ""
    site.power_off()
    assert site.record == {**before, "off": True}


def test_a_second_power_off_of_a_cloud_that_runs_wants_the_first_one_undone(site: Site) -> None:
    site.power_off()
    site.units["ctl01"][UNIT.format("haproxy")]["active"] = "active"
    with pytest.raises(RunError, match="make recover"):
        site.power_off()


def test_a_host_that_is_none_of_the_cloud_is_refused(site: Site) -> None:
    with pytest.raises(RunError, match="--without ctl09: is no host of this cloud"):
        site.recover(without=["ctl09"])
