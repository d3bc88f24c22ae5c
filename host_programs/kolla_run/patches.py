"""Defects of Kolla-Ansible that cost minutes or show a password: what is looked for, and what takes its place."""

from __future__ import annotations

from typing import NamedTuple

IN_TOOLBOX = repr(
    [
        *("sh", "-c", 'exec "$(dirname "$(command -v ansible)")/python3" -c "$0"'),
        'import json, os, sys; from ansible.cli.adhoc import main; sys.argv = json.loads(os.environ.pop("ARGV")); main()',
    ]
)
"""The toolbox's `ansible`, its command line from the environment, which only its own user may read."""


class Patch(NamedTuple):
    """A defect of Kolla-Ansible, in every release of the map that has it."""

    path: str
    """Below Kolla-Ansible's folder `ansible`."""
    defect: str
    """A regular expression."""
    mended: str
    """What takes its place."""
    why: str
    """What it does, and until when it is replaced."""
    since: str = ""
    """The first release in which it is mended: a changed file would restart the daemons of an older one's clouds."""


_OPENSTACK = (
    r"(?m)^( +)((?:ansible\.builtin\.)?command: >\n +\{\{ kolla_container_engine \}\} exec )(?:-t )?(\w+) openstack\n"
    r"((?:.+\n)*?) +--os-password[ =](\{\{ [\w.]+ \}\})\n"
)
"""A task that runs `openstack` in a container: indentation, start, container, words before the password, the password."""
_BY_STDIN = (
    r"""\1args: {stdin: "\5"}\n"""
    r"""\1\2-i \3 sh -c 'read -r OS_PASSWORD; export OS_PASSWORD; exec openstack "$@"' openstack\n\4"""
)
"""The same with its password on stdin. Ansible's `environment` would write it on a command line, too: of sudo's shell."""

PATCHES = (
    # D-Bus refuses it, the exception is swallowed, and systemd never hears of the unit that was written: it then
    # waits for a unit to stop that it does not know. Seen in 18.8.0 (2024.1) to 22.2.0 (2026.1).
    Patch(
        path="module_utils/kolla_systemd_worker.py",
        defect=r"(?<='Reload'),\s*self\.container_dict\['service_name'\],\s*self\.job_mode(?=\s*\))",
        mended="",
        why="its reload() fails, and each container that is recreated waits 125 s for it"
        " (until Kolla-Ansible calls Reload without arguments)",
    ),
    # The same wait where nothing else made systemd read its units again after this one was enabled: it then forgets
    # a unit as soon as it has stopped. Seen in the same releases, with etcd, which is restarted once it has joined.
    Patch(
        path="module_utils/kolla_systemd_worker.py",
        defect=r"if self\.get_unit_state\(\) == state:",
        mended="if (self.get_unit_state() or 'dead') == state:",
        why="it waits 125 s for a unit to stop that systemd has forgotten"
        " (until Kolla-Ansible takes a unit that is not listed for a dead one)",
    ),
    # An empty value is None since Ansible 2.19, and "" in the container. Seen with etcd's certificates in 22.2.0 (2026.1).
    Patch(
        path="module_utils/kolla_container_worker.py",
        defect=r"if current_env\[k\] != v:",
        mended="if current_env[k] != ('' if v is None else v):",
        why="it starts a container with an empty variable anew at every deployment"
        " (until Kolla-Ansible compares what the container is given)",
    ),
    # The comparison asks for the mode that the entry names, and it names none. Seen in 22.2.0 (2026.1).
    Patch(
        path="roles/prometheus/templates/prometheus-server.json.j2",
        defect=r'(?m)^( +)("dest": "/etc/prometheus/extras/",\n) +"preserve_properties": true,$',
        mended=r'\1\2\1"owner": "prometheus:kolla",\n\1"perm": "0600",',
        why="Prometheus is restarted at every deployment where it has files of the site's"
        " (until Kolla's kolla_set_configs compares what it preserves)",
    ),
    # Every password of a database, a queue or an API passes through it. Seen in 18.8.0 (2024.1) to 21.3.0 (2025.2).
    Patch(
        path="library/kolla_toolbox.py",
        defect=r"((?:exec_create|exec_run|_run_command)\(\s*(?:kolla_toolbox,\s*)?)(command(?:_line)?),(\s*)environment=environment",
        mended=rf"\1{IN_TOOLBOX},\3environment=dict(environment, ANSIBLE_LOG_PATH='/dev/null', ARGV=json.dumps(\2))",
        why="it writes passwords on command lines and into ansible.log, which every user of a host may read"
        " (until 2026.1, which runs it otherwise)",
    ),
    # Seen in 18.8.0 (2024.1) to 22.2.0 (2026.1).
    *(
        Patch(
            path=path,
            defect=_OPENSTACK,
            mended=_BY_STDIN,
            why="it writes a password on the command line of `openstack`, which every user of a host may read"
            " (until Kolla-Ansible hands it on by another way)",
        )
        for path in (
            "roles/nova-cell/tasks/wait_discover_computes.yml",
            "roles/ironic/tasks/upgrade.yml",
            "roles/keystone/tasks/register_identity_providers.yml",
            "roles/octavia/tasks/hm-interface.yml",
        )
    ),
    # After a power cut an API that starts before its etcd or its database stays up without an application, for ever.
    # Seen in cinder-api of 20.6.0 (2025.1); the role is in 2025.1 and newer.
    Patch(
        path="roles/service-uwsgi-config/templates/uwsgi.ini.j2",
        defect=r"(?ms)\A(?!.*^need-app)(.*?)^master = true$",
        mended=r"\1master = true\nneed-app = true",
        why="an API whose application cannot be loaded answers 500 for ever, instead of being started again"
        " (until Kolla-Ansible's uwsgi.ini has need-app)",
    ),
    # RabbitMQ from 3.13 on: 30 attempts, each as long as a connection to the nodes that are not there takes; 12 minutes
    # in the lab. Seen in 18.8.0 (2024.1) to 22.2.0 (2026.1).
    Patch(
        path="roles/rabbitmq/templates/rabbitmq.conf.j2",
        defect=r"(?ms)\A(?!.*^cluster_formation\.discovery_retry_limit)(.*?^cluster_formation\.peer_discovery_backend = \S+\n)",
        mended=r"\1cluster_formation.discovery_retry_limit = 2\n",
        why="the first node of a new cluster waits for a second one, which Kolla-Ansible starts only after it"
        " (until Kolla-Ansible starts all nodes of a new cluster at once)",
        since="2025.2",
    ),
    # Seen in 18.8.0 (2024.1) to 22.2.0 (2026.1): it reads /proc/modules before anything else.
    Patch(
        path="roles/module-load/tasks/main.yml",
        defect=r"(?m)^( +)((?:community\.general\.)?modprobe:\n(?:\1 .*\n)+)",
        mended=r"\1\2\1register: loaded\n\1failed_when:\n\1  - loaded is failed\n"
        r"""\1  - "'/proc/modules' not in loaded.msg | default('')"\n""",
        why="it fails on a kernel that was built without modules, which has what it has"
        " (until Ansible's modprobe takes such a kernel)",
    ),
)


def of(series: str) -> tuple[Patch, ...]:
    """Those of a release."""
    return tuple(patch for patch in PATCHES if patch.since <= series)
