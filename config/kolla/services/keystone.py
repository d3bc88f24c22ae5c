"""Identity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from config.kolla.expected import Catalogued
from config.kolla.port import Port
from config.kolla.service import Row, Service
from config.model.errors import Loc, Problem

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings

_HERE: Loc = ("kolla", "keystone")
_WEEK = 604_800


class Keystone(Service):
    """Identity."""

    name: ClassVar[str] = "keystone"
    runs: ClassVar[str] = "enable_keystone"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("identity", "keystone"),)
    ports: ClassVar[tuple[Port, ...]] = (
        Port(
            "keystone",
            "identity",
            (
                *("keystone_internal_port", "keystone_internal_listen_port"),
                *("keystone_listen_port", "keystone_public_listen_port"),
            ),
            ("loadbalancer", "keystone"),
            ("users",),
        ),
        Port(
            "keystone",
            "identity",
            ("keystone_public_port",),
            ("loadbalancer",),
            ("users",),
            ("public",),
        ),
        Port(
            "keystone-ssh",
            "Fernet keys between Keystones",
            ("keystone_ssh_port",),
            ("keystone",),
            ("control",),
        ),
    )

    token_lifetime: int = 86400
    """Seconds that a token is valid; Fernet keys are rotated by it. At most a week."""
    expired_window: int = 172800
    """Seconds that a service may go on with an expired token (long backups and migrations)."""
    update_service_passwords: bool | None = None
    """Reconfiguring sets the services' passwords again; none: not where RADOS gateways would lose their tokens."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Tokens and regions."""
        at = "kolla.keystone"
        yield "openstack_region_name", cloud.region, "region"
        yield "fernet_token_expiry", self.token_lifetime, f"{at}.tokenLifetime"
        yield "fernet_token_allow_expired_window", self.expired_window, f"{at}.expiredWindow"
        update = self.update_service_passwords
        if update is None and kolla.object_store.enabled:
            update = False  # a reset password ends the gateways' tokens
        yield "update_keystone_service_user_passwords", update, f"{at}.updateServicePasswords"

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """Keys can be rotated as often as tokens want it."""
        if not 0 <= self.token_lifetime <= _WEEK:
            reason = f"is not within 0-{_WEEK} seconds: keys cannot be rotated less often than once a week"
            fix = "use a value that divides a week evenly, such as 86400"
            yield Problem((*_HERE, "tokenLifetime"), reason, fix, str(self.token_lifetime))
            return
        if self.token_lifetime < 60:
            reason = "is less than a minute, and keys are rotated once a minute at most"
            yield Problem((*_HERE, "tokenLifetime"), reason, "use 86400", str(self.token_lifetime))
        total = self.token_lifetime + self.expired_window
        if self.expired_window < 0 or total > _WEEK:
            reason = f"with `tokenLifetime` it is {total} seconds, and keys are rotated by the sum: at most {_WEEK}"
            fix = f"use at most {_WEEK - self.token_lifetime}"
            yield Problem((*_HERE, "expiredWindow"), reason, fix, str(self.expired_window))
