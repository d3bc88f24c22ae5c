"""What a host of the cloud shows of itself, as JSON: units, containers, clusters' members, addresses, answers of URLs, Ceph.

Reads only. Runs on every host as root, Python 3.9+; what it gets is its command line:
the container engine, the folder of Kolla's configuration, what RabbitMQ is asked of its queues, URLs separated by commas.
"""

from __future__ import annotations

import glob
import json
import os
import re
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any, Callable, Dict  # noqa: UP035 - Python 3.9

UNITS = "/etc/systemd/system/kolla-*-container.service"
"""Kolla-Ansible makes one for each container that it starts, and removes it with the container."""
SECONDS = 60
CEPH_KEYRING = "/etc/ceph/ceph.client.admin.keyring"
"""On the monitors' hosts: who has it may ask."""
Member = Dict[str, Any]  # noqa: UP006 - evaluated
"""`problem`: why it is no good member, "" if it is one; `sees`: how many there are, as far as it knows.

The rest is what a recovery decides by; where a member does not answer it is not there.
"""
# The password comes through the pipe: it is in no command line, and `read` needs no file of another user's.
STATUS = (
    'read -r user; read -r MYSQL_PWD; export MYSQL_PWD; exec "$(command -v mariadb || command -v mysql)" '
    '--user="$user" --batch --skip-column-names --execute="SHOW STATUS LIKE \'wsrep%\'"'
)


class Refused(Exception):  # noqa: N818 - told as an answer, not as an error
    """A program that did not answer; says why."""


