"""A new cloud up to its vault (`make up UNTIL=vault`): the rest may need files that only the vault can give.

Hosts, firewall, the vault and what is declared in it. Files that `cloud:kolla` names may be missing until then
(`make edge-login` creates the vault's). What a stack has besides stays as it is.
"""

from __future__ import annotations

from config.environment import UNTIL
from ops import hosts_first

STAGE = "vault"
ARGUMENTS = (*hosts_first.ARGUMENTS, "--target", "**::cloud:secrets:**")
"""With the vault's provider, which belongs to what is declared in it."""
ENVIRONMENT = {UNTIL: STAGE}
