"""Texts have a form: one type for each kind of name, address or line, with the words for what does not fit.

Nothing that reaches a host, a file or a command line is any text at all: a line break in it would be a line of
somebody else's file. The patterns are what editors check too (config/schema.py).
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, SecretStr, StringConstraints, WithJsonSchema

from config.model.errors import UnfitError

FORM_WORDS: dict[str, str] = {}
"""What each pattern means, in words for the error report."""


def form(pattern: str, words: str) -> StringConstraints:
    """A form that texts of one type have; `words` say it in the report."""
    FORM_WORDS[pattern] = words
    return StringConstraints(pattern=pattern)


_SIGN = r"[^\s\x00-\x1f\x7f-\x9f]"
"""One character that is neither space nor control."""
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_SERVER_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_SERVER = rf"{_SERVER_LABEL}(\.{_SERVER_LABEL})*\.?"
_LINE_WORDS = "write it on one line, without spaces around it and control characters in it"

Line = Annotated[str, form(rf"^{_SIGN}([^\x00-\x1f\x7f-\x9f\u2028\u2029]*{_SIGN})?$", _LINE_WORDS)]
"""Any text on one line."""
Word = Annotated[str, form(rf"^{_SIGN}+$", "write it without spaces, line breaks and control characters")]
"""Any text without a space."""
Words = Annotated[str, form(rf"^{_SIGN}+( {_SIGN}+)*$", "write words on one line with one space between two")]
"""Words on one line."""
Name = Annotated[
    str,
    form(
        r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
        "a name begins with a letter or digit and has at most 64 letters, digits, dots, hyphens or underscores",
    ),
]
"""A name of something that no other type is for."""

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
        rf"^({_LABEL}\.)*[a-z][a-z0-9-]{{0,61}}[a-z0-9]$",
        "a domain is lower-case labels joined by dots, such as `cloud.example.com`, each of at most 63 characters",
    ),
    StringConstraints(max_length=253),
]
PortDomain = Annotated[
    str,
    form(
        rf"^({_LABEL}\.)*{_LABEL}\.?$",
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
        rf"^({_SERVER}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$",
        "a server is a name or an address alone, such as `ntp.example.com`: no scheme, no port",
    ),
    AfterValidator(_address_is_one),
]
"""Name or address of a machine that may be anywhere."""
Registry = Annotated[
    str,
    form(
        rf"^({_SERVER}|\[[0-9A-Fa-f:.]+\])(:([1-9][0-9]{{0,3}}|[1-5][0-9]{{4}}|6[0-4][0-9]{{3}}"
        r"|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?$",
        "a registry is `HOST` or `HOST:PORT`, the port within 1-65535; what follows the first / belongs to `namespace`",
    ),
]
"""A container registry."""
Namespace = Annotated[
    str,
    form(
        r"^[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$",
        "a namespace is lower-case letters, digits, dots, hyphens and underscores, with a slash between two parts only",
    ),
]
"""Where images are in a registry."""
ImageTag = Annotated[
    str,
    form(
        r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
        "a tag has at most 128 letters, digits, dots, hyphens or underscores",
    ),
]
ImageName = Annotated[
    str,
    form(
        r"^([A-Za-z0-9.-]+(:[0-9]{1,5})?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$",
        "an image is `REGISTRY/NAME` alone, such as `quay.io/ceph/ceph`: the tag is the `version`",
    ),
]
"""A container image without its tag."""
HttpUrl = Annotated[
    str,
    form(
        rf"^https?://({_SERVER}|\[[0-9A-Fa-f:.]+\])(:[0-9]{{1,5}})?(/{_SIGN}*)?$",
        "a web address is `https://HOST:PORT/PATH`, or with `http://`, without a login",
    ),
]
HttpsUrl = Annotated[
    str,
    form(
        rf"^https://({_SERVER}|\[[0-9A-Fa-f:.]+\])(:[0-9]{{1,5}})?(/{_SIGN}*)?$",
        "a web address is `https://HOST:PORT/PATH`, without a login",
    ),
]
"""The same where secrets go to it."""
Share = Annotated[
    str,
    form(
        rf"^({_SERVER}|\[[0-9A-Fa-f:.]+\]):/{_SIGN}*$",
        "a share is `HOST:/PATH`, such as `nas01:/export/cloud`",
    ),
]
"""An NFS share."""
MailAddress = Annotated[
    str, form(r"^[^\s@\x00-\x1f\x7f]+@[A-Za-z0-9.-]+$", "is the account's contact, such as `ops@example.com`")
]

HostKey = Annotated[
    str,
    form(
        r"^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa) [A-Za-z0-9+/]+={0,2}$",
        "a host key is `TYPE BASE64`, as in a line of known_hosts without the host's name",
    ),
]
"""An SSH host's public key: `TYPE BASE64`, as in `known_hosts` without the name."""
PublicKey = Annotated[
    str,
    form(
        r"^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com)"
        r" [A-Za-z0-9+/]+={0,2}( [^\x00-\x1f\x7f-\x9f\u2028\u2029]*)?$",
        "a public key is one line `TYPE BASE64 COMMENT`, as in a `.pub` file",
    ),
]
"""A user's SSH key."""
UserName = Annotated[
    str,
    form(
        r"^[A-Za-z_][A-Za-z0-9_.-]{0,31}$",
        "a user's name begins with a letter and has at most 32 letters, digits, dots, hyphens or underscores",
    ),
]
"""A user of a host."""
PackageName = Annotated[
    str,
    form(
        r"^[a-z0-9][a-z0-9+.-]+$",
        "a package's name is lower-case letters, digits, plus signs, dots and hyphens, one name each",
    ),
]
"""A package of Debian or Ubuntu."""
ModuleName = Annotated[
    str,
    form(r"^[A-Za-z0-9][A-Za-z0-9_-]*$", "a module's name is letters, digits, hyphens and underscores"),
]
"""A kernel module."""
SysctlName = Annotated[
    str,
    form(
        r"^[A-Za-z0-9_/-]+(\.[A-Za-z0-9_/-]+)+$",
        "a kernel parameter has its whole name, such as `net.ipv4.ip_forward`",
    ),
]
Suites = Annotated[
    str,
    form(r"^[A-Za-z0-9._/-]+( [A-Za-z0-9._/-]+)*$", "write names such as `bookworm`, one space between two"),
]
"""Suites or components of a package source."""
DevicePath = Annotated[str, form(rf"^/dev/{_SIGN}+$", "a device is a path such as `/dev/disk/by-path/…`")]
VolumeGroup = Annotated[
    str,
    form(
        r"^[A-Za-z0-9_+.][A-Za-z0-9_+.-]{0,126}$",
        "a volume group's name is letters, digits, hyphens, underscores, dots and plus signs",
    ),
]
CephName = Annotated[
    str,
    form(
        r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$",
        "a name has at most 64 letters, digits, dots, hyphens or underscores",
    ),
]
"""Name of a pool, user or filesystem."""
ExactVersion = Annotated[
    str, form(r"^\d+\.\d+\.\d+$", "a version is exact, with three numbers, such as `19.2.3`")
]
CephSection = Annotated[
    str,
    form(
        r"^(global|(mon|mgr|osd|mds|client)(\.[A-Za-z0-9_.*-]+)?)$",
        "a section is global, mon, mgr, osd, mds or client, or one daemon of them, such as `client.rgw`",
    ),
]
CephOption = Annotated[
    str,
    form(r"^[a-z][a-z0-9_]*(/[A-Za-z0-9_./-]+)?$", "an option of Ceph is called such as `osd_memory_target`"),
]
DeviceSize = Annotated[
    str,
    form(
        r"^:?\d+(\.\d+)?[MGT]B?(:|:\d+(\.\d+)?[MGT]B?)?$",
        "a size is `4TB`, or a range such as `1TB:2TB`, `:500GB`, `1TB:`",
    ),
]
"""A size or a range of sizes, as Ceph writes them: `4TB`, `1TB:2TB`, `:500GB`, `1TB:`."""
OsdSize = Annotated[
    str, form(r"^[1-9][0-9]*[MGT]$", "a size is a whole number with M, G or T, such as `10G`")
]
JournalSize = Annotated[
    str, form(r"^[0-9]+[KMGT]$", "a size is a whole number with K, M, G or T, such as `1G`")
]
DockerSize = Annotated[str, form(r"^[0-9]+[kmg]$", "a size is a whole number with k, m or g, such as `50m`")]
MetricsSize = Annotated[
    str, form(r"^[0-9]+(MB|GB|TB)$", "a size is a whole number with MB, GB or TB, such as `100GB`")
]
Retention = Annotated[
    str, form(r"^[0-9]+[hdwy]$", "a time is a whole number with h, d, w or y, such as `15d`")
]
ServiceLabel = Annotated[
    str,
    form(
        r"^[A-Za-z0-9]([A-Za-z0-9 ._+/-]{0,62}[A-Za-z0-9])?$",
        "a name has at most 64 letters, digits, spaces, dots, slashes, hyphens, plus signs and underscores",
    ),
]
ContainerName = Annotated[
    str, form(r"^[a-z][a-z0-9_]*$", "a container is called as Kolla-Ansible calls it, such as `nova_libvirt`")
]
OptionName = Annotated[
    str,
    form(r"^[A-Za-z_][A-Za-z0-9_]*$", "an option's name is letters, digits and underscores"),
]
"""A variable of Ansible."""
RelativePath = Annotated[
    str, form(rf"^{_SIGN}+$", "write a path without spaces, line breaks and control characters")
]
Expression = Annotated[
    str,
    form(r"^\{\{[^\x00-\x1f\x7f]+\}\}$", "write a number, or what Ansible computes it from, in `{{ … }}`"),
]
"""What Ansible computes on each host, `{{ … }}`.

For numbers that depend on the host, as the release's own defaults for them do (`ansible_facts`). Whatever the program
itself counts with or plans by has to stand in the stack file.
"""
FreeText = Annotated[str, StringConstraints()]
"""Text of many lines, a file of its own."""


def _number_as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


_TEXT_OR_NUMBER = WithJsonSchema({"type": ["string", "number"]})

Value = Annotated[Line, BeforeValidator(_number_as_text), _TEXT_OR_NUMBER]
"""A value of an option or kernel parameter, on one line; a plain number needs no quotes."""
PortRange = Annotated[
    str,
    BeforeValidator(_number_as_text),
    form(r"^\d{1,5}(-\d{1,5})?$", "ports are one number (`8443`) or a range (`9000-9010`)"),
    WithJsonSchema({"type": ["string", "integer"]}),
]
"""One port or a range, such as `8443` or `9000-9010`."""


def _on_one_line(secret: SecretStr) -> SecretStr:
    if re.search(r"[\s\x00-\x1f\x7f-\x9f]", secret.get_secret_value()):
        raise UnfitError(
            "has a space, a line break or a control character in it", "give the secret alone, as one word"
        )
    if not secret.get_secret_value():
        raise UnfitError("is empty", "give the secret, or remove the key")
    return secret


SecretWord = Annotated[SecretStr, AfterValidator(_on_one_line)]
"""A secret that is one word: a password, a key, a web address with a login."""
