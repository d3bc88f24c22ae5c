"""Whom alerts reach, and when; where logs go (guide §8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from config.model.base import Room
from config.model.errors import Loc, Problem
from config.model.texts.lines import OptionName
from config.model.texts.network import HttpUrl
from config.observability.logs import Logs
from config.observability.receivers import Hours, MailServer, Receiver, Route

if TYPE_CHECKING:
    from config.cloud import CloudConfig

ALERTMANAGER = "prometheus/prometheus-alertmanager.yml"
SCRAPE = "prometheus/prometheus.yml.d/cloud.yml"
VAULT_CA = "prometheus/extras/vault-ca.pem"
BLACKBOX = "prometheus/prometheus-blackbox-exporter.yml"
"""Paths below Kolla-Ansible's `config/` of what is written from this section."""
RULES = "prometheus/cloud-{area}.rules"
"""Path below Kolla-Ansible's `config/` of an area's alert rules."""


class Observability(Room):
    """Alert rules for what runs here, what is asked besides, Alertmanager's configuration, for `cloud:kolla`'s Prometheus; logs."""

    runbooks: HttpUrl | None = None
    """Web address of this repository's `docs/runbooks`, for the links in alerts; none: the name of the page alone."""
    mail: MailServer | None = None
    """The mail server; none: no receiver gets mail."""
    receivers: dict[OptionName, Receiver] = Field(min_length=1)
    """Who can be notified, by a name of your own."""
    default: OptionName
    """The receiver of alerts that match no route."""
    routes: tuple[Route, ...] = ()
    """An alert goes to every route that it matches."""
    hours: dict[OptionName, Hours] = Field(default_factory=dict)
    """Times of the week, by a name of your own."""
    repeat_hours: int = Field(default=4, ge=1, le=168)
    """Hours after which an alert that still fires is sent again."""

    logs: Logs | None = None
    """Where the hosts' logs go; none: they stay on the hosts, or go to `cloud:kolla.logging`."""

    def problems(self, here: Loc, cloud: CloudConfig) -> Iterator[Problem]:
        """Names that exist, receivers who get something, one who says what Alertmanager does."""
        yield from self._known((*here, "default"), self.default)
        for at, route in enumerate(self.routes):
            loc: Loc = (*here, "routes", at)
            yield from self._known((*loc, "receiver"), route.receiver)
            if route.hours is not None and route.hours not in self.hours:
                reason = "there are no such hours"
                yield Problem((*loc, "hours"), reason, f"name one of `{_path(here)}.hours`", route.hours)
        for name, receiver in self.receivers.items():
            yield from receiver.problems((*here, "receivers", name), self.mail is not None)
        if self.mail is not None:
            yield from self.mail.problems((*here, "mail"))
        if self.logs is not None:
            yield from self.logs.problems((*here, "logs"))
        kolla = cloud.kolla
        if kolla is None or not kolla.prometheus.enabled:
            reason, fix = "needs a Prometheus, and none runs here", "set `cloud:kolla.prometheus.enabled`"
            yield Problem(here, reason, f"{fix}, or remove the section", needs=(("kolla", "prometheus"),))
            return
        own = {ALERTMANAGER, SCRAPE, VAULT_CA}
        if cloud.vault is not None or kolla.tls.queues or kolla.tls.backend:
            own.add(BLACKBOX)
        for path in kolla.overrides:
            if path in own or path.startswith("prometheus/cloud-"):
                place: Loc = ("kolla", "overrides", path)
                yield Problem(place, "is written from `cloud:observability`", "remove one of the two")

    def _known(self, loc: Loc, name: str) -> Iterator[Problem]:
        if name not in self.receivers:
            fix = f"name one of: {', '.join(self.receivers)}"
            yield Problem(loc, "there is no such receiver", fix, name)


def _path(loc: Loc) -> str:
    return "cloud:" + ".".join(str(part) for part in loc)
