"""What a host shows of itself, with a container engine that says what real ones said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from host_programs.kolla_run.quorum_queues import COUNT
from tests.unit.support import ROOT

OBSERVE = ROOT / "host_programs/ansible/playbooks/observe.py"
PASSWORD = "a-password:with-a-colon"
INSPECT: list[dict[str, Any]] = [
    {"Name": "/mariadb", "State": {"Status": "running", "Health": {"Status": "healthy"}, "ExitCode": 0}},
    {"Name": "/rabbitmq", "State": {"Status": "running", "Health": {"Status": "starting"}, "ExitCode": 0}},
    {"Name": "ovn_nb_db", "State": {"Status": "running", "ExitCode": 0}},
    {"Name": "/cron", "State": {"Status": "exited", "ExitCode": 137}},
]
GALERA = "wsrep_cluster_size\t3\nwsrep_cluster_status\tPrimary\nwsrep_local_state_comment\tSynced\nwsrep_ready\tON\n"
RABBITMQ = {
    "running_nodes": ["rabbit@ctl01", "rabbit@ctl02"],
    "disk_nodes": ["rabbit@ctl03", "rabbit@ctl02", "rabbit@ctl01"],
    "partitions": {},
    "alarms": [],
}
QUEUES = "{2,1,[rabbit@ctl01,rabbit@ctl01,\n    'rabbit@ctl-02']}\n"
UNITS = """\
if [ "$1" = list-units ]; then exit 0; fi
echo Id=kolla-cron-container.service; echo ActiveState=failed; echo UnitFileState=enabled; echo
echo Id=kolla-mariadb-container.service; echo ActiveState=active; echo UnitFileState=disabled
"""
CEPH = """\
case "$*" in
*status*) echo '{"quorum_names": ["ceph01", "ceph02"]}' ;;
*tree*) echo '{"nodes": [{"name": "ceph02", "children": [1]}, {"name": "osd.1", "id": 1}]}' ;;
*dump*) echo '{"osds": [{"osd": 0, "in": 1, "up": 1}, {"osd": 1, "in": 1, "up": 0}], "flags": "sortbitwise,noout"}' ;;
esac
"""
RAFT = """1c5e
Name: OVN_Northbound
Cluster ID: 5c3f (5c3f9a3e-0c1b-4d6b-a9bb-3d6f3f1f6d2a)
Server ID: 1c5e (1c5e3b0a-30d1-4c11-9f3c-94cb3b5d3d0f)
Address: tcp:10.10.10.11:6643
Status: cluster member
Role: follower
Term: 1
Leader: 8d1a
Vote: 8d1a

Election timer: 1000
Servers:
    1c5e (1c5e at tcp:10.10.10.11:6643) (self)
    8d1a (8d1a at tcp:10.10.10.12:6643) last msg 215 ms ago
    77be (77be at tcp:10.10.10.13:6643)
"""


class Host:
    """A host in a folder: units of systemd, an engine that logs how it is called."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.log = root / "log"
        self.live = root / "kolla"
        (self.live / "mariadb").mkdir(parents=True)
        (self.live / "mariadb/galera.cnf").write_text(f"[mysqld]\nwsrep_sst_auth=root:{PASSWORD}\n")
        self.says("ps", "\n".join(one["Name"].lstrip("/") for one in INSPECT))
        self.says("inspect", json.dumps(INSPECT))
        self.says("mariadb", GALERA)
        self.says("rabbitmq", json.dumps(RABBITMQ))
        self.says("eval", QUEUES)
        self.says("{{json .Config.Env}}", '["PATH=/bin"]')
        self.says("logs", "started")
        self.says("ovn_nb_db", RAFT)
        engine = root / "docker"
        # What is asked for: in a container, the last word that has a file.
        engine.write_text(
            f'#!/bin/sh\necho "$@" >> {self.log}\ncat > {root}/stdin.$$\n'
            'what=$1; [ "$2" = --format ] && what=$3\n'
            f'[ "$1" = exec ] && for word; do [ -f "{root}/say.$word" ] && what=$word; done\n'
            f'[ -s "{root}/say.$what" ] && exec cat "{root}/say.$what"\n'
            "echo 'it is broken' >&2; exit 1\n"
        )
        engine.chmod(0o755)
        self._program("systemctl", UNITS)
        ip = root / "ip"
        ip.write_text('#!/bin/sh\necho \'[{"addr_info": [{"local": "10.10.10.250"}, {}]}, {}]\'\n')
        ip.chmod(0o755)
        monkeypatch.setenv("PATH", f"{root}:/usr/bin:/bin")

    def says(self, what: str, text: str) -> None:
        (self.root / f"say.{what}").write_text(text)

    def _program(self, name: str, text: str) -> None:
        path = self.root / name
        path.write_text(f"#!/bin/sh\n{text}")
        path.chmod(0o755)

    def ceph(self) -> None:
        """A host of a monitor."""
        (self.root / "keyring").touch()
        self._program("ceph", CEPH)

    def observe(self, *names: str) -> dict[str, Any]:
        """What the program prints, as Ansible runs it: from its stdin."""
        units = self.root / "units"
        units.mkdir(exist_ok=True)
        for name in names:
            (units / f"kolla-{name}-container.service").touch()
        source = OBSERVE.read_text().replace("/etc/systemd/system", str(units))
        source = source.replace("/etc/ceph/ceph.client.admin.keyring", str(self.root / "keyring"))
        argv = [sys.executable, "-I", "-", "docker", str(self.live), COUNT, ""]
        done = subprocess.run(argv, input=source, capture_output=True, text=True, check=True)
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(tmp_path, monkeypatch)


