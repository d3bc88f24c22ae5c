"""The folder for what any checkout of this user can make again: tools, images, packages.

Standard library only: the lab and the toolchain ask for it before there is a virtual environment.
"""

from __future__ import annotations

import os
from pathlib import Path

NAME = "openstack-cloud"


def cache_folder() -> Path:
    """`$OPENSTACK_CLOUD_CACHE`, else `$XDG_CACHE_HOME/openstack-cloud`, else `~/.cache/openstack-cloud`.

    A leading `~` is the home directory; a variable that is empty counts as unset. The folder may not exist yet.
    """
    if own := os.environ.get("OPENSTACK_CLOUD_CACHE"):
        return Path(own).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / NAME
