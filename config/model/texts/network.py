"""Names and addresses on the network."""

from __future__ import annotations

import re
from ipaddress import IPv4Address
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints, WithJsonSchema

from config.model.errors import UnfitError
from config.model.texts.form import LABEL, SERVER, SIGN, form
from config.model.texts.lines import number_as_text

HostName = Annotated[
    str,
    form(
        r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
        "a name starts with a lower-case letter, has only lower-case letters, digits and hyphens, at most 63, "
        "and no hyphen at its end",
    ),
]
DomainName = Annotated[
    str,
    form(
        rf"^({LABEL}\.)*[a-z][a-z0-9-]{{0,61}}[a-z0-9]$",
        "a domain is lower-case labels joined by dots, such as `cloud.example.com`, each of at most 63 characters",
    ),
    StringConstraints(max_length=253),
]
PortDomain = Annotated[
    str,
    form(
        rf"^({LABEL}\.)*{LABEL}\.?$",
        "a domain is lower-case labels with a dot behind each, such as `example.org.`",
    ),
    StringConstraints(max_length=254),
]
"""A domain with a dot at its end."""
InterfaceName = Annotated[
    str,
    form(
        r"^[A-Za-z][A-Za-z0-9._-]{0,14}$",
        "an interface name has at most 15 letters, digits, dots, hyphens or underscores",
    ),
]


def _address_is_one(text: str) -> str:
    """What can only be meant as an IPv4 address has to be one."""
    if re.fullmatch(r"[0-9.]+", text):
        try:
            IPv4Address(text)
        except ValueError:
            raise UnfitError(
                "is not an IPv4 address", "write four numbers of 0-255, such as `10.10.10.11`"
            ) from None
    return text


Server = Annotated[
    str,
    form(
        rf"^({SERVER}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$",
        "a server is a name or an address alone, such as `ntp.example.com`: no scheme, no port",
    ),
    AfterValidator(_address_is_one),
]
"""Name or address of a machine that may be anywhere."""
HttpUrl = Annotated[
    str,
    form(
        rf"^https?://({SERVER}|\[[0-9A-Fa-f:.]+\])(:[0-9]{{1,5}})?(/{SIGN}*)?$",
        "a web address is `https://HOST:PORT/PATH`, or with `http://`, without a login",
    ),
]
HttpsUrl = Annotated[
    str,
    form(
        rf"^https://({SERVER}|\[[0-9A-Fa-f:.]+\])(:[0-9]{{1,5}})?(/{SIGN}*)?$",
        "a web address is `https://HOST:PORT/PATH`, without a login",
    ),
]
"""The same where secrets go to it."""
Share = Annotated[
    str,
    form(
        rf"^({SERVER}|\[[0-9A-Fa-f:.]+\]):/{SIGN}*$",
        "a share is `HOST:/PATH`, such as `nas01:/export/cloud`",
    ),
]
"""An NFS share."""
MailAddress = Annotated[
    str, form(r"^[^\s@\x00-\x1f\x7f]+@[A-Za-z0-9.-]+$", "write a mail address, such as `ops@example.com`")
]
ServiceLabel = Annotated[
    str,
    form(
        r"^[A-Za-z0-9]([A-Za-z0-9 ._+/-]{0,62}[A-Za-z0-9])?$",
        "a name has at most 64 letters, digits, spaces, dots, slashes, hyphens, plus signs and underscores",
    ),
]
PortRange = Annotated[
    str,
    BeforeValidator(number_as_text),
    form(r"^\d{1,5}(-\d{1,5})?$", "ports are one number (`8443`) or a range (`9000-9010`)"),
    WithJsonSchema({"type": ["string", "integer"]}),
]
"""One port or a range, such as `8443` or `9000-9010`."""
