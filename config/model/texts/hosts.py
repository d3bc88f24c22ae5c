"""What a host has: keys, users, packages, modules, devices."""

from __future__ import annotations

from typing import Annotated

from config.model.texts.form import SIGN, form

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
DevicePath = Annotated[str, form(rf"^/dev/{SIGN}+$", "a device is a path such as `/dev/disk/by-path/…`")]
VolumeGroup = Annotated[
    str,
    form(
        r"^[A-Za-z0-9_+.][A-Za-z0-9_+.-]{0,126}$",
        "a volume group's name is letters, digits, hyphens, underscores, dots and plus signs",
    ),
]
JournalSize = Annotated[
    str, form(r"^[0-9]+[KMGT]$", "a size is a whole number with K, M, G or T, such as `1G`")
]
DockerSize = Annotated[str, form(r"^[0-9]+[kmg]$", "a size is a whole number with k, m or g, such as `50m`")]
