"""How each host is reached: an SSH connection for its work, and one that outlives a rollback."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pulumi
from pulumi_command import remote

from components.keys import shortest
from config.cloud import CloudConfig

DIAL_RETRIES = 4
"""Attempts to connect after the first: a host that is off fails within a minute at 10 s each."""
_RETRY_PAUSE = 5
"""Longest pause between two attempts to connect, in seconds (pulumi-command backs off up to it)."""
_QUICK_RETRIES = 10
"""Attempts that are over before pulumi-command's pauses have grown to the longest."""
_ROLLBACK_MARGIN = 30
"""Seconds that a rollback itself may take until SSH answers again."""


@dataclass(frozen=True)
class HostConnection:
    """How one host is reached."""

    host_key: str
    """The key that proves that the host is itself."""
    work: pulumi.Output[remote.ConnectionArgs]
    """One secret value for all steps of the host: the SDK does the same work again for each new one."""
    confirm: pulumi.Output[remote.ConnectionArgs]
    """As `work`, but it goes on dialling until an unconfirmed change must have been rolled back."""


def host_connections(cloud: CloudConfig, private_key: str) -> dict[str, HostConnection]:
    """The connection of each active host.

    Args:
        cloud: the whole cloud.
        private_key: the operator's key; each connection is a secret as a whole.

    Raises:
        ValueError: a host has no host key; without one nothing would prove who answers.
    """
    host_keys = cloud.host_keys()
    missing = [name for name in cloud.active() if name not in host_keys]
    if missing:
        raise ValueError(f"no SSH host key for {', '.join(missing)} (run make host-keys and compare)")
    private_key = shortest(private_key)
    ssh = cloud.ssh
    bastion = ssh.bastion
    proxy = (
        remote.ProxyConnectionArgs(
            host=bastion.host,
            port=bastion.port,
            user=bastion.user,
            private_key=private_key,
            host_key=bastion.host_key,
            dial_error_limit=DIAL_RETRIES,
            per_dial_timeout=ssh.connect_timeout,
        )
        if bastion
        else None
    )

    def connection(name: str, retries: int) -> pulumi.Output[remote.ConnectionArgs]:
        arguments = remote.ConnectionArgs(
            host=str(cloud.hosts[name].addresses["management"]),
            port=ssh.port,
            user=ssh.user,
            private_key=private_key,
            host_key=host_keys[name],
            dial_error_limit=retries,
            per_dial_timeout=ssh.connect_timeout,
            proxy=proxy,
        )
        return pulumi.Output.secret(arguments)

    patient = confirm_retries(cloud.firewall.confirm_within)
    return {
        name: HostConnection(host_keys[name], connection(name, DIAL_RETRIES), connection(name, patient))
        for name in cloud.active()
    }


def confirm_retries(window: int) -> int:
    """Retries that outlive a rollback window of so many seconds even if each attempt fails at once."""
    return _QUICK_RETRIES + math.ceil((window + _ROLLBACK_MARGIN) / _RETRY_PAUSE)
