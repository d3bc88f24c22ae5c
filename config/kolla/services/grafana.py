"""Grafana: dashboards of metrics, and who may look at them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from config.kolla.port import Port
from config.kolla.service import Row, Service
from config.kolla.services.prometheus import needs_monitoring
from config.kolla.setting import Setting
from config.model.base import Section
from config.model.errors import Loc, Problem
from config.model.text_source import SecretSource
from config.model.texts.form import form
from config.model.texts.lines import Name, Word
from config.model.texts.network import HttpsUrl

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings

DASHBOARD = "grafana/dashboards/cloud-{name}.json"
"""Path below Kolla-Ansible's `config/` of a dashboard."""
TAG = "openstack-cloud"
"""Of all of them: the menu on each leads to the others."""
CLIENT_SECRET = "grafana_login_client_secret"  # noqa: S105  # its name
_INI = "grafana.ini"
_HERE: Loc = ("kolla", "grafana", "login")
_PLAIN = re.compile(r"[!-#%-_a-~]*")
"""What grafana.ini can hold between backticks: Grafana fills in `$…` itself."""

Group = Annotated[
    str,
    form(r"^[A-Za-z0-9/_.:@-]+$", "a group is letters, digits and `/ _ . : @ -`, such as `/cloud/admins`"),
]
Claim = Annotated[
    str, form(r"^[A-Za-z_][A-Za-z0-9_.]*$", "a claim is a name such as `groups`, or `a.b` in `a`")
]


def is_dashboard(path: str) -> bool:
    """Whether a path below `config/` has the form of a dashboard's of the product."""
    return path.startswith(DASHBOARD.split("{", 1)[0])


class Login(Section):
    """Login by OpenID Connect (Keycloak or another provider); whoever is in none of the groups has no access."""

    authorization_endpoint: HttpsUrl
    """Where browsers are sent, as the provider's `/.well-known/openid-configuration` says."""
    token_endpoint: HttpsUrl
    """Where Grafana asks for tokens, from the same document."""
    userinfo_endpoint: HttpsUrl
    """Where Grafana asks who somebody is, from the same document."""
    client_id: Word
    """Grafana's name at the provider; its redirect URI there is `URL/login/generic_oauth`."""
    client_secret: SecretSource
    """Grafana's secret at the provider."""
    url: HttpsUrl | None = None
    """Where people reach Grafana; none: at the internal name, which needs `cloud:kolla.tls.internal`."""
    label: Name = "SSO"
    """Name of the provider on the login page."""
    scopes: tuple[Name, ...] = Field(default=("openid", "profile", "email"), min_length=1)
    """What is asked of the provider."""
    claim: Claim = "groups"
    """Where the provider says in which groups somebody is."""
    admins: tuple[Group, ...] = ()
    """Groups that may change everything in Grafana."""
    editors: tuple[Group, ...] = ()
    """Groups that may make dashboards."""
    viewers: tuple[Group, ...] = ()
    """Groups that may look."""
    passwords: bool = False
    """Whether the login page also accepts passwords: for `admin`, whose password Kolla-Ansible has set."""

    def settings(self) -> Iterator[Setting]:
        """What grafana.ini says."""
        roles = {"Admin": self.admins, "Editor": self.editors, "Viewer": self.viewers}
        rule = " || ".join(
            f"contains({self.claim}[*], '{group}') && '{role}'"
            for role, groups in roles.items()
            for group in groups
        )
        for section, options in {
            "server": {"root_url": (self.url or "{{ grafana_internal_endpoint }}").rstrip("/") + "/"},
            "security": {"cookie_secure": "true"},
            "auth": {"disable_login_form": "false" if self.passwords else "true"},
            "auth.generic_oauth": {
                "enabled": "true",
                "name": self.label,
                "client_id": self.client_id,
                "client_secret": f"`{{{{ {CLIENT_SECRET} }}}}`",
                "scopes": " ".join(self.scopes),
                "auth_url": self.authorization_endpoint,
                "token_url": self.token_endpoint,
                "api_url": self.userinfo_endpoint,
                "login_attribute_path": "preferred_username",
                "role_attribute_path": rule,
                "role_attribute_strict": "true",
                "allow_sign_up": "true",
                "use_pkce": "true",
            },
        }.items():
            for option, value in options.items():
                yield Setting(_INI, section, option, value, "kolla.grafana.login")

    def problems(self, kolla: KollaSettings) -> Iterator[Problem]:
        """Somebody may look, nobody's login can be read on the way, grafana.ini can hold the secret."""
        if not (self.admins or self.editors or self.viewers):
            yield Problem(_HERE, "lets nobody in", "name groups as `admins`, `editors` or `viewers`")
        if self.url is None and not kolla.tls.internal:
            fix = "give the `https://` address, or set `cloud:kolla.tls.internal`"
            yield Problem((*_HERE, "url"), "is missing, and the internal name is without TLS", fix)
        here: Loc = (*_HERE, "clientSecret")
        text, problems = self.client_secret.examined(here, "put it into a file of mode 0600")
        yield from problems
        if text is not None and not _PLAIN.fullmatch(text.strip()):
            place = self.client_secret.place(here)
            yield Problem(
                place, "has a space, `$`, a backtick or a letter that is not ASCII", "create another one"
            )


class Grafana(Service):
    """Dashboards."""

    name: ClassVar[str] = "grafana"
    runs: ClassVar[str] = "enable_grafana"
    ports: ClassVar[tuple[Port, ...]] = (
        Port(
            "grafana",
            "dashboards",
            ("grafana_server_port", "grafana_server_listen_port"),
            ("loadbalancer", "grafana"),
        ),
    )

    enabled: bool = True
    """Whether the service runs."""
    dashboards: bool = True
    """Whether it has dashboards of what runs here, where Prometheus runs."""
    login: Login | None = None
    """Login by OpenID Connect; none: by Grafana's own users, first `admin` with the password of Kolla's passwords."""

    def shows(self, kolla: KollaSettings) -> bool:
        """Whether it gets dashboards."""
        return self.enabled and self.dashboards and kolla.prometheus.enabled

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Its switch."""
        yield "enable_grafana", self.enabled, "kolla.grafana.enabled"

    def settings(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Setting]:
        """Who may log in."""
        if self.enabled and self.login is not None:
            yield from self.login.settings()

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """It has a host, the site writes none of its dashboards, and its login is whole."""
        if not self.enabled:
            return
        yield from needs_monitoring(cloud, ("kolla", "grafana", "enabled"))
        for path in kolla.overrides if self.shows(kolla) else ():
            if is_dashboard(path):
                reason, fix = "has a name of the product's own dashboards", "give the file another name"
                yield Problem(("kolla", "overrides", path), reason, fix)
        if self.login is not None:
            yield from self.login.problems(kolla)
