"""`make adopt`: the stack file of a cloud that is there means the same, and says what it cannot say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.kolla_cluster.passwords import read_passwords
from components.kolla_cluster.plan import KollaPlan, plan_kolla
from config.cloud import CloudConfig
from config.kolla.passwords import parse
from config.load import load_stack_file
from ops.adopt.__main__ import main
from ops.adopt.effect import Effect
from ops.adopt.folder import read_folder
from ops.adopt.inventory import read_inventory
from tests.unit.ops import adopt_folders as folders


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Pulumi.mine.yaml"


def run(file: Path, folder: Path, given: dict[str, Any] | None = None, *words: str) -> int:
    more = ["--addresses", str(folders.written(file.with_name("addresses.yaml"), given))] if given else []
    return main(["--stack", "mine", "--config-file", str(file), "--from", str(folder), *more, *words])


def loaded(file: Path) -> CloudConfig:
    return load_stack_file(file, require_host_keys=False)


def otherwise(out: str) -> list[str]:
    """The places of what the stack file does not say as the folder does."""
    told = out.partition("By the stack file it is otherwise")[2].partition("\n\n")[0]
    return [line.strip() for line in told.splitlines()[1:]]


def differing(folder: Path, plan: KollaPlan) -> set[str]:
    """The options that come to something else, of all that the folder or the plan sets."""
    series = plan.release.series
    own = read_folder(folder).globals
    have, want = Effect(series, plan.globals), Effect(series, own)
    return {name for name in {*own, *plan.globals} if have.of(name) != want.of(name)}


def test_the_labs_own_deploy_host_comes_back_whole(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, planned, given = folders.lab(tmp_path / "kolla")
    assert run(file, folder, given) == 0
    assert otherwise(capsys.readouterr().out) == []
    cloud = loaded(file)
    plan, before = plan_kolla(cloud), plan_kolla(planned)
    assert plan.globals == before.globals
    assert plan.overrides == before.overrides
    assert plan.services == before.services
    assert (
        read_inventory(written_inventory(tmp_path, plan)).members
        == read_inventory(folder / "inventory").members
    )
    assert read_passwords(cloud) == parse(folders.passwords())


def written_inventory(tmp_path: Path, plan: KollaPlan) -> Path:
    path = tmp_path / "planned"
    path.write_text(plan.inventory)
    return path


NAMED_OTHERWISE = "openvswitch_hostname"
"""With OVN the product says it, or no port is bound on hosts that know their domain (config/kolla/services/neutron.py)."""
MOVED = "kolla_admin_openrc_cacert"
"""Where the CA lies on the deploy host."""


def test_plain_kolla_ansible_comes_back_whole(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.kolla_ansible(tmp_path / "kolla")
    assert run(file, folder, folders.ADDRESSES) == 0
    told = otherwise(capsys.readouterr().out)
    assert [line.split(": ")[:2] for line in told] == [["the release", NAMED_OTHERWISE]]
    cloud = loaded(file)
    assert differing(folder, plan_kolla(cloud)) == {NAMED_OTHERWISE, MOVED}
    assert read_passwords(cloud) == {
        **(parse(folders.passwords()) or {}),
        "keystone_admin_password": "later-than-passwords-yml",
    }
    assert plan_kolla(cloud).overrides == {**folders.INI, "nfs_shares": "192.0.2.9:/volumes\n"}
