"""A new cloud up to its vault (`make up UNTIL=vault`): the rest may need files that only the vault can give.

Hosts, firewall, the vault and what is declared in it. Files that `cloud:kolla` names may be missing until then
(`make edge-login` creates the vault's). Resources that a stack has besides stay as they are; its outputs that come from
them (`cephFsid`, `services`, `endpoints`) are missing until the next whole `up`, so it is for a cloud that is new.
"""

from __future__ import annotations

from config.environment import UNTIL
from ops import hosts_first

STAGE = "vault"
ARGUMENTS = (*hosts_first.ARGUMENTS, "--target", "**::cloud:secrets:**")
"""With the vault's provider, which belongs to what is declared in it."""
ENVIRONMENT = {UNTIL: STAGE}
