"""Labs that are kept: `up` that starts from a snapshot, `save`, `restore`."""

from __future__ import annotations

from config.cache import cache_folder
from lab import disk, image, lifecycle, machine, paths, power, records, snapshot, ssh
from lab.errors import LabError
from lab.topology import HOSTS
from machine import registry
from machine.progress import say, step


def up(name: str | None = None, release: str = "") -> None:
    """Bring the lab up; what is up stays as it is.

    Args:
        name: the snapshot that a lab which is not there yet starts from, if there is one that fits.
        release: the release whose container images it must fit.
    """
    distribution = machine.check()
    with records.lock():
        lifecycle.take_down_strangers()
        if name and not paths.RECORDS.exists():
            try:
                found = snapshot.newest(cache_folder(), name, {_fits_new(distribution, release)})
            except LabError as error:
                say(str(error))
            else:
                _lay_out(found)
    lifecycle.up()


def restore(name: str, release: str) -> None:
    """Start again from the newest snapshot of a name; the lab that is there is taken down.

    Raises:
        LabError: there is none that fits the images of this release, nor one of the lab that is there.
    """
    fits = {_fits_new(machine.check(), release)}
    with records.lock():
        if paths.RECORDS.exists():
            fits.add(_fits_this(release))
        found = snapshot.newest(cache_folder(), name, fits)
        for entry in records.whole(paths.RECORDS, paths.MACHINE_RECORD):
            lifecycle.take_down(entry)
        _lay_out(found)
    lifecycle.up()


def save(name: str, release: str, *, once: bool = False) -> None:
    """Keep the lab as a snapshot: the power of all hosts is cut, and comes back.

    Args:
        name: its name; older ones of that name go.
        release: the release whose container images it is of.
        once: not if there is one already that this lab, or a new one, could start from.

    Raises:
        LabError: no lab is up.
    """
    of_new, cache = _fits_new(machine.check(), release), cache_folder()
    with records.lock():
        current = records.load(paths.RECORDS)
        if current is None or not current.complete:
            raise LabError("there is no lab that is up: `lab/lab up`")
        fits = _fits_this(release)
        if once and any(one.name == name and one.fits in (fits, of_new) for one in snapshot.snapshots(cache)):
            return
        wanted = [host for host in HOSTS if current.runs(host)]
        with step(f"snapshot {name}: power cut, disks kept"):
            power.cut(HOSTS, current)
            snapshot.save(cache, name, fits, current.id)
            snapshot.prune(cache, disk.disks().values())
        with step(f"{len(wanted)} hosts boot until SSH answers"):
            power.start(wanted, current)
            ssh.wait([HOSTS[host] for host in wanted])


def _lay_out(found: snapshot.Snapshot) -> None:
    with step(f"snapshot {found.name} of {found.made} UTC"):
        snapshot.restore(found)


def _fits_new(distribution: str, release: str) -> str:
    """What a snapshot for a lab that is made now has to be a layer on."""
    return _fits(image.recipe_here(distribution).key(), release)


def _fits_this(release: str) -> str:
    """What the disks of the lab that is there are layers on, whatever the recipe says by now."""
    return _fits(snapshot.image_below(), release)


def _fits(image_key: str, release: str) -> str:
    """Names what a snapshot is a layer on, and what its containers were made from."""
    return f"{image_key} {registry.fingerprint(registry.storage(cache_folder()), release)}"
