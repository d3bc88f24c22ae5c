"""Makes layers: a distribution, packages over it, virtual environments. Root; debootstrap, apt and uv do the work."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from images import dockerfile, pypi
from images.cache import Cache
from images.errors import ImagesError
from images.plan import Plan, PlannedLayer
from images.recipe import Bootstrap, Packages, Recipe, Venv
from images.replay import Replay
from machine.commands import output
from machine.errors import MachineError
from machine.roots import chroot, overlay, put, remove_tree
from machine.sources import Archive, keyring

BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
COLLECTIONS = "usr/share/ansible/collections"

_APT = """\
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "/mnt/apt/sources";
Dir::State::lists "/mnt/apt/lists";
Dir::Cache::archives "/mnt/apt/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Acquire::https::CAInfo "/mnt/ca.crt";
Acquire::Languages "none";
APT::Sandbox::User "root";
APT::Install-Recommends "0";
DPkg::Options { "--force-confold"; "--force-unsafe-io"; };
"""
_MACHINES = re.compile(r"^Acquire::(https?::(Proxy|Timeout|Verify)|Retries|Check-Valid-Until)", re.IGNORECASE)


@dataclass(frozen=True)
class Workshop:
    """What all layers are made with."""

    recipe: Recipe
    plan: Plan
    cache: Cache
    archives: tuple[Archive, ...]
    tools: Path
    shared: Path
    """The folder that chroots see as /mnt: nothing of the machine's mirrors gets into an image by it."""

    def prepare(self) -> None:
        """Fill the shared folder with what apt and uv need."""
        machines = [line for line in output(("apt-config", "dump")).splitlines() if _MACHINES.match(line)]
        put(self.shared / "apt/apt.conf", _APT + "\n".join(machines) + "\n")
        sources = "\n".join(archive.deb822(keyring("debian")) for archive in self.archives)
        put(self.shared / "apt/sources/debian.sources", sources)
        remove_tree(self.shared / "apt/lists")  # of a killed run, days ago perhaps
        for folder in ("lists/partial", "archives/partial"):
            (self.shared / "apt" / folder).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(BUNDLE, self.shared / "ca.crt")
        (self.shared / "bin").mkdir(exist_ok=True)
        shutil.copy2(self.tools / "venv/bin/uv", self.shared / "bin/uv")

    def make(self, layer: PlannedLayer) -> None:
        """Make a layer's files; they are at their place whole, or not at all."""
        place = self.cache.folder / "layers" / layer.key
        with self.cache.making(place) as new:
            root = new / "root"
            root.mkdir(mode=0o755)
            match layer.recipe:
                case Bootstrap():
                    self._bootstrap(layer.recipe, root)
                case Packages():
                    with merging(self.lowers(layer.below), root, new) as merged:
                        self._install(layer.name, layer.recipe.packages, merged)
                        self._lines(layer.recipe.run, merged)
                case Venv():
                    self._venv(layer, layer.recipe, root, new)

    def lowers(self, names: tuple[str, ...]) -> tuple[Path, ...]:
        """Roots of layers as an overlay takes them, the topmost first."""
        return tuple(self.cache.root(self.plan.layer(name).key) for name in reversed(names))

    def _bootstrap(self, layer: Bootstrap, root: Path) -> None:
        main = self.archives[0]
        try:
            output(
                (
                    "debootstrap",
                    "--variant=minbase",
                    f"--components={','.join(main.components)}",
                    "--include=adduser,ca-certificates",
                    f"--keyring={keyring('debian')}",
                    self.recipe.codename,
                    str(root),
                    main.uri,
                ),
                timeout=1200,
            )
        except MachineError as error:
            raise self._failed("base", error) from error
        self._indexes(root)
        self._apt(root, "upgrade", "-qq")
        self._install("base", layer.packages, root)
        known = dockerfile.folders(self.tools / "docker")
        steps = dockerfile.chain(layer.dockerfile, known, ())
        Replay(layer.dockerfile, root, self.shared, {}).run(steps, {}, layer.run)
        # Pins for Kolla's own repositories, which are not used here, would hold back packages of the layers above.
        for name in (
            "preferences",
            "preferences.d/kolla-custom",
            "sources.list",
            "sources.list.d/kolla-custom.list",
        ):
            (root / "etc/apt" / name).unlink(missing_ok=True)

    def _install(self, name: str, packages: tuple[str, ...], root: Path) -> None:
        self._indexes(root)
        try:
            self._apt(root, "install", "-qq", "--no-install-recommends", *packages)
        except MachineError as error:
            raise self._failed(name, error) from error

    def _indexes(self, root: Path) -> None:
        """Fetch apt's indexes, once in a run: all layers share them, and the lowest one may be there already."""
        if not any((self.shared / "apt/lists").glob("*_InRelease")):
            self._apt(root, "update", "-qq")

    def _apt(self, root: Path, *argv: str) -> None:
        chroot(
            root, "apt-get", *argv, env={"APT_CONFIG": "/mnt/apt/apt.conf"}, shared=self.shared, timeout=1800
        )

    def _failed(self, name: str, error: MachineError) -> ImagesError:
        return ImagesError(f"data/{self.recipe.release}.yaml: layers.{name}: {cause(str(error)) or error}")

    def _lines(self, lines: tuple[str, ...], root: Path) -> None:
        if lines:
            chroot(root, "sh", "-e", stdin="\n".join(lines) + "\n", shared=self.shared)

    def _venv(self, layer: PlannedLayer, recipe: Venv, root: Path, new: Path) -> None:
        put(self.shared / "requirements.txt", self.recipe.lock(layer.name).read_text(encoding="utf-8"))
        put(self.shared / "build.txt", "\n".join(recipe.build) + "\n")
        upper = new / "upper"
        upper.mkdir()
        settings = pypi.uv_environment(
            output((str(self.tools / "venv/bin/python"), "-m", "pip", "config", "list"))
        )
        env = {
            **settings,
            "HOME": "/root",
            "SSL_CERT_FILE": "/mnt/ca.crt",
            "UV_CACHE_DIR": "/mnt/uv",
            "UV_COMPILE_BYTECODE": "1",
            "UV_LINK_MODE": "copy",
            "UV_NO_CONFIG": "1",
            "UV_PYTHON_DOWNLOADS": "never",
        }
        script = (
            f"mkdir -p {recipe.path}\n"
            f"python3 -m venv --system-site-packages --without-pip {recipe.path}\n"
            f"/mnt/bin/uv pip install -q --python {recipe.path}/bin/python --require-hashes"
            " --build-constraints /mnt/build.txt -r /mnt/requirements.txt\n"
            f"ln -sfn python{self.recipe.python} {recipe.path}/lib/python3\n"
        )
        with merging(self.lowers(layer.below), upper, new) as merged:
            try:
                chroot(merged, "sh", "-e", stdin=script, env=env, shared=self.shared, timeout=1800)
            except MachineError as error:
                raise self._failed(layer.name, error) from error
        place = root / recipe.path.strip("/")
        place.parent.mkdir(parents=True, mode=0o755)
        (upper / recipe.path.strip("/")).rename(place)
        shutil.rmtree(upper)
        for bundle, names in recipe.collections.items():
            pypi.collections(self.cache, bundle, names, root / COLLECTIONS)


@contextmanager
def merging(lowers: tuple[Path, ...], upper: Path, new: Path) -> Iterator[Path]:
    """An overlay on layers, the topmost first, whose changes go to `upper`; its own folders are next to it, and go."""
    work, merged = new / "work", new / "merged"
    work.mkdir()
    merged.mkdir()
    with overlay(lowers, upper, work, merged):
        yield merged
    shutil.rmtree(work)
    merged.rmdir()


def cause(words: str) -> str:
    """What a package manager failed at, in a few words: a package that the mirror lacks, a full disk; empty for others."""
    patterns = (
        r"E: Unable to locate package (\S+)",
        r"E: Package '(\S+)' has no installation candidate",
        r"E: Couldn't find these debs: (.+)",
    )
    for pattern in patterns:
        if found := re.search(pattern, words):
            return f"the mirror has no package {found[1]}"
    if "No space left on device" in words:
        return "no space left on the cache's disk"
    return ""
