"""Kernel modules, parameters and swap (guide §3)."""

from __future__ import annotations

from components.host_prep.target import Target
from components.state import State
from host_programs.contract.hostctl import sysctl_file

_EVERYWHERE = {
    "net.bridge.bridge-nf-call-iptables": "1",
    # Loose: hosts with several networks and a virtual address may answer on another path than was asked on.
    "net.ipv4.conf.all.rp_filter": "2",
    "net.ipv4.conf.default.rp_filter": "2",
    "net.ipv4.conf.all.accept_redirects": "0",
    "net.ipv4.conf.default.accept_redirects": "0",
    "net.ipv4.conf.all.secure_redirects": "0",
    "net.ipv4.conf.default.secure_redirects": "0",
    "net.ipv4.conf.all.send_redirects": "0",
    "net.ipv4.conf.default.send_redirects": "0",
    "net.ipv4.conf.all.accept_source_route": "0",
    "net.ipv4.conf.default.accept_source_route": "0",
    # A virtual address that moves leaves connections behind which nobody answers any more. Whoever waits on one, as every
    # service does for the database, waits for the kernel to give it up: 90 and 100 s, not two hours and 15 minutes.
    "net.ipv4.tcp_keepalive_time": "60",
    "net.ipv4.tcp_keepalive_intvl": "10",
    "net.ipv4.tcp_keepalive_probes": "3",
    "net.ipv4.tcp_retries2": "8",
    "net.ipv4.icmp_echo_ignore_broadcasts": "1",
    "net.ipv4.icmp_ignore_bogus_error_responses": "1",
    "net.ipv4.tcp_syncookies": "1",
    "net.ipv6.conf.all.accept_redirects": "0",
    "net.ipv6.conf.default.accept_redirects": "0",
    "net.ipv6.conf.all.accept_source_route": "0",
    "net.ipv6.conf.default.accept_source_route": "0",
}


def kernel(target: Target) -> State:
    """Modules and parameters that outlive a reboot.

    The host's own values win over the cloud's, those over the product's.

    The hosts of the cloud proper forward as the guide has it; the firewall decides what. Others do not.
    """
    cloud = target.cloud
    forwards = target.has("control", "network", "compute")
    profile = cloud.nic_profiles[target.host.nics]
    modules = ["br_netfilter"]
    modules += ["bonding"] if profile.bonds else []
    modules += ["8021q"] if any(network.vlan for network in cloud.networks.defined().values()) else []
    modules += [module for module in cloud.host_prep.modules if module not in modules]
    return {
        "modules": modules,
        "sysctl": {
            **_EVERYWHERE,
            "net.ipv4.ip_forward": "1" if forwards else "0",
            **cloud.host_prep.sysctl,
            **target.host.sysctl,
        },
        "effective": {sysctl_file("base"): "sysctl"},
        "swap": "off",
    }
