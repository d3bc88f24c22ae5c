"""What the images of a release are made from: `data/<release>.yaml` and its lock files, checked when they are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.release_map import known
from images.errors import ImagesError

DATA = Path(__file__).with_name("data")
FILES = Path(__file__).with_name("files")
"""Files of ours that images take, by name."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Bootstrap(_Model):
    """The lowest layer: the distribution, and what Kolla's `base` Dockerfile makes of it."""

    kind: Literal["bootstrap"]
    dockerfile: str
    """The image of Kolla whose instructions are replayed in it: users, start-up scripts, sudoers."""
    packages: tuple[str, ...]
    run: tuple[str, ...] = ()
    """Shell lines at the end."""
    over: None = None


class Packages(_Model):
    """Packages of the distribution over another layer."""

    kind: Literal["packages"]
    over: str
    packages: tuple[str, ...]
    run: tuple[str, ...] = ()


class Venv(_Model):
    """A virtual environment, at the versions of its lock file."""

    kind: Literal["venv"]
    over: str
    builder: str
    """The layer with compilers in which it is made; none of it is in the images."""
    path: str
    requirements: tuple[str, ...]
    """What the lock file is made from."""
    build: tuple[str, ...] = ()
    """Constraints on what packages without a wheel are built with."""
    collections: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Ansible collections, by the bundle on PyPI that they are taken from (`ansible==11.13.0`)."""


Layer = Annotated[Bootstrap | Packages | Venv, Field(discriminator="kind")]


class Image(_Model):
    """One image: Kolla's Dockerfiles replayed over a layer, and what differs from them."""

    serves: tuple[str, ...] = ()
    """Services of the release map that run from it; none named: the one of its own name."""
    edits: dict[str, str] = Field(default_factory=dict)
    """Texts in RUN instructions to replace: what a chroot without Kolla's own repositories cannot do."""
    files: dict[str, str] = Field(default_factory=dict)
    """Path in the image to the name of a file of `files/`; executable."""
    run: tuple[str, ...] = ()
    """Shell lines at the end; `files/` is at /mnt/files."""


class Recipe(_Model):
    """The images of a release."""

    release: str
    kolla: str
    """Version of PyPI's `kolla`: templates, start-up scripts, numbers of users."""
    codename: str
    """Debian's release."""
    python: str
    """Its Python."""
    newest: dt.date
    """No Python package younger than this date goes into the lock files."""
    layers: dict[str, Layer]
    roots: tuple[str, ...]
    """Images of Kolla that the layers stand for: of their instructions only ENV counts."""
    sources: dict[str, str]
    """Image whose Dockerfile adds a source archive, to the project on PyPI."""
    images: dict[str, dict[str, Image]]
    """By the layer that they are made over."""
    without: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Why services of the release map have no image here, to their names."""

    @property
    def tag(self) -> str:
        """Kolla-Ansible's own default tag."""
        return f"{self.release}-debian-{self.codename}"

    @cached_property
    def served(self) -> frozenset[str]:
        """Services of the release map that have an image."""
        return frozenset(name for _, image, spec in self.every() for name in spec.serves or (image,))

    def every(self) -> Iterator[tuple[str, str, Image]]:
        """Layer, name and recipe of each image."""
        for layer, images in self.images.items():
            for name, image in images.items():
                yield layer, name, image

    def chain(self, layer: str) -> tuple[str, ...]:
        """A layer and those below it, the lowest first."""
        over = self.layers[layer].over
        return (*(self.chain(over) if over else ()), layer)

    def lock(self, layer: str) -> Path:
        """Lock file of a virtual environment."""
        return DATA / f"{self.release}.{layer}.lock"


def recipes() -> tuple[str, ...]:
    """Releases that images can be made of."""
    return tuple(sorted(path.stem for path in DATA.glob("*.yaml")))


def read(release: str) -> Recipe:
    """The recipe of a release.

    Raises:
        ImagesError: there is none, or its file is wrong; the first fault with its place.
    """
    if release not in recipes():
        why = "no image recipe yet" if release in known() else "no such release"
        raise ImagesError(f"RELEASE={release}: {why}; there are {', '.join(recipes())}")
    return parse(release, (DATA / f"{release}.yaml").read_text(encoding="utf-8"))


def parse(release: str, text: str) -> Recipe:
    """A recipe from the text of its file; raises ImagesError with the place of the first fault."""
    file = f"{DATA.name}/{release}.yaml"
    try:
        recipe = Recipe.model_validate({"release": release, **yaml.safe_load(text)})
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ImagesError(f"{file}:{line}: is not valid YAML: {error.problem}") from error
    except ValidationError as error:
        fault = error.errors()[0]
        raise ImagesError(f"{file}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}") from error
    for fault_ in _faults(recipe):
        raise ImagesError(f"{file}: {fault_}")
    return recipe


def _faults(recipe: Recipe) -> Iterator[str]:
    for name, layer in recipe.layers.items():
        above = list(recipe.layers)[: list(recipe.layers).index(name)]
        for field in ("over", "builder"):
            other = getattr(layer, field, None)
            if other is not None and other not in above:
                yield f"layers.{name}.{field}: {other}: no layer above it has this name"
    for layer_name in recipe.images:
        if layer_name not in recipe.layers:
            yield f"images.{layer_name}: no layer has this name; there are {', '.join(recipe.layers)}"
    names = [name for _, name, _ in recipe.every()]
    for name in names:
        if names.count(name) > 1:
            yield f"images: {name}: is there twice"
    for _, name, image in recipe.every():
        for file in image.files.values():
            if not (FILES / file).is_file():
                yield f"images: {name}: files: {file}: is not in images/files"
