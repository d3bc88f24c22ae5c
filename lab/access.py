"""Keys, known hosts and the shell environment: what the operator of the lab needs to get in."""

from __future__ import annotations

import socket
from pathlib import Path

from lab import paths, pgp, stack_file
from lab.disk import disks
from lab.network import inside
from lab.topology import ADMIN, DOMAIN, EVERY, Host
from machine.commands import run

OPERATOR_KEY = paths.SSH_DIR / "id_ed25519"
DEPLOY_KEY = paths.SSH_DIR / "deploy_ed25519"
STATE = paths.LAB / "state"
"""Pulumi's state of the lab's stack."""
CLOUDS = paths.LAB / "openstack" / "clouds.yaml"
"""How `openstack` reaches the lab's cloud; `make openrc` writes it."""


def make_keys() -> None:
    """Make the operator's keys, of SSH and of PGP, and the deploy host's key, once."""
    paths.SSH_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path, comment in ((OPERATOR_KEY, "operator@lab"), (DEPLOY_KEY, "deploy@lab")):
        if not path.exists():
            run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path)))
    pgp.make_key()


def authorized_key() -> str:
    """The operator's public key, as a line of authorized_keys."""
    return OPERATOR_KEY.with_suffix(".pub").read_text()


def write_files() -> None:
    """Write the SSH configuration and the environment."""
    paths.write(paths.SSH_DIR / "config", ssh_config(list(EVERY.values())), 0o600)
    STATE.mkdir(exist_ok=True, mode=0o700)
    if not paths.STACK_FILE.exists():
        stack_file.write(stack_file.PLAIN, release="")
    paths.write(paths.ENV, environment(paths.CHECKOUT), 0o600)


def write_known_hosts() -> None:
    """Write the hosts' keys; the lab made the hosts, so it knows them without asking the network."""
    keys = {name: one.public_key() for name, one in disks().items() if one.exists}
    paths.write(paths.KNOWN_HOSTS, known_hosts(keys))


def known_hosts(keys: dict[str, str]) -> str:
    """Lines of known_hosts: each host by its names and by the address that SSH uses."""
    lines = [f"{name},{name}.{DOMAIN},{EVERY[name].management} {key}" for name, key in keys.items()]
    return "\n".join(lines) + "\n"


def ssh_config(hosts: list[Host]) -> str:
    """A configuration for `ssh -F`."""
    common = [
        "Host *",
        f"  User {ADMIN}",
        f"  IdentityFile {OPERATOR_KEY}",
        "  IdentitiesOnly yes",
        f"  UserKnownHostsFile {paths.KNOWN_HOSTS}",
        "  GlobalKnownHostsFile /dev/null",
        "  StrictHostKeyChecking yes",
        "  BatchMode yes",
        "  ConnectTimeout 10",
    ]
    named = [f"Host {host.name} {host.name}.{DOMAIN}\n  HostName {host.management}" for host in hosts]
    return "\n".join([*named, *common]) + "\n"


def environment(checkout: Path) -> str:
    """Lines for `source .lab/env`; the passphrase is no secret, the lab's stack holds none."""
    return f"""\
# source this: pulumi on the lab's stack, openstack on its cloud
if [ -f '{checkout}/.tools/env' ]; then . '{checkout}/.tools/env'; fi
export PULUMI_BACKEND_URL='file://{checkout}/{STATE.relative_to(paths.CHECKOUT)}'
export PULUMI_CONFIG_PASSPHRASE=lab
export PULUMI_CONTINUE_ON_ERROR=true
export PULUMI_DIY_BACKEND_GZIP=true
export PULUMI_OPTION_CONFIG_FILE='{checkout}/{paths.STACK_FILE.relative_to(paths.CHECKOUT)}'
export PULUMI_SKIP_UPDATE_CHECK=true
export OS_CLIENT_CONFIG_FILE='{checkout}/{CLOUDS.relative_to(paths.CHECKOUT)}'
export OS_CLOUD=lab
"""


def resolver() -> str:
    """resolv.conf for the hosts: the machine's, or what its local stub asks."""
    text = ""
    for candidate in ("/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"):
        path = Path(candidate)
        text = path.read_text() if path.exists() else ""
        if nameservers(text):
            return text
    return "# the machine's name server listens on its loopback only: the hosts have no DNS\n"


def nameservers(text: str) -> list[str]:
    """Name servers that a host could reach."""
    rows = [line.split() for line in text.splitlines() if line.startswith("nameserver ")]
    return [row[1] for row in rows if not row[1].startswith("127.") and row[1] != "::1"]


def outside_addresses(servers: list[str]) -> list[str]:
    """IPv4 addresses of package servers and name servers that lie in the lab's own subnets."""
    found = {address for address in nameservers(resolver()) if ":" not in address}
    for server in servers:
        found.update(str(info[4][0]) for info in socket.getaddrinfo(server, 80, socket.AF_INET))
    return sorted(address for address in found if inside(address))
