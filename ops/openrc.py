"""`make openrc STACK=`: clouds.yaml for the cloud of a stack, so that `openstack` works from this machine.

Made from the stack alone: the endpoints that its configuration names, the administrator's password of its secrets.
The password is never printed or an argument of a program.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from config.cloud import CloudConfig
from config.kolla.endpoints import service_endpoints
from config.kolla.variables import effective
from ops import password_stores, stack
from ops.command import one_line_for
from ops.files import save_file

VARIABLE = "OS_CLIENT_CONFIG_FILE"
_INTERFACES = {"external": "public", "internal": "internal"}


def clouds(config: CloudConfig) -> dict[str, dict[str, Any]]:
    """The entries of the cloud: NAME by its external address, NAME-internal by its internal one. Secret.

    Raises:
        StackError: the stack has no OpenStack, or no password of its administrator.
    """
    if config.kolla is None:
        raise stack.StackError(f"stack {config.name} has no cloud:kolla: it prepares hosts only")
    password = password_stores.store(config.name, None, config).read().get("keystone_admin_password")
    if not password:
        raise stack.StackError(
            "cloud:kolla.passwords: keystone_admin_password: is missing (run make kolla-passwords)"
        )
    options = effective(config)
    auth = {
        "username": str(options.get("keystone_admin_user", "admin")),
        "password": str(password),
        "project_name": str(options.get("keystone_admin_project", "admin")),
        "user_domain_name": "Default",
        "project_domain_name": "Default",
    }
    ca = {"cacert": str(config.kolla.tls.ca.resolve())} if config.kolla.tls.ca else {}
    return {
        config.name if side == "external" else f"{config.name}-{side}": {
            "auth": {"auth_url": f"{url}/v3", **auth},
            "region_name": config.region,
            "interface": _INTERFACES[side],
            "identity_api_version": 3,
            **ca,
        }
        for side, url in service_endpoints(options).items()
    }


def place(name: str, environment: Mapping[str, str]) -> Path:
    """The file that the shell's `openstack` reads, else one of the stack's own in the home folder."""
    named = environment.get(VARIABLE)
    return Path(named) if named else Path.home() / f".openstack-{name}" / "clouds.yaml"


def joined(path: Path, ours: Mapping[str, Any]) -> str:
    """The text of the file: what it has of other clouds stays. Raises StackError."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    except yaml.YAMLError:
        document = None  # its message could quote a password
    if not isinstance(document, dict) or not isinstance(document.get("clouds", {}), dict):
        raise stack.StackError(
            f"{path}: is not a clouds.yaml; move it away, or name another file in {VARIABLE}"
        )
    document["clouds"] = {**document.get("clouds", {}), **ours}
    return yaml.safe_dump(document, sort_keys=False)


@one_line_for(stack.StackError, OSError, UnicodeDecodeError)
def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.openrc", description=__doc__)
    stack.arguments(parser)
    options = parser.parse_args(argv)
    path = place(options.stack, os.environ)
    found = clouds(stack.load(options.stack, options.config_file))
    save_file(path, joined(path, found))
    name = min(found, key=len)
    setting = "" if os.environ.get(VARIABLE) else f"export {VARIABLE}={shlex.quote(str(path))}; "
    sys.stdout.write(f"{path}: {', '.join(sorted(found))}\n{setting}OS_CLOUD={name} openstack service list\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
