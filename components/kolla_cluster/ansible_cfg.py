"""ansible.cfg of the deploy host: quick, and sure of whom it talks to. Pure."""

from __future__ import annotations

from host_programs.contract.kolla_run import KOLLA_HOME, KOLLA_RUN_FOLDER

_TEXT = f"""\
# Managed by openstack-cloud.
[defaults]
forks = 50
host_key_checking = True
gathering = smart
fact_caching = ansible.builtin.jsonfile
fact_caching_connection = {KOLLA_HOME}/facts
fact_caching_timeout = 86400
callback_plugins = {KOLLA_RUN_FOLDER}/callback
stdout_callback = default
display_skipped_hosts = False
retry_files_enabled = False
timeout = 30
# A password never stands in a log: tasks that show one are Kolla's own, marked no_log.
no_target_syslog = True

[connection]
pipelining = True

[ssh_connection]
pipelining = True
retries = 3
ssh_args = -o ControlMaster=auto -o ControlPersist=600s -o ServerAliveInterval=15 -o ServerAliveCountMax=4
control_path_dir = {KOLLA_HOME}/.ansible/cp
"""


def ansible_cfg() -> str:
    """The text of ansible.cfg; host keys are those of the user's own SSH configuration (HostPrep)."""
    return _TEXT
