"""The options that `make restarts` changes in the lab's cloud."""

from __future__ import annotations

import yaml

from config.release_map.data_file import option_rows
from lab.restarts.__main__ import OPTIONS
from lab.restarts.compared import names
from lab.stack_file import merged
from tests.unit.components.support import Raw, cloud


def test_the_options_are_thirty_of_as_many_services_and_the_stack_file_takes_them() -> None:
    rounds = yaml.safe_load(OPTIONS.read_text())
    changed = [name for one in rounds for fragment in one for name in names(fragment)]
    assert len(set(changed)) == len(changed) >= 30

    def change(raw: Raw) -> None:
        for one in rounds:
            for fragment in one:
                raw["kolla"] = merged(raw["kolla"], fragment)

    changed_cloud = cloud("lab", change, secrets=False)
    assert changed_cloud.kolla
    known = option_rows(changed_cloud.releases.openstack)
    assert set(changed_cloud.kolla.globals) <= set(known)
