"""Who is notified of alerts, by which way, and at which times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from config.model.base import Section
from config.model.errors import Loc, Problem
from config.model.text_source import SecretSource
from config.model.texts.form import form
from config.model.texts.lines import OptionName, Word
from config.model.texts.network import MailAddress

Severity = Literal["critical", "warning", "info"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WORKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")
HourOfDay = Annotated[
    str, form(r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$", "write hours and minutes, such as `08:00`")
]
TimeZone = Annotated[
    str, form(r"^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$", "write a name such as `UTC` or `Europe/Paris`")
]
SmartHost = Annotated[
    str, form(r"^[A-Za-z0-9.-]+:[0-9]{1,5}$", "write name and port, such as `smtp.example.com:587`")
]
_SECRET = "put it into a file of mode 0600"  # noqa: S105  # what to do


class MailServer(Section):
    """The server that accepts the mail."""

    server: SmartHost
    """Its name and port, such as `smtp.example.com:587`."""
    sender: MailAddress
    """The address that mail comes from."""
    user: Word | None = None
    """Login; none: it accepts mail without one."""
    password: SecretSource | None = None
    """Password of the login."""
    tls: bool = True
    """Whether it has to encrypt (STARTTLS); without, a password is not sent."""

    def problems(self, here: Loc) -> Iterator[Problem]:
        """A login is complete, and not sent in clear."""
        if (self.user is None) != (self.password is None):
            lacks, has = ("user", "password") if self.user is None else ("password", "user")
            yield Problem((*here, lacks), f"is missing, and there is a {has}", "give both or neither")
        if self.user is not None and not self.tls:
            yield Problem((*here, "tls"), "would send the password in clear", "set it to true", "false")
        if self.password is not None:
            _, problems = self.password.examined((*here, "password"), _SECRET)
            yield from problems


class Receiver(Section):
    """Somebody who is notified: by one or more ways."""

    mail: tuple[MailAddress, ...] = ()
    """Mail addresses."""
    webhook: SecretSource | None = None
    """Web address that gets Alertmanager's own JSON; a secret, as it often holds a token."""
    chat: SecretSource | None = None
    """Incoming webhook of a chat that understands Slack's (Slack, Mattermost, Rocket.Chat); a secret."""
    resolved: bool = True
    """Whether the end of an alert is reported too."""

    def secrets(self) -> dict[str, SecretSource]:
        """Its secret web addresses by field."""
        found = {"webhook": self.webhook, "chat": self.chat}
        return {name: source for name, source in found.items() if source is not None}

    def problems(self, here: Loc, has_mail: bool) -> Iterator[Problem]:
        """It gets something, by a way that exists; its addresses can be read by nobody else."""
        if not (self.mail or self.secrets()):
            yield Problem(here, "receives nothing", "give it `mail`, `webhook` or `chat`")
        if self.mail and not has_mail:
            yield Problem((*here, "mail"), "there is no mail server", "fill in `cloud:observability.mail`")
        for name, source in self.secrets().items():
            text, problems = source.examined((*here, name), _SECRET)
            yield from problems
            if text is not None and not text.strip().startswith(("https://", "http://")):
                yield Problem(source.place((*here, name)), "is not a web address", "write `https://…`")


class Hours(Section):
    """A time of the week."""

    days: tuple[Weekday, ...] = Field(default=WORKDAYS, min_length=1)
    """Days of the week."""
    start: HourOfDay = "08:00"
    """When it begins."""
    end: HourOfDay = "18:00"
    """When it ends; `24:00` is midnight."""
    time_zone: TimeZone = "UTC"
    """Whose time, such as `Europe/Paris`."""


class Route(Section):
    """Which alerts a receiver gets."""

    receiver: OptionName
    """Its name."""
    severities: tuple[Severity, ...] = ()
    """Only alerts of these severities; none: of all."""
    areas: tuple[Word, ...] = ()
    """Only alerts of these areas, such as `ceph`: the names of the pages in `docs/runbooks`; none: of all."""
    hours: OptionName | None = None
    """Only at these hours; what still fires when they begin is sent then. None: always."""
