"""openstack.cloud as far as the register program sees it: a base class on AnsibleModule, and modules with a main()."""

from __future__ import annotations

import importlib
from typing import Any

from ansible.module_utils.basic import AnsibleModule

COMMON = {
    "cloud": {"type": "raw"},
    "auth": {"type": "dict", "no_log": True},
    "region_name": {},
    "ca_cert": {"aliases": ["cacert"]},
    "interface": {"default": "public", "choices": ["admin", "internal", "public"]},
}
STATE = {"default": "present", "choices": ["absent", "present"]}
SPECS: dict[str, dict[str, Any]] = {
    "catalog_service": {
        "name": {"required": True},
        "type": {"required": True, "aliases": ["service_type"]},
        "description": {},
        "state": STATE,
    },
    "endpoint": {
        "service": {"required": True},
        "url": {"required": True},
        "endpoint_interface": {"required": True, "choices": ["admin", "public", "internal"]},
        "region": {},
        "state": STATE,
    },
    "project": {"name": {"required": True}, "domain": {}},
    "identity_user": {
        "name": {"required": True},
        "default_project": {},
        "domain": {},
        "password": {"no_log": True},
        "update_password": {"default": "on_create", "choices": ["always", "on_create"]},
    },
    "identity_role": {"name": {"required": True}},
    "role_assignment": {
        "user": {},
        "role": {"required": True},
        "project": {},
        "domain": {},
        "system": {},
        "state": STATE,
    },
}
KINDS = {
    "catalog_service": ("service", ("name", "type")),
    "endpoint": ("endpoint", ("service", "interface", "region")),
    "project": ("project", ("name", "domain")),
    "identity_user": ("user", ("name", "domain")),
    "identity_role": ("role", ("name",)),
    "role_assignment": ("assignment", ("user", "role", "project", "domain", "system")),
}
RULES = {"role_assignment": {"required_one_of": [("project", "domain", "system")]}}


def run(name: str) -> None:
    """What the module's main() does."""
    rules = RULES.get(name, {})
    module = AnsibleModule(  # the register program puts its own in this place
        {**COMMON, **SPECS[name]}, supports_check_mode=name != "identity_user", **rules
    )
    params = module.params
    sdk: Any = importlib.import_module("openstack")
    assert sdk.version.__version__
    config = {key: params[key] for key in ("cloud", "auth", "region_name", "ca_cert", "interface")}
    identity = sdk.connect(**config).identity
    wanted = {key: params[key] for key in SPECS[name] if params[key] is not None}
    state, update = wanted.pop("state", "present"), wanted.pop("update_password", "always")
    for old, new in (("endpoint_interface", "interface"), ("default_project", "project")):
        if old in wanted:
            wanted[new] = wanted.pop(old)
    kind, keys = KINDS[name]
    if kind == "endpoint" and not identity.find("service", name=wanted["service"]):
        module.fail_json(msg=f"Service {wanted['service']} does not exist")
    row = identity.find(kind, **{key: wanted[key] for key in keys if key in wanted})
    if row is None or state == "absent":
        changed = (row is None) == (state == "present")
        if changed and not module.check_mode:
            identity.create(kind, **wanted) if row is None else identity.delete(kind, row)
        module.exit_json(changed=changed)
    change = {key: value for key, value in wanted.items() if row.get(key) != value}
    if update == "on_create":
        change.pop("password", None)
    if change and not module.check_mode:
        identity.update(kind, row, **change)
    module.exit_json(changed=bool(change))
