"""Who may log in, and how: users, sudo, SSH hardening (security.md: hosts and SSH)."""

from __future__ import annotations

from components.host_prep.target import Target
from components.state import State
from host_programs.contract.kolla_run import KOLLA_HOME, KOLLA_USER

SSHD_DROP_IN = "/etc/ssh/sshd_config.d/10-cloud.conf"
CEPHADM_USER = "cephadm"

_CIPHERS = "aes256-gcm@openssh.com,aes128-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr"
_MACS = "hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com"
_KEX = "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp384,ecdh-sha2-nistp256"
# OpenSSH, asyncssh and Go's x/crypto (pulumi-command) all speak these.


def users(target: Target) -> State:
    """The user of Kolla-Ansible with the deploy host's key, and no login for root."""
    sources = sorted(str(host.addresses["management"]) for host in target.cloud.with_role("deploy").values())
    limits = f'from="{",".join(sources)}" ' if sources else ""
    key = f"{limits}{target.files.deploy_public_key} {KOLLA_USER}@{target.cloud.name}"
    return {
        "users": {
            KOLLA_USER: {
                "system": True,
                "shell": "/bin/bash",
                "home": KOLLA_HOME,
                "groups": ["docker"],
                "authorized_keys": [key],
                "locked": True,
            },
            "root": {"locked": True},
        },
        "files": {
            f"/etc/sudoers.d/60-{KOLLA_USER}": {
                "content": f"{KOLLA_USER} ALL=(ALL:ALL) NOPASSWD: ALL\n",
                "mode": "0440",
            }
        },
        "effective": {f"/etc/sudoers.d/60-{KOLLA_USER}": "sudoers"},
        "directories": {"/etc/kolla": {"mode": "0755", "owner": f"{KOLLA_USER}:{KOLLA_USER}"}},
    }


def sshd(target: Target) -> State:
    """SSH without passwords and root; the unit's reload tests the configuration before it takes it."""
    content = f"""\
# Managed by openstack-cloud. Read before the distribution's own settings: the first value of each counts.
PermitRootLogin no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitEmptyPasswords no
AllowUsers {" ".join(sorted({target.cloud.ssh.user, KOLLA_USER, *_orchestrator(target)}))}
MaxAuthTries 4
LoginGraceTime 30
MaxStartups 100:30:200
ClientAliveInterval 30
ClientAliveCountMax 4
X11Forwarding no
AllowAgentForwarding no
LogLevel VERBOSE
Ciphers {_CIPHERS}
MACs {_MACS}
KexAlgorithms {_KEX}
"""
    return {
        "files": {SSHD_DROP_IN: {"content": content, "mode": "0600"}},
        "effective": {SSHD_DROP_IN: "sshd"},
        "units": {"ssh.service": {"active": True, "reload_on": [SSHD_DROP_IN]}},
    }


def _orchestrator(target: Target) -> set[str]:
    """The user of Ceph's orchestrator on Ceph's hosts; the user itself comes with CephStorage."""
    ceph = target.cloud.ceph
    return {CEPHADM_USER} if ceph and ceph.mode == "cephadm" and target.has("storage") else set()


def deploy_host(target: Target) -> State:
    """How the deploy host's user reaches the others: pinned host keys, always checked."""
    if not target.has("deploy"):
        return {}
    cloud = target.cloud
    host_keys = cloud.host_keys()
    known = "".join(
        f"{name}.{cloud.domain},{name},{cloud.hosts[name].addresses['management']} {host_keys[name]}\n"
        for name in cloud.active()
        if name in host_keys
    )
    client = f"""\
# Managed by openstack-cloud.
Host *
    User {KOLLA_USER}
    IdentityFile ~/.ssh/id_cloud
    IdentitiesOnly yes
    StrictHostKeyChecking yes
    UserKnownHostsFile /etc/ssh/ssh_known_hosts_cloud
    Port {cloud.ssh.port}
"""
    owner = f"{KOLLA_USER}:{KOLLA_USER}"
    return {
        "files": {
            "/etc/ssh/ssh_known_hosts_cloud": {"content": known, "mode": "0644"},
            f"{KOLLA_HOME}/.ssh/config": {"content": client, "mode": "0600", "owner": owner},
        },
        "packages": {"present": ["openssh-client", "rsync"]},
    }


def deploy_key(target: Target) -> State:
    """The deploy host's private key: secret."""
    if not target.has("deploy"):
        return {}
    return {
        "files": {
            f"{KOLLA_HOME}/.ssh/id_cloud": {
                "content": target.files.deploy_key,
                "mode": "0600",
                "owner": f"{KOLLA_USER}:{KOLLA_USER}",
                "sensitive": True,
            }
        }
    }
