"""Where things are on the deploy host and, for the scratch folder, on every host."""

from __future__ import annotations

from typing import NamedTuple

from host_programs.contract import kolla_run as contract

CALLBACK = "cloud_progress"
LIVE = "/etc/kolla"
"""On every host: the configuration that containers read (Kolla-Ansible's `node_config_directory`)."""
SCRATCH = f"{contract.KOLLA_STATE}/next"
"""On every host: where a change is rendered first; exists only while a plan is made."""


class Paths(NamedTuple):
    """Places that tests move."""

    config: str = contract.KOLLA_CONFIG
    """KOLLA_CONFIG_PATH."""
    venvs: str = contract.KOLLA_VENVS
    """Holds one venv for each release."""
    program: str = contract.KOLLA_RUN_FOLDER
    """kolla-run itself, the callback, the playbooks, and `release.json`."""
    state: str = contract.KOLLA_STATE
    """Records, lock and events; root's alone, but for `results`."""
    home: str = contract.KOLLA_HOME
    """Home of the user `kolla`."""
    narrowed: str = ""
    """An inventory without hosts that are off; "": all of them."""

    @property
    def results(self) -> str:
        """Where Ansible, as user kolla, leaves the checksums of the hosts."""
        return f"{self.state}/results"

    @property
    def tree(self) -> str:
        """Kolla-Ansible's playbooks with some files replaced, made anew for each run."""
        return f"{self.state}/playbooks"

    @property
    def inventory(self) -> str:
        """The inventory."""
        return self.narrowed or f"{self.config}/inventory"

    def venv(self, series: str) -> str:
        """The venv of a release."""
        return f"{self.venvs}/{series}"

    def collections(self, series: str) -> str:
        """Ansible's collections of a release, as `install-deps` puts them."""
        return f"{self.venvs}/{series}/collections"
