"""Time by chrony: one source for all, and hosts that carry on alone when the servers are lost."""

from __future__ import annotations

from components.host_prep.target import Target
from components.state import State

_CONF = "/etc/chrony/chrony.conf"
_DEFAULTS = "/etc/default/chrony"
_UNIT = "/etc/systemd/system/chrony.service.d/cloud.conf"


def chrony(target: Target) -> State:
    """Files and unit of chrony.

    Hosts of `time.localClock` serve the management network and, without servers, agree on a time among
    themselves (`orphan`); every other host follows them besides the servers.
    """
    time = target.cloud.time
    lines = [f"server {server} iburst" for server in time.servers]
    lines += [
        f"server {target.cloud.hosts[name].addresses['management']} iburst"
        for name in time.local_clock
        if name != target.name and name in target.cloud.active()
    ]
    if target.name in time.local_clock:
        lines += ["local stratum 10 orphan", f"allow {target.cloud.networks.management.cidr}"]
    lines += [
        "driftfile /var/lib/chrony/chrony.drift",
        "dumpdir /var/lib/chrony",
        "logdir /var/log/chrony",
        "maxupdateskew 100",
        "bindcmdaddress 127.0.0.1",
    ]
    # Early in a boot a wrong clock is set at once; later it is only slewed: Galera and Ceph bear no jumps.
    lines += ["makestep 1 3", "rtcsync"] if time.discipline else []
    options = "-F 1" if time.discipline else "-F 1 -x"
    files: State = {
        _CONF: {"content": "# Managed by openstack-cloud.\n" + "\n".join(lines) + "\n", "mode": "0644"},
        _DEFAULTS: {"content": f'DAEMON_OPTS="{options}"\n', "mode": "0644"},
    }
    if not time.discipline:
        # The unit wants the right to set the clock, which such a host does not have and -x does not need.
        files[_UNIT] = {"content": "[Unit]\nConditionCapability=\n", "mode": "0644"}
    return {
        "packages": {"present": ["chrony"]},
        "files": files,
        "effective": {path: "systemd" for path in files if path == _UNIT},
        "units": {"chrony.service": {"enabled": True, "active": True, "restart_on": sorted(files)}},
        "timezone": time.timezone,
    }
