"""A cloud whose power was cut, as it is for a snapshot, comes back by itself; the deploy host knows when it has."""

from __future__ import annotations

from host_programs.contract import DEPLOYED, KOLLA_RUN, KOLLA_STATE

COMMAND = f"if sudo -n test -f {KOLLA_STATE}/{DEPLOYED}.json; then sudo -n {KOLLA_RUN} integrity; fi"
"""On the deploy host: nothing where no cloud was deployed."""