def said(argv: list[str], given: str = "") -> str:
    """What a program prints. Raises Refused."""
    try:
        done = subprocess.run(
            argv,
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise Refused(f"{argv[0]} is not there") from None
    except subprocess.TimeoutExpired:
        raise Refused(f"no answer within {SECONDS} s") from None
    if done.returncode:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise Refused(lines[-1][:200] if lines else f"exit code {done.returncode}")
    return done.stdout


def containers(engine: str, names: list[str]) -> dict[str, dict[str, Any]]:
    """State and health by container: those that Kolla-Ansible has started; state "" for one that is gone."""
    found: dict[str, dict[str, Any]] = {name: {"state": "", "health": "", "code": 0} for name in names}
    if not names:
        return found
    here = set(said([engine, "ps", "--all", "--format", "{{.Names}}"]).split())
    present = [name for name in names if name in here]
    for one in json.loads(said([engine, "inspect", "--type", "container", *present])) if present else ():
        state = one["State"]
        health = state.get("Health") or state.get("Healthcheck") or {}
        found[one["Name"].lstrip("/")] = {
            "state": state.get("Status", ""),
            "health": health.get("Status", "") or "",
            "code": state.get("ExitCode", 0),
        }
    return found


def galera(engine: str, live: str) -> Member:
    """Whether the database is in the cluster, and how many it sees."""
    with open(f"{live}/mariadb/galera.cnf", encoding="utf-8") as file:
        logins = re.findall(r"^\s*wsrep_sst_auth\s*=\s*(.*?)\s*$", file.read(), re.MULTILINE)
    user, _, password = logins[0].partition(":")
    text = said([engine, "exec", "--interactive", "mariadb", "sh", "-c", STATUS], f"{user}\n{password}\n")
    status = dict(line.split("\t", 1) for line in text.splitlines() if "\t" in line)
    wanted = {"wsrep_cluster_status": "Primary", "wsrep_local_state_comment": "Synced", "wsrep_ready": "ON"}
    wrong = [f"{key} is {has}" for key, good in wanted.items() if (has := status.get(key, "unknown")) != good]
    environment = json.loads(said([engine, "inspect", "--format", "{{json .Config.Env}}", "mariadb"]))
    return {
        "problem": ", ".join(wrong),
        "sees": int(status.get("wsrep_cluster_size", 0)),
        "primary": status.get("wsrep_cluster_status") == "Primary",
        "bootstraps": "BOOTSTRAP_ARGS=--wsrep-new-cluster" in environment,
    }


def rabbitmq(engine: str, count: str) -> Member:
    """Whether the queues run, in how large a cluster, without partition and alarm; how many there are, by `count`."""
    text = said([engine, "exec", "rabbitmq", "rabbitmqctl", "cluster_status", "--formatter", "json"])
    status = json.loads(text[text.index("{") :])
    wrong = ["network partition"] if status.get("partitions") else []
    wrong += [f"alarm: {json.dumps(alarm)}" for alarm in status.get("alarms") or ()]
    running = sorted(status.get("running_nodes", ()))
    # Queues, members without a queue on this node, and the node of each member.
    counted = said([engine, "exec", "rabbitmq", "rabbitmqctl", "eval", count])
    queues, orphans = re.findall(r"{(\d+),\s*(\d+),", counted)[0]
    nodes = re.findall(r"[\w-]+@[\w.-]+", counted)
    return {
        "problem": ", ".join(wrong),
        "sees": len(running),
        "running": running,
        "nodes": sorted({*status.get("disk_nodes", ()), *status.get("ram_nodes", ())}),
        "queues": {"": int(queues), **{node: nodes.count(node) for node in nodes}},
        "orphans": int(orphans),
    }


def raft(engine: str, container: str, socket: str, database: str) -> Member:
    """Whether a database of OVN is a member of its Raft cluster that knows a leader."""
    control = f"/var/run/ovn/{socket}.ctl"
    text = said([engine, "exec", container, "ovs-appctl", "-t", control, "cluster/status", database])
    pattern = r"^(Status|Leader|Cluster ID|Address|Role): (.*?)\s*$"
    fields = dict(re.findall(pattern, text, re.MULTILINE))
    wrong = []
    if fields.get("Status") != "cluster member":
        wrong.append(f"it is {fields.get('Status', 'no member of a cluster')}")
    if fields.get("Leader", "unknown") == "unknown":
        wrong.append("it knows no leader")
    servers = re.findall(r"^\s+\w+ \((\w+) at ([^)]+)\)", text.partition("\nServers:")[2], re.MULTILINE)
    return {
        "problem": ", ".join(wrong),
        "sees": len(servers),
        # Not yet known to a member that joins.
        "cluster": fields.get("Cluster ID", "") if "(" in fields.get("Cluster ID", "") else "",
        "address": fields.get("Address", ""),
        "leads": fields.get("Role") == "leader",
        "servers": dict(servers),
    }


def members(engine: str, live: str, count: str, running: set[str]) -> dict[str, Member]:
    """By cluster: what this host's member tells."""
    clusters: dict[str, tuple[str, Callable[[], Member]]] = {
        "mariadb": ("galera", lambda: galera(engine, live)),
        "rabbitmq": ("rabbitmq", lambda: rabbitmq(engine, count)),
        "ovn_nb_db": ("ovn-nb", lambda: raft(engine, "ovn_nb_db", "ovnnb_db", "OVN_Northbound")),
        "ovn_sb_db": ("ovn-sb", lambda: raft(engine, "ovn_sb_db", "ovnsb_db", "OVN_Southbound")),
    }
    found = {}
    for name, ask in (one for container, one in clusters.items() if container in running):
        try:
            found[name] = ask()
        except (Refused, OSError, ValueError, KeyError, IndexError, TypeError) as error:
            # The text of an error of another kind could be a part of a file with passwords.
            problem = str(error) if isinstance(error, Refused) else type(error).__name__
            found[name] = {"problem": problem, "sees": 0}
    return found


def rejected(engine: str) -> bool:
    """Whether the other nodes did not take this RabbitMQ for the one they knew, when it started last."""
    try:
        # It says so on either of the two.
        return "inconsistent_cluster" in said(["sh", "-c", f"exec {engine} logs --tail 200 rabbitmq 2>&1"])
    except Refused:
        return False


def units(names: list[str]) -> dict[str, dict[str, Any]]:
    """Whether units of systemd run, and whether they start with the host."""
    properties = "--property=Id,ActiveState,UnitFileState"
    found = {}
    for block in said(["systemctl", "show", properties, *names]).split("\n\n") if names else ():
        one = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        found[one["Id"]] = {"active": one["ActiveState"], "enabled": one["UnitFileState"] == "enabled"}
    return found


def ceph_units() -> list[str]:
    """Daemons of Ceph on this host, as packages and as cephadm name them."""
    listed = said(["systemctl", "list-units", "--all", "--plain", "--no-legend", "ceph*@*.service"])
    # Those of ceph-volume do their work at boot, and end.
    names = (line.split()[0] for line in listed.splitlines() if line.strip())
    return [name for name in names if not name.startswith("ceph-volume@")]


def ceph() -> dict[str, Any]:
    """Monitors in the quorum, OSDs, flags; empty on a host that may not ask."""
    if not os.path.exists(CEPH_KEYRING):
        return {}
    ask = ["ceph", "--connect-timeout", "15", "--format", "json"]
    try:
        questions = (("status",), ("osd", "dump"), ("osd", "tree"))
        status, dump, tree = (json.loads(said([*ask, *words])) for words in questions)
    except (Refused, ValueError) as error:
        return {"problem": str(error)}
    osds = dump["osds"]
    hosts = {child: node["name"] for node in tree["nodes"] for child in node.get("children", ())}
    down = [one["osd"] for one in osds if one["in"] and not one["up"]]
    return {
        "problem": "",
        "quorum": status["quorum_names"],
        "down": {f"osd.{number}": hosts.get(number, "") for number in down},
        "osds": len(osds),
        "flags": sorted(dump["flags"].split(",")),
    }


def answer(url: str) -> int | str:
    """The HTTP status of a URL, or why there is none. Who answers is for a client to check, not for us."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    try:
        with opener.open(url, timeout=10) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))[:200]


def main(engine: str, live: str, count: str, urls: str = "") -> dict[str, Any]:
    """All of it."""
    own = [os.path.basename(path) for path in sorted(glob.glob(UNITS))]
    names = sorted(unit[len("kolla-") : -len("-container.service")] for unit in own)
    problem = ""
    states: dict[str, dict[str, Any]] = {}
    services: dict[str, dict[str, Any]] = {}
    try:
        services = units(own + ceph_units())
    except (Refused, ValueError, KeyError) as error:
        problem = f"systemctl: {error}"
    try:
        states = containers(engine, names)
    except (Refused, ValueError, KeyError) as error:
        problem = f"{engine}: {error}"
    running = {name for name, one in states.items() if one["state"] == "running"}
    links = json.loads(said(["ip", "-json", "address"]))
    addresses = (one["local"] for link in links for one in link.get("addr_info", ()) if "local" in one)
    return {
        "units": services,
        "containers": states,
        "members": members(engine, live, count, running),
        "rejected": "rabbitmq" in states and rejected(engine),
        "ceph": ceph(),
        "addresses": sorted(addresses),
        "answers": {url: answer(url) for url in urls.split(",") if url},
        "problem": problem,
    }


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:]), sys.stdout)
