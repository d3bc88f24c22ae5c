"""Users and groups by name and by number."""

from __future__ import annotations

import grp
import pwd
from typing import List

from host_programs.hostctl.errors import HostctlError


def ids(item: str, owner: str) -> List[int]:
    """Numeric user and group of "user:group"; names or numbers."""
    name, _, group_name = owner.partition(":")
    try:
        uid = int(name) if name.isdigit() else pwd.getpwnam(name).pw_uid
        gid = int(group_name) if group_name.isdigit() else grp.getgrnam(group_name or name).gr_gid
    except KeyError as error:
        raise HostctlError(
            item, f"owner {owner} does not exist", "add it to users or install its package"
        ) from error
    return [uid, gid]


def user(uid: int) -> str:
    """The name of a user, or its number."""
    if uid == 0:
        return "root"
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def group(gid: int) -> str:
    """The name of a group, or its number."""
    if gid == 0:
        return "root"
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
