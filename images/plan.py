"""Which layers and images are made, in which order, and their keys: hashes of everything that goes into them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from images.errors import ImagesError
from images.recipe import FILES, Image, Layer, Recipe, Venv

VERSION = 2
"""Raise it when code changes what a layer or an image holds."""


@dataclass(frozen=True)
class PlannedLayer:
    """A layer to make, if its key is not in the cache."""

    name: str
    key: str
    recipe: Layer
    below: tuple[str, ...]
    """Names of the layers that it lies on when it is made, the lowest first."""


@dataclass(frozen=True)
class PlannedImage:
    """An image to make."""

    name: str
    key: str
    recipe: Image
    layers: tuple[str, ...]
    """Names of its shared layers, the lowest first; its own comes on them."""


@dataclass(frozen=True)
class Plan:
    """Everything of a release, in the order of making."""

    release: str
    layers: tuple[PlannedLayer, ...]
    images: tuple[PlannedImage, ...]

    def layer(self, name: str) -> PlannedLayer:
        """A layer by its name."""
        return next(layer for layer in self.layers if layer.name == name)


def plan(recipe: Recipe, suites: Iterable[str] = (), only: Iterable[str] = ()) -> Plan:
    """The plan of a recipe on a machine whose apt has these suites of the distribution.

    Names of servers are not part of a key: a mirror has what upstream has. `only` names images, all if empty.

    Raises:
        ImagesError: `only` names an image that the recipe lacks, or a lock file is missing.
    """
    layers: dict[str, PlannedLayer] = {}
    of_apt = sorted(suites)
    common = {"version": VERSION, "kolla": recipe.kolla, "codename": recipe.codename, "roots": recipe.roots}
    for name, layer in recipe.layers.items():
        below = recipe.chain(layer.builder if isinstance(layer, Venv) else name)
        below = below if isinstance(layer, Venv) else below[:-1]
        document = {
            **common,
            "name": name,
            "recipe": layer.model_dump(mode="json"),
            "suites": of_apt,
            "below": [layers[other].key for other in below],
            "lock": _lock(recipe, name) if isinstance(layer, Venv) else "",
        }
        layers[name] = PlannedLayer(name, _key(document), layer, below)
    images = []
    for top, name, image in recipe.every():
        chain = recipe.chain(top)
        document = {
            **common,
            "name": name,
            "recipe": image.model_dump(mode="json", exclude={"serves"}),
            "tag": recipe.tag,
            "sources": recipe.sources,
            "below": [layers[other].key for other in chain],
            "files": _files(image),
        }
        images.append(PlannedImage(name, _key(document), image, chain))
    return _narrowed(Plan(recipe.release, tuple(layers.values()), tuple(images)), tuple(only))


def _files(image: Image) -> dict[str, str]:
    """Texts of the files that an image takes, by its `files` or by a line of its `run`."""
    named = {
        path.name for path in FILES.iterdir() if any(f"/mnt/files/{path.name}" in line for line in image.run)
    }
    return {
        name: (FILES / name).read_text(encoding="utf-8") for name in sorted(named | set(image.files.values()))
    }


def _lock(recipe: Recipe, name: str) -> str:
    path = recipe.lock(name)
    if not path.is_file():
        raise ImagesError(f"{path.name} is missing: `make images-lock RELEASE={recipe.release}`")
    return path.read_text(encoding="utf-8")


def _narrowed(whole: Plan, only: tuple[str, ...]) -> Plan:
    if not only:
        return whole
    names = {image.name for image in whole.images}
    if lacking := sorted(set(only) - names):
        raise ImagesError(
            f"{', '.join(lacking)}: not among the images of {whole.release}: {', '.join(sorted(names))}"
        )
    images = tuple(image for image in whole.images if image.name in only)
    needed = {name for image in images for name in image.layers}
    for layer in reversed(whole.layers):
        if layer.name in needed:
            needed.update(layer.below)
    return Plan(whole.release, tuple(layer for layer in whole.layers if layer.name in needed), images)


def _key(document: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]
