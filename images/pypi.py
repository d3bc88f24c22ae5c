"""What is taken from PyPI next to the virtual environments: Kolla's templates, source archives, Ansible collections.

pip fetches all of it, so the machine's own index, proxies and certificates are used. For uv, which does not read
pip's settings, they are translated.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from images.cache import Cache
from images.errors import ImagesError
from images.recipe import Recipe, Venv
from machine.commands import output

TOOLS = ("docker==7.2.0", "uv==0.13.9")
"""What `kolla-build` imports even when it only renders; what makes the virtual environments."""

_FOR_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
}


def tools(cache: Cache, recipe: Recipe) -> Path:
    """A virtual environment with Kolla and uv, and `docker/`: the rendered Dockerfiles of all images."""
    place = cache.folder / "tools" / f"kolla-{recipe.kolla}-{'-'.join(TOOLS).replace('==', '-')}-{recipe.tag}"
    if not place.is_dir():
        with cache.making(place) as new:
            output((sys.executable, "-m", "venv", str(new / "venv")), timeout=120)
            pip = (str(new / "venv/bin/python"), "-m", "pip")
            output((*pip, "install", "--quiet", f"kolla=={recipe.kolla}", *TOOLS), timeout=600)
            _render(new, recipe)
    return place


def _render(place: Path, recipe: Recipe) -> None:
    # By its module: the scripts of the environment name the folder that it was made in.
    command = (
        str(place / "venv/bin/python"),
        "-m",
        "kolla.cmd.build",
        "--template-only",
        "--engine",
        "docker",
    )
    base = ("--base", "debian", "--base-tag", recipe.codename, "--tag", recipe.tag)
    output((*command, *base, "--openstack-release", recipe.release, "--work-dir", str(place)), timeout=120)


def sources(cache: Cache, recipe: Recipe) -> Path:
    """A folder with the source of each project that Dockerfiles add, by the name of the image that adds it."""
    locks = [
        recipe.lock(name).read_text(encoding="utf-8")
        for name, layer in recipe.layers.items()
        if isinstance(layer, Venv)
    ]
    wanted = set(recipe.sources.values())
    pins = sorted(pin for lock in locks for pin in pinned(lock, wanted))
    place = (
        cache.folder / "sources" / f"{recipe.release}-{hashlib.sha256(repr(pins).encode()).hexdigest()[:16]}"
    )
    if not place.is_dir():
        with cache.making(place) as new:
            (new / "requirements.txt").write_text("\n".join(pins) + "\n", encoding="utf-8")
            _download(new, "--no-binary", ":all:", "--require-hashes", "-r", str(new / "requirements.txt"))
            for image, project in recipe.sources.items():
                name = project.replace("-", "_")
                archive = next(iter(new.glob(f"{name}-[0-9]*.tar.gz")), None)
                if archive is None:
                    raise ImagesError(f"sources: {project}: no lock file of {recipe.release} has it")
                with tarfile.open(archive) as tar:
                    tar.extractall(new / image, filter="data")
            for archive in new.glob("*.tar.gz"):
                archive.unlink()
    return place


def pinned(lock: str, projects: set[str]) -> list[str]:
    """The requirements of some projects in a lock file's text, with their hashes, one a line."""
    joined = re.sub(r"\s*\\\n\s*", " ", lock)
    return [line for line in joined.splitlines() if line.split("==")[0] in projects]


def collections(cache: Cache, bundle: str, names: tuple[str, ...], target: Path) -> None:
    """Put collections of a bundle (`ansible==11.13.0`) below a folder; raises ImagesError for one that it lacks."""
    place = cache.folder / "sources" / bundle.replace("==", "-")
    if not place.is_dir():
        with cache.making(place) as new:
            _download(new, "--only-binary", ":all:", bundle)
    with zipfile.ZipFile(next(place.glob("*.whl"))) as wheel:
        for name in names:
            below = f"ansible_collections/{name.replace('.', '/')}/"
            members = [member for member in wheel.namelist() if member.startswith(below)]
            if not members:
                raise ImagesError(f"collections: {bundle}: has no {name}")
            for member in members:
                if "/tests/" not in member:
                    wheel.extract(member, target)


def _download(folder: Path, *what: str) -> None:
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder))
    output((*pip, *what), timeout=900)


def uv_environment(listing: str) -> Mapping[str, str]:
    """Pip's settings (`pip config list`) for uv; a variable of the environment comes before a file's line."""
    found: dict[str, str] = {}
    rows = re.findall(r"^(\S+)\.([\w-]+)='(.*)'$", listing, re.MULTILINE)
    for section, name, value in sorted(rows, key=lambda row: row[0] == ":env:"):
        if name in _FOR_UV and section in {"global", "install", ":env:"}:
            found[_FOR_UV[name]] = value.replace("\\n", " ").strip()
    return found
