"""A cloud whose power was cut, as it is for a snapshot, comes back by itself; the deploy host knows when it has."""

from __future__ import annotations

from host_programs.contract.kolla_run import DEPLOYED, KOLLA_RUN, KOLLA_STATE

PATIENCE = 420
"""Seconds for coming back by itself; then `recover` does what does not: queues that expired while the power was off
may have left members behind on nodes that were still starting."""
COMMAND = (
    f"if sudo -n test -f {KOLLA_STATE}/{DEPLOYED}.json; then "
    f"sudo -n {KOLLA_RUN} integrity --patience {PATIENCE} || sudo -n {KOLLA_RUN} recover; fi"
)
"""On the deploy host: nothing where no cloud was deployed."""