def test_containers_of_kolla_are_told_with_their_health_and_those_that_are_gone(host: Host) -> None:
    host.says("inspect", json.dumps([one for one in INSPECT if one["Name"] in {"/mariadb", "/cron"}]))
    found = host.observe("mariadb", "cron", "glance_api")
    assert found["containers"] == {
        "cron": {"state": "exited", "health": "", "code": 137},
        "glance_api": {"state": "", "health": "", "code": 0},
        "mariadb": {"state": "running", "health": "healthy", "code": 0},
    }
    assert found["problem"] == ""
    assert found["addresses"] == ["10.10.10.250"]


def test_members_of_clusters_tell_what_they_see(host: Host) -> None:
    found = host.observe("mariadb", "rabbitmq", "ovn_nb_db", "cron")
    assert found["members"] == {
        "galera": {"problem": "", "sees": 3, "primary": True, "bootstraps": False},
        "rabbitmq": {
            "problem": "",
            "sees": 2,
            "running": ["rabbit@ctl01", "rabbit@ctl02"],
            "nodes": ["rabbit@ctl01", "rabbit@ctl02", "rabbit@ctl03"],
            "queues": {"": 2, "rabbit@ctl01": 2, "rabbit@ctl-02": 1},
            "orphans": 1,
        },
        "ovn-nb": {
            "problem": "",
            "sees": 3,
            "cluster": "5c3f (5c3f9a3e-0c1b-4d6b-a9bb-3d6f3f1f6d2a)",
            "address": "tcp:10.10.10.11:6643",
            "leads": False,
            "servers": {
                "1c5e": "tcp:10.10.10.11:6643",
                "8d1a": "tcp:10.10.10.12:6643",
                "77be": "tcp:10.10.10.13:6643",
            },
        },
    }


def test_rabbitmq_is_asked_what_kolla_run_says(host: Host) -> None:
    host.observe("rabbitmq")
    assert f"rabbitmqctl eval {COUNT}" in host.log.read_text()


def test_a_member_that_would_begin_a_new_cluster_at_its_next_start_says_so(host: Host) -> None:
    host.says("{{json .Config.Env}}", '["PATH=/bin", "BOOTSTRAP_ARGS=--wsrep-new-cluster"]')
    assert host.observe("mariadb")["members"]["galera"]["bootstraps"]


def test_units_say_whether_they_run_and_start_with_the_host(host: Host) -> None:
    assert host.observe("mariadb", "cron")["units"] == {
        "kolla-cron-container.service": {"active": "failed", "enabled": True},
        "kolla-mariadb-container.service": {"active": "active", "enabled": False},
    }


def test_a_broker_that_the_others_did_not_know_again_says_so(host: Host) -> None:
    assert not host.observe("rabbitmq")["rejected"]
    host.says("logs", "BOOT FAILED\n{error,{inconsistent_cluster,[114,97]}}\n")
    assert host.observe("rabbitmq")["rejected"]


def test_ceph_is_asked_where_its_keyring_is(host: Host) -> None:
    assert host.observe("mariadb")["ceph"] == {}
    host.ceph()
    assert host.observe("mariadb")["ceph"] == {
        "problem": "",
        "quorum": ["ceph01", "ceph02"],
        "down": {"osd.1": "ceph02"},
        "osds": 2,
        "flags": ["noout", "sortbitwise"],
    }


def test_ceph_without_a_quorum_is_one_problem(host: Host) -> None:
    host.ceph()
    (host.root / "ceph").write_text("#!/bin/sh\necho 'RADOS timed out' >&2; exit 1\n")
    assert host.observe("mariadb")["ceph"] == {"problem": "RADOS timed out"}


def test_members_that_are_none_say_why(host: Host) -> None:
    host.says("mariadb", GALERA.replace("Primary", "non-Primary").replace("ON", "OFF"))
    host.says("rabbitmq", json.dumps({**RABBITMQ, "partitions": {"rabbit@ctl03": ["rabbit@ctl01"]}}))
    host.says("ovn_nb_db", RAFT.replace("Leader: 8d1a", "Leader: unknown"))
    found = host.observe("mariadb", "rabbitmq", "ovn_nb_db")["members"]
    assert found["galera"]["problem"] == "wsrep_cluster_status is non-Primary, wsrep_ready is OFF"
    assert found["rabbitmq"]["problem"] == "network partition"
    assert found["ovn-nb"]["problem"] == "it knows no leader"


def test_a_database_that_joins_again_knows_no_cluster_yet(host: Host) -> None:
    text = RAFT.replace(
        "Cluster ID: 5c3f (5c3f9a3e-0c1b-4d6b-a9bb-3d6f3f1f6d2a)", "Cluster ID: not yet known"
    )
    host.says("ovn_nb_db", text.replace("cluster member", "joining cluster"))
    found = host.observe("ovn_nb_db")["members"]["ovn-nb"]
    assert (found["cluster"], found["problem"]) == ("", "it is joining cluster")


def test_a_member_that_does_not_answer_says_so(host: Host) -> None:
    host.says("rabbitmq", "")
    assert host.observe("rabbitmq")["members"]["rabbitmq"] == {"problem": "it is broken", "sees": 0}


def test_an_engine_that_does_not_answer_is_one_problem(host: Host) -> None:
    host.says("ps", "")
    assert host.observe("mariadb")["problem"] == "docker: it is broken"


def test_the_password_of_the_database_is_in_no_command_line_and_in_no_answer(host: Host) -> None:
    told = json.dumps(host.observe("mariadb"))
    assert "exec --interactive mariadb" in host.log.read_text()
    assert PASSWORD not in host.log.read_text() + told
    assert any(PASSWORD in path.read_text() for path in host.root.glob("stdin.*")), "it goes through the pipe"
