"""What a host of the cloud shows of itself, as JSON: containers, clusters' members, addresses, answers of URLs.

Reads only. Runs on every host as root, Python 3.9+; what it gets is its command line:
the container engine, the folder of Kolla's configuration, URLs separated by commas.
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
Member = Dict[str, Any]  # noqa: UP006 - evaluated
"""`problem`: why it is no good member, "" if it is one; `sees`: how many there are, as far as it knows."""
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
        user, _, password = re.findall(r"^\s*wsrep_sst_auth\s*=\s*(.*?)\s*$", file.read(), re.MULTILINE)[
            0
        ].partition(":")
    text = said([engine, "exec", "--interactive", "mariadb", "sh", "-c", STATUS], f"{user}\n{password}\n")
    status = dict(line.split("\t", 1) for line in text.splitlines() if "\t" in line)
    wanted = {"wsrep_cluster_status": "Primary", "wsrep_local_state_comment": "Synced", "wsrep_ready": "ON"}
    wrong = [
        f"{name} is {status.get(name, 'unknown')}"
        for name, value in wanted.items()
        if status.get(name) != value
    ]
    return {"problem": ", ".join(wrong), "sees": int(status.get("wsrep_cluster_size", 0))}


def rabbitmq(engine: str, _live: str) -> Member:
    """Whether the queues run, in how large a cluster, without partition and alarm."""
    text = said([engine, "exec", "rabbitmq", "rabbitmqctl", "cluster_status", "--formatter", "json"])
    status = json.loads(text[text.index("{") :])
    wrong = ["network partition"] if status.get("partitions") else []
    wrong += [f"alarm: {json.dumps(alarm)}" for alarm in status.get("alarms") or ()]
    return {"problem": ", ".join(wrong), "sees": len(status.get("running_nodes", ()))}


def raft(engine: str, container: str, socket: str, database: str) -> Member:
    """Whether a database of OVN is a member of its Raft cluster that knows a leader."""
    control = f"/var/run/ovn/{socket}.ctl"
    text = said([engine, "exec", container, "ovs-appctl", "-t", control, "cluster/status", database])
    fields = dict(re.findall(r"^(Status|Leader): (.*?)\s*$", text, re.MULTILINE))
    wrong = []
    if fields.get("Status") != "cluster member":
        wrong.append(f"it is {fields.get('Status', 'no member of a cluster')}")
    if fields.get("Leader", "unknown") == "unknown":
        wrong.append("it knows no leader")
    servers = re.findall(r"^\s+\w+ \(\w+ at [^)]+\)", text.partition("\nServers:")[2], re.MULTILINE)
    return {"problem": ", ".join(wrong), "sees": len(servers)}


CLUSTERS: dict[str, tuple[str, Callable[[str, str], Member]]] = {
    "mariadb": ("galera", galera),
    "rabbitmq": ("rabbitmq", rabbitmq),
    "ovn_nb_db": ("ovn-nb", lambda engine, _live: raft(engine, "ovn_nb_db", "ovnnb_db", "OVN_Northbound")),
    "ovn_sb_db": ("ovn-sb", lambda engine, _live: raft(engine, "ovn_sb_db", "ovnsb_db", "OVN_Southbound")),
}


def members(engine: str, live: str, running: set[str]) -> dict[str, Member]:
    """By cluster: what this host's member tells."""
    found = {}
    for container, (name, ask) in CLUSTERS.items():
        if container not in running:
            continue
        try:
            found[name] = ask(engine, live)
        except (Refused, OSError, ValueError, KeyError, IndexError, TypeError) as error:
            # The text of an error of another kind could be a part of a file with passwords.
            found[name] = {
                "problem": str(error) if isinstance(error, Refused) else type(error).__name__,
                "sees": 0,
            }
    return found


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


def main(engine: str, live: str, urls: str = "") -> dict[str, Any]:
    """All of it."""
    names = sorted(
        os.path.basename(path)[len("kolla-") : -len("-container.service")] for path in glob.glob(UNITS)
    )
    problem = ""
    states: dict[str, dict[str, Any]] = {}
    try:
        states = containers(engine, names)
    except (Refused, ValueError, KeyError) as error:
        problem = f"{engine}: {error}"
    running = {name for name, one in states.items() if one["state"] == "running"}
    links = json.loads(said(["ip", "-json", "address"]))
    return {
        "containers": states,
        "members": members(engine, live, running),
        "addresses": sorted(
            one["local"] for link in links for one in link.get("addr_info", ()) if "local" in one
        ),
        "answers": {url: answer(url) for url in urls.split(",") if url},
        "problem": problem,
    }


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:]), sys.stdout)
