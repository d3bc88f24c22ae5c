"""Snapshots: what a disk had written becomes a layer, image layers are kept once, a newer snapshot replaces an older."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lab import disk, layers, paths, snapshot
from lab.errors import LabError
from lab.image import Images
from lab.topology import EVERY, MIRROR
from machine import roots

Lab = Callable[[], list[disk.Disk]]
CHAIN = "c" * 64


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """Makes a small lab of blank disks, each with one image layer in its Docker."""
    monkeypatch.setattr(disk, "EVERY", {name: EVERY[name] for name in ("mirror", "ctl01", "ctl02", "cmp03")})
    monkeypatch.setattr("os.chown", lambda *args: None)

    def make() -> list[disk.Disk]:
        for one in disk.disks().values():
            one.make("", "ssh-ed25519 KEY", Images(tmp_path / "images/KEY"))
            pulled(one.folder / "docker", f"cache-id-of-{one.host.name}")
        (paths.LAB / "state").mkdir(exist_ok=True)
        (paths.LAB / "state/stack.json").write_text("what pulumi knows")
        return [one for one in disk.disks().values() if one.host != MIRROR]

    return make


def pulled(docker: Path, cache_id: str) -> None:
    """A Docker folder with an image's one layer, and a volume."""
    entry = docker / "image/overlay2/layerdb/sha256" / CHAIN
    for folder in (entry, docker / "overlay2" / cache_id / "diff", docker / "volumes/mariadb"):
        folder.mkdir(parents=True)
    (entry / "cache-id").write_text(cache_id)
    (docker / "overlay2" / cache_id / "diff" / "program").write_text("of the image")
    (docker / "volumes/mariadb/ibdata1").write_text("rows")


def start_again(lab: Path) -> None:
    """The lab is taken down."""
    roots.remove_tree(lab)


def test_a_restored_disk_has_all_that_was_written_below_it_and_nothing_in_itself(
    lab: Lab, cache: Path
) -> None:
    ctl01 = lab()[0]
    key = ctl01.public_key()
    (ctl01.folder / "upper/etc/written").write_text("by a service")
    kept = snapshot.save(cache, "cloud", "fits", "id")
    start_again(paths.LAB)
    snapshot.restore(kept)
    assert ctl01.exists
    assert list((ctl01.folder / "upper").iterdir()) == []
    assert [(layer / "etc/written").read_text() for layer in ctl01.below] == ["by a service"]
    assert ctl01.public_key() == key
    assert (ctl01.folder / "docker/volumes/mariadb/ibdata1").read_text() == "rows"
    assert (paths.LAB / "state/stack.json").read_text() == "what pulumi knows"


def test_a_restore_that_was_killed_is_done_again(lab: Lab, cache: Path) -> None:
    lab()
    kept = snapshot.save(cache, "cloud", "fits", "id")
    start_again(paths.LAB)
    snapshot.restore(kept)
    (paths.LAB / "state/of the killed run").touch()
    snapshot.restore(kept)
    assert [path.name for path in (paths.LAB / "state").iterdir()] == ["stack.json"]


def test_a_lab_that_was_kept_goes_on_on_top_and_is_kept_again(lab: Lab, cache: Path) -> None:
    ctl01 = lab()[0]
    first = snapshot.save(cache, "cloud", "fits", "id")
    second_folder = first.folder.with_name("29991231-235959")
    (ctl01.folder / "upper/later").write_text("x")
    begun = second_folder / "begun"
    begun.parent.mkdir()
    begun.write_text("id")
    second = snapshot.save(cache, "cloud", "fits", "id")
    assert second.folder == second_folder
    assert ctl01.below == [second.host("ctl01") / "upper", first.host("ctl01") / "upper"]
    assert snapshot.newest(cache, "cloud", {"fits"}) == second
    # The first is no longer wanted for itself, but the second lies on it.
    assert snapshot.prune(cache) == []


def test_image_layers_of_all_hosts_are_kept_once(lab: Lab, cache: Path) -> None:
    hosts = lab()
    snapshot.save(cache, "cloud", "fits", "id")
    assert [path.name for path in layers.store(cache).iterdir()] == [CHAIN]
    assert (layers.store(cache) / CHAIN / "program").read_text() == "of the image"
    links = {
        (one.folder / "docker/overlay2" / f"cache-id-of-{one.host.name}" / "diff").readlink() for one in hosts
    }
    assert links == {Path(layers.IN_HOST) / CHAIN}


def test_saving_goes_on_where_it_was_interrupted(
    lab: Lab, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = lab()
    (hosts[-1].folder / "upper/etc/written").write_text("by a service")

    def copy(source: Path, target: Path) -> None:
        if source == hosts[1].folder / "docker":
            raise OSError(28, "disk full")
        roots.copy(source, target)

    with monkeypatch.context() as patch:
        patch.setattr("lab.snapshot.copy", copy)
        with pytest.raises(OSError, match="full"):
            snapshot.save(cache, "cloud", "fits", "id")
    assert snapshot.snapshots(cache) == []
    kept = snapshot.save(cache, "cloud", "fits", "id")
    assert (kept.host(hosts[-1].host.name) / "upper/etc/written").exists()
    assert all(one.below == [kept.host(one.host.name) / "upper"] for one in hosts)


def test_an_older_snapshot_goes_with_layers_that_nothing_needs(lab: Lab, cache: Path) -> None:
    lab()
    old = snapshot.save(cache, "cloud", "fits", "id")
    start_again(paths.LAB)
    for one in disk.disks().values():
        one.make("", "ssh-ed25519 KEY", Images(cache.parent / "images/KEY"))
    (snapshot.home(cache) / "29991231-235959").mkdir()
    (snapshot.home(cache) / "29991231-235959/begun").write_text("other")
    new = snapshot.save(cache, "cloud", "fits", "other")
    assert snapshot.prune(cache, disk.disks().values()) == [old.folder.name]
    assert [one.folder for one in snapshot.snapshots(cache)] == [new.folder]
    assert list(layers.store(cache).iterdir()) == []


@pytest.mark.parametrize(
    ("name", "fits", "why"),
    [
        ("cloud", "newer images", "was made on other images: `make lab FRESH=1`"),
        ("full", "fits", r"does not exist \(snapshots: cloud\)"),
    ],
)
def test_a_snapshot_that_cannot_be_had_is_one_line(
    lab: Lab, cache: Path, name: str, fits: str, why: str
) -> None:
    lab()
    snapshot.save(cache, "cloud", "fits", "id")
    with pytest.raises(LabError, match=why):
        snapshot.newest(cache, name, {fits})
