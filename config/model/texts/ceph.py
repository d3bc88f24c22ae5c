"""Ceph's names, options and sizes."""

from __future__ import annotations

from typing import Annotated

from config.model.texts.form import form

CephName = Annotated[
    str,
    form(
        r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$",
        "a name has at most 64 letters, digits, dots, hyphens or underscores",
    ),
]
"""Name of a pool, user or filesystem."""
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
