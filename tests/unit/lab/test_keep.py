"""What a snapshot is said to fit is the image that the lab's disks lie on, not the one that a recipe of today would make."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from lab import disk, image, keep, layers, lifecycle, machine, paths, power, snapshot, ssh
from lab.errors import LabError
from lab.image import Images, Recipe
from lab.records import Records
from lab.topology import EVERY
from machine import registry, roots


class Clock:
    """Each look at it is a second later: snapshots are named by the second."""

    _seconds = count()

    @classmethod
    def now(cls, zone: object) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(cls._seconds))


class Site:
    """A machine whose recipe can change; hosts are disks that never run."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.cache = folder / "cache"
        self.recipe = Recipe("bookworm", "debian", ())
        patch.setattr(disk, "EVERY", {name: EVERY[name] for name in ("mirror", "ctl01", "ctl02")})
        patch.setattr("os.chown", lambda *args: None)
        patch.setattr(keep, "cache_folder", lambda: self.cache)
        patch.setattr(machine, "check", lambda: "bookworm")
        patch.setattr(image, "recipe_here", lambda distribution: self.recipe)
        patch.setattr(lifecycle, "take_down_strangers", lambda: None)
        patch.setattr(lifecycle, "take_down", lambda entry: roots.remove_tree(paths.LAB))
        patch.setattr(lifecycle, "up", self.up)
        for effect in ("cut", "start"):
            patch.setattr(power, effect, lambda *args: None)
        patch.setattr(snapshot, "datetime", Clock)
        patch.setattr(ssh, "wait", lambda *args: None)

    @property
    def images(self) -> Images:
        return image.images(self.cache, self.recipe)

    def up(self) -> None:
        layers.store(self.cache).mkdir(parents=True, exist_ok=True)
        for one in disk.disks().values():
            one.make("", "ssh-ed25519 KEY", self.images)
        Records(str(paths.LAB), complete=True).save()

    def change_recipe(self) -> None:
        self.recipe = Recipe("bookworm", "debian", (), packages=(*self.recipe.packages, "later"))

    def kept(self) -> list[str]:
        """Image of each snapshot, the newest first."""
        return [one.fits.split()[0] for one in snapshot.snapshots(self.cache)]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return Site(tmp_path, monkeypatch)


def test_a_recipe_that_changed_while_the_lab_ran_is_not_what_its_snapshot_fits(site: Site) -> None:
    keep.up()
    below = site.images.key
    site.change_recipe()
    keep.save("cloud", "2026.1")
    assert site.kept() == [below]
    lifecycle.take_down(Records(str(paths.LAB)))
    keep.up("cloud", "2026.1")
    assert {one.images.key for one in disk.disks().values()} == {site.images.key}, "made again"


def test_a_lab_that_was_restored_says_the_image_of_the_snapshot_that_it_came_from(site: Site) -> None:
    keep.up()
    below = site.images.key
    keep.save("first", "2026.1")
    site.change_recipe()
    keep.restore("first", "2026.1")
    keep.save("second", "2026.1")
    assert site.kept() == [below, below]


def test_a_running_lab_goes_back_to_its_own_snapshot_though_the_recipe_changed(site: Site) -> None:
    keep.up()
    keep.save("before", "2026.1")
    below = site.images.key
    site.change_recipe()
    keep.restore("before", "2026.1")
    assert disk.disks()["ctl01"].images.key == below
    lifecycle.take_down(Records(str(paths.LAB)))
    with pytest.raises(LabError, match="was made on other images"):
        keep.restore("before", "2026.1")


def test_a_snapshot_is_read_as_fitting_what_it_says(site: Site) -> None:
    """Earlier ones name the recipe of their day, whatever their disks lie on: labs go on starting from them."""
    keep.up()
    below = site.images.key
    site.change_recipe()
    says = f"{site.images.key} {registry.fingerprint(registry.storage(site.cache), '2026.1')}"
    earlier = snapshot.save(site.cache, "cloud", says, "id")
    lifecycle.take_down(Records(str(paths.LAB)))
    keep.up("cloud", "2026.1")
    assert disk.disks()["ctl01"].images.key == below
    keep.save("cloud", "2026.1", once=True)
    assert snapshot.snapshots(site.cache) == [earlier]


def test_disks_on_several_images_fit_no_single_one(site: Site) -> None:
    keep.up()
    first = site.images.key
    site.change_recipe()
    reinstalled = disk.disks()["ctl02"]
    reinstalled.delete()
    reinstalled.make("", "ssh-ed25519 KEY", site.images)
    keep.save("cloud", "2026.1")
    assert site.kept() == ["+".join(sorted((first, site.images.key)))]
