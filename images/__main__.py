"""`make images`: container images of a release, made of this machine's package mirrors, in a registry's storage."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from config.cache import cache_folder
from images.build import NAMESPACE, Builder
from images.cache import Cache
from images.plan import plan
from images.recipe import Recipe, Venv, read, recipes
from images.registry import Registry
from machine import sources
from machine.commands import output
from machine.errors import MachineError
from machine.progress import say
from machine.registry import storage
from machine.sources import Archive


def main(argv: Sequence[str] | None = None) -> int:
    """The command; 1 and one line on stderr when it fails."""
    parser = argparse.ArgumentParser(prog="python -m images", description=__doc__)
    parser.add_argument("--release", default=recipes()[-1], help="release of OpenStack (%(default)s)")
    parser.add_argument(
        "--registry", type=Path, help="storage folder of a registry; one in the cache when none is named"
    )
    parser.add_argument("--lock", action="store_true", help="only refresh the pins of the Python packages")
    parser.add_argument("images", nargs="*", metavar="IMAGE", help="images to make; all when none is named")
    options = parser.parse_args(argv)
    os.umask(0o022)
    try:
        recipe = read(options.release)
        if options.lock:
            lock(recipe)
        else:
            make(recipe, options.registry or storage(cache_folder()), options.images)
    except MachineError as error:
        return _failed(str(error), 1)
    except (OSError, subprocess.SubprocessError) as error:
        return _failed(f"{error}; run it again, it goes on where it stopped", 1)
    except KeyboardInterrupt:
        return _failed("interrupted; run it again and it goes on where it stopped", 130)
    return 0


def make(recipe: Recipe, folder: Path, only: Sequence[str]) -> None:
    """Bring the images about and say where they are."""
    archives = tuple(sources.of(recipe.codename))
    planned = plan(recipe, _suites(archives), only)
    cache = Cache(cache_folder() / "kolla-images")
    registry = Registry(folder)
    with cache.alone():
        made = Builder(recipe, planned, cache, registry, archives, say).make()
        if made:
            cache.prune(_all_keys())
        if made and folder == storage(cache_folder()):  # a site's own storage may hold more than ours
            registry.prune()
    count = len(planned.images)
    what = f"made {made} of {count} images" if made else f"nothing to do, all {count} images are there"
    say(f"{what}: {folder}, {NAMESPACE}/IMAGE:{recipe.tag}")


def _suites(archives: Iterable[Archive]) -> list[str]:
    return [suite for archive in archives for suite in archive.suites]


def _all_keys() -> set[str]:
    """Keys of all that this machine could make: of every release, for the cache is theirs together."""
    found = set[str]()
    for each in map(read, recipes()):
        planned = plan(each, _suites(sources.of(each.codename)))
        found |= {layer.key for layer in planned.layers} | {image.key for image in planned.images}
    return found


def lock(recipe: Recipe) -> None:
    """Write the lock files of a recipe's virtual environments."""
    for name, layer in recipe.layers.items():
        if isinstance(layer, Venv):
            command = (
                "uv",
                "pip",
                "compile",
                "--quiet",
                "-",
                "--generate-hashes",
                "--no-header",
                "--no-annotate",
            )
            python = ("--python-version", recipe.python, "--exclude-newer", str(recipe.newest))
            wanted = "\n".join(layer.requirements) + "\n"
            text = output((sys.executable, "-m", *command, *python), stdin=wanted, timeout=300)
            recipe.lock(name).write_text(text, encoding="utf-8")
            say(f"{recipe.lock(name).name}: {text.count('==')} packages")


def _failed(text: str, code: int) -> int:
    print(f"images: {' '.join(text.split())}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
