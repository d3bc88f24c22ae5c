"""Keystone: projects, users, and who has which role where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from toolchain.plugins.base.kind import snake
from toolchain.plugins.base.schema import Property
from toolchain.plugins.openstack.api import Api
from toolchain.plugins.openstack.kind import Kind
from toolchain.plugins.openstack.sdk import Fields, if_there

if TYPE_CHECKING:
    from openstack.connection import Connection

_OPTIONS = {
    "ignoreChangePasswordUponFirstUse": "ignore_change_password_upon_first_use",
    "ignoreLockoutFailureAttempts": "ignore_lockout_failure_attempts",
    "ignorePasswordExpiry": "ignore_password_expiry",
    "multiFactorAuthEnabled": "multi_factor_auth_enabled",
}
_WHO = ("domainId", "projectId", "groupId", "userId", "roleId")


class User(Api):
    """A user; some properties are options of it, and `extra` are fields of the site's own."""

    def to_fields(self, properties: Mapping[str, Any]) -> Fields:
        """As ever, with the options together."""
        own = {name: v for name, v in properties.items() if name not in {*_OPTIONS, "extra"}}
        fields = {**super().to_fields(own), **properties.get("extra", {})}
        options = {field: properties[name] for name, field in _OPTIONS.items() if name in properties}
        return {**fields, "options": options} if options else fields

    def value(self, name: str, kind: Property, fields: Mapping[str, Any]) -> Any:
        """As ever, with the options apart."""
        if name in _OPTIONS:
            return (fields.get("options") or {}).get(_OPTIONS[name])
        return super().value(name, kind, fields)


class RoleAssignment(Api):
    """A role of a user or group in a project or domain; the id is `DOMAIN/PROJECT/GROUP/USER/ROLE`."""

    def check(self, inputs: Mapping[str, Any]) -> Any:
        """Exactly one where, exactly one who."""
        for one, other in (("projectId", "domainId"), ("userId", "groupId")):
            if (inputs.get(one) is None) == (inputs.get(other) is None):
                yield one, f"set either {one} or {other}"

    def make(self, cloud: Connection, wanted: Mapping[str, Any]) -> Fields:
        """Assign it."""
        _assign(cloud, "assign", "to", wanted)
        return {"id": "/".join(str(wanted.get(name, "")) for name in _WHO)}

    def fetch(self, cloud: Connection, identity: str, known: Mapping[str, Any]) -> Fields | None:
        """What the id says, if there is such an assignment."""
        parts = {name: part for name, part in zip(_WHO, identity.split("/"), strict=False) if part}
        query = {snake(name): part for name, part in parts.items()}
        for scope in ("project_id", "domain_id"):
            if scope in query:
                query[f"scope_{scope}"] = query.pop(scope)
        api: Any = cloud.identity
        found = if_there(lambda: list(api.role_assignments(**query)))
        return {"id": identity, **{snake(name): part for name, part in parts.items()}} if found else None

    def remove(self, cloud: Connection, identity: str, state: Mapping[str, Any]) -> None:
        """Take it away."""
        if_there(lambda: _assign(cloud, "unassign", "from", state))


def _assign(cloud: Connection, verb: str, preposition: str, wanted: Mapping[str, Any]) -> None:
    where = "project" if wanted.get("projectId") else "domain"
    who = "user" if wanted.get("userId") else "group"
    function = getattr(cloud.identity, f"{verb}_{where}_role_{preposition}_{who}")
    function(wanted[f"{where}Id"], wanted[f"{who}Id"], wanted["roleId"])


IDENTITY = {
    "openstack:identity/project:Project": (
        Api,
        Kind("identity", "project", defaults={"enabled": True, "isDomain": False}),
    ),
    "openstack:identity/user:User": (
        User,
        Kind(
            "identity",
            "user",
            defaults={"enabled": True, **dict.fromkeys(_OPTIONS, False)},
            write_only=frozenset({"password", "extra"}),
            refused={"multiFactorAuthRules": "set the rules with the openstack client"},
        ),
    ),
    "openstack:identity/roleAssignment:RoleAssignment": (RoleAssignment, Kind("identity", "role_assignment")),
}
