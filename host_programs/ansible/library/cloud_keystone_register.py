#!/usr/bin/python3
"""Registers one service in Keystone: ships the whole list into Kolla's toolbox container, as one process.

Kolla-Ansible starts an Ansible in the toolbox for each service, endpoint, project, user, role and assignment. What runs
there is in module_utils/cloud_keystone_inside.py, and says what is equal. Everything travels on stdin: no password
stands in a command line.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

from ansible.module_utils import cloud_keystone_inside
from ansible.module_utils.basic import AnsibleModule

CONTAINER = "kolla_toolbox"
HOME = "/var/lib/ansible"
"""Where Kolla puts clouds.yaml, in .config (2026.1)."""
SECONDS = 600
_BOOT = (
    "import json, sys; given = json.load(sys.stdin); space = {'__name__': 'inside'}; "
    "exec(given.pop('program'), space); print(json.dumps(space['main'](given)))"
)
_LAST_WORDS = 400

ARGUMENTS = {
    "container_engine": {"choices": ["docker", "podman"], "required": True},
    "connection": {"type": "dict", "required": True},
    "endpoint_region": {"required": True},
    "domain": {"required": True},
    "services": {"type": "list", "elements": "dict", "required": True},
    "users": {"type": "list", "elements": "dict", "required": True},
    "roles": {"type": "list", "elements": "str", "required": True},
    "user_roles": {"type": "list", "elements": "dict", "required": True},
    "update_passwords": {"type": "bool", "required": True},
}


def passwords(params: dict[str, Any]) -> set[str]:
    """What no result may show."""
    holders = [params["connection"].get("auth") or {}, *params["users"]]
    return {str(holder["password"]) for holder in holders if holder.get("password")}


def register(params: dict[str, Any], check: bool) -> dict[str, Any]:
    """What the program in the toolbox answers; `msg` if something failed."""
    given = {**params, "check": check, "program": _source()}
    argv = [params["container_engine"], "exec", "-i", "-e", f"HOME={HOME}", CONTAINER, "python3", "-c", _BOOT]
    try:
        done = subprocess.run(
            argv, input=json.dumps(given), capture_output=True, encoding="utf-8", timeout=SECONDS, check=False
        )
    except OSError as error:
        return {"msg": f"{argv[0]}: {error.strerror}"}
    except subprocess.TimeoutExpired:
        return {"msg": f"no end after {SECONDS} s in {CONTAINER}"}
    try:
        return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]
    except (IndexError, ValueError):
        words = " | ".join(line for line in done.stderr.splitlines() if line.strip())[-_LAST_WORDS:]
        return {"msg": f"{CONTAINER}: exit code {done.returncode}: {words or 'no output'}"}


def _source() -> str:
    loader = cloud_keystone_inside.__spec__.loader
    return loader.get_source(cloud_keystone_inside.__name__)  # type: ignore[no-any-return]


def main() -> None:
    """Entry point."""
    # no_log: the arguments go to no syslog.
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True, no_log=True)
    module.no_log_values |= passwords(module.params)
    result = register(module.params, module.check_mode)
    if "msg" in result:
        module.fail_json(**result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
