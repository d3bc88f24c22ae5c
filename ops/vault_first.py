"""A new cloud up to its vault (`make up UNTIL=vault`): the rest may need files that only the vault can give.

Hosts, firewall, the vault and what is declared in it. Files that `cloud:kolla` names may be missing until then
(`make edge-login` creates the vault's). It is for a cloud that is new: in one that has gone on from its vault there is
nothing left that only this could do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from config.environment import UNTIL
from ops import hosts_first

STAGE = "vault"
ARGUMENTS = (*hosts_first.ARGUMENTS, "--target", "**::cloud:secrets:**")
"""With the vault's provider, which belongs to what is declared in it."""
ENVIRONMENT = {UNTIL: STAGE}
_AFTER = re.compile(r"::cloud:(?!host:|secrets:)")
"""In the names of what comes after the vault."""


def is_past(export: Mapping[str, Any]) -> bool:
    """Whether a stack has anything that comes after its vault: the engine would want to remove it, and is not to."""
    resources = (export.get("deployment") or {}).get("resources") or []
    return any(_AFTER.search(str(resource["urn"])) for resource in resources)
