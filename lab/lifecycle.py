"""`up` and `down`: each step looks at what there is and does the rest, so a run after a failure goes on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from config.cache import cache_folder
from lab import (
    access,
    cgroups,
    disk,
    image,
    layers,
    links,
    machine,
    mirror,
    network,
    paths,
    power,
    records,
    ssh,
    swap,
)
from lab.errors import LabError
from lab.records import Records
from lab.topology import EVERY, NETWORKS
from machine import mounts, packages, registry, sources
from machine.commands import output, run, succeeds
from machine.progress import say, step
from machine.roots import remove_tree

LOWEST_FREE = 8 << 30
"""Bytes of disk that the hosts need in the checkout."""


def up() -> None:
    """Bring the lab up; what is up stays as it is."""
    release = machine.check()
    with records.lock():
        take_down_strangers()
        current = records.load(paths.RECORDS) or Records(lab=str(paths.LAB))
        if current.boot != records.boot_id():
            current = Records(lab=str(paths.LAB), id=current.id, packages=current.packages)
        wanted = [name for name, host in EVERY.items() if host.powered]
        if current.complete and all(map(current.runs, wanted)):
            # A lab that an earlier version made lacks what this one gives its operator.
            _install_missing(current)
            access.make_keys()
            say(f"the lab is up: {len(wanted) - 1} hosts")
            return
        current.complete = False
        current.save()
        _prepare_machine(current)
        made_from = image.recipe_here(release)
        found = _make_images(made_from)
        with step(f"{len(NETWORKS)} networks, NAT"):
            _make_networks(current, sources.servers(list(made_from.archives)))
        cache = cache_folder()
        for store in (mirror.store(cache), registry.storage(cache), layers.store(cache)):
            store.mkdir(parents=True, exist_ok=True)
        with step(f"{len(EVERY)} disks, keys"):
            access.make_keys()
            resolver, key = access.resolver(), access.authorized_key()
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda one: one.make(resolver, key, found), disk.disks().values()))
            access.write_known_hosts()
            access.write_files()
        with step(f"{len(wanted) - 1} hosts and the mirror boot until SSH answers"):
            power.start(wanted, current)
            ssh.wait([EVERY[name] for name in wanted])
        current.complete = True
        current.save()


def make_image() -> None:
    """Make what the hosts' disks lie on, without a lab: the programs in it are good for checks too."""
    release = machine.check()
    with records.lock():
        current = records.load(paths.RECORDS) or Records(lab=str(paths.LAB))
        _install_missing(current)
        say(f"image: {_make_images(image.recipe_here(release)).base}")


def take_down_strangers() -> None:
    """Take down the lab that another checkout left on this machine."""
    machines = records.load(paths.MACHINE_RECORD)
    other = records.left_behind(records.load(paths.RECORDS), machines)
    if other is not None:
        say(f"a lab was left behind on this machine by {Path(other.lab).parent}: taking it down first")
        take_down(other)


def _install_missing(current: Records) -> None:
    if missing := packages.missing(machine.PREREQUISITES):
        with step(f"apt-get install {' '.join(missing)}"):
            current.packages = sorted({*current.packages, *missing})
            current.save()
            packages.install(missing)


def _prepare_machine(current: Records) -> None:
    _install_missing(current)
    current.modules += machine.load_modules()
    current.save()
    say(machine.features().summary())
    if not current.swap:
        say(swap.make(current))
    paths.LAB.mkdir(exist_ok=True)
    if shutil.disk_usage(paths.LAB).free < LOWEST_FREE:
        raise LabError(f"less than {LOWEST_FREE >> 30} GiB free in {paths.LAB}: the hosts need them")


def _make_images(made_from: image.Recipe) -> image.Images:
    cache = cache_folder()
    found = image.images(cache, made_from)
    found.base.parent.mkdir(parents=True, exist_ok=True)
    cache.chmod(0o700)
    builds: dict[Path, Callable[[], None]] = {
        found.base: lambda: image.build_base(made_from, found.base, cache),
        found.mirror: lambda: image.build_mirror(made_from, found),
    }
    for path, build in builds.items():
        if path.exists():
            continue
        with step(f"image of {made_from.release}: {path.name}"):
            build()
    return found


def _make_networks(current: Records, servers: list[str]) -> None:
    present = links.links()
    network.conflicts(json.loads(output(("ip", "-4", "-json", "route"))))
    for name, value in network.SYSCTLS.items():
        path = Path("/proc/sys", name.replace(".", "/"))
        now = path.read_text().strip()
        if int(now) < value:
            current.sysctls.setdefault(name, now)
            current.save()
            path.write_text(str(value))
    current.netns_folder = current.netns_folder or not network.NAMESPACES.exists()
    current.save()
    ways = []
    for address in access.outside_addresses(servers):
        if not any(route[0] == f"{address}/32" for route in current.routes):
            route, commands = network.way_out(address, output(("ip", "-json", "route", "get", address)))
            current.routes.append(route)
            current.save()
            ways.append(("ip", "route", "replace", *route))
            ways += commands
    # Routes first: with the bridge's address there the machine would look for its package servers behind it.
    run(*(way for way in ways if way[1] == "route"))
    run(*network.bridges(present))
    run(*(way for way in ways if way[1] != "route"))
    output(("nft", "-f", "-"), stdin=network.nat_table())


def down(*, purge: bool = False) -> None:
    """Take down the lab that is on this machine, whoever's it is, and undo what it changed."""
    machine.check()
    with records.lock():
        labs = {entry.id: entry for entry in records.whole(paths.RECORDS, paths.MACHINE_RECORD)}
        for entry in labs.values():
            with step(f"lab of {Path(entry.lab).parent} taken down"):
                take_down(entry)
        if not labs:
            say("there is no lab on this machine")
        if purge and cache_folder().exists():
            remove_tree(cache_folder() / "images")
            remove_tree(cache_folder() / "apt")
            remove_tree(cache_folder() / "lab")
            say(f"images, packages and snapshots removed from {cache_folder()}")
        packages = sorted({name for entry in labs.values() for name in entry.packages})
        if packages:
            say(f"apt packages that the lab had installed, and that stay: {' '.join(packages)}")
    shutil.rmtree(paths.RUN)


def take_down(entry: Records) -> None:
    """Undo what a lab's records say; it may be another checkout's, of another version."""
    lab = Path(entry.lab)
    # After a reboot of the machine there is nothing to undo but files.
    if entry.boot == records.boot_id():
        for process in entry.hosts.values():
            # First the supervisors, lest they boot their hosts again.
            cgroups.kill_process(process)
        cgroups.kill("")
        cgroups.remove("")
        mounts.unmount(lab)
        if entry.swap:
            swap.remove(entry.swap)
        _undo_networks(entry)
        for name in reversed(entry.modules):
            # One that something else has come to use stays.
            succeeds("modprobe", "--quiet", "--remove", name)
        power.sweep()
    remove_tree(lab)
    paths.MACHINE_RECORD.unlink(missing_ok=True)


def _undo_networks(entry: Records) -> None:
    links.remove_all()
    if f"table inet {network.TABLE}" in output(("nft", "list", "tables")).splitlines():
        run(("nft", "delete", "table", "inet", network.TABLE))
    for route in entry.routes:
        if output(("ip", "route", "show", *route)).strip():
            run(("ip", "route", "delete", *route))
    for name, value in entry.sysctls.items():
        Path("/proc/sys", name.replace(".", "/")).write_text(value)
    if entry.netns_folder:
        links.remove_folder()
