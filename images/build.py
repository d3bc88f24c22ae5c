"""Brings the images of a release about in a registry's storage: makes what is missing, and nothing else."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass

from images import dockerfile, layer_tar, manifest, pypi
from images.cache import Cache, clear
from images.errors import ImagesError
from images.layers import Workshop, merging
from images.manifest import Blob, LayerBlob
from images.plan import Plan, PlannedImage, PlannedLayer
from images.recipe import Packages, Recipe, Venv
from images.registry import Registry
from images.replay import Replay, share
from machine import packages
from machine.roots import remove_tree
from machine.sources import Archive

Say = Callable[[str], None]

NAMESPACE = "openstack.kolla"
"""Kolla-Ansible's own default namespace."""
FREE = 10 * 10**9
"""Bytes that a build from nothing takes: files, tars, downloads."""
COMMANDS = {"debootstrap": "debootstrap", "unshare": "util-linux", "mount": "mount"}
MAKER = "https://opendev.org/openstack/kolla"


@dataclass(frozen=True)
class Builder:
    """One run."""

    recipe: Recipe
    plan: Plan
    cache: Cache
    registry: Registry
    archives: tuple[Archive, ...]
    say: Say

    def missing(self) -> list[PlannedImage]:
        """Images that the storage lacks, or has of another recipe."""
        return [image for image in self.plan.images if not self._is_published(image)]

    def _is_published(self, image: PlannedImage) -> bool:
        digest = self.cache.image(image.key)
        if digest is None or self.registry.tagged(repository(image.name), self.recipe.tag) != digest:
            return False
        try:
            document = json.loads(self.registry.data(digest).read_bytes())
        except FileNotFoundError:
            return False
        blobs = [document["config"], *document["layers"]]
        return all(self.registry.has(Blob(blob["digest"], blob["size"])) for blob in blobs)

    def make(self) -> int:
        """Make what is missing; how many images that were. Raises MachineError."""
        if not (images := self.missing()):
            return 0
        self._check()
        needed = {name for image in images for name in image.layers}
        layers = [layer for layer in self.plan.layers if layer.name in needed and not self._is_made(layer)]
        builders = {name for layer in layers for name in layer.below}
        for layer in self.plan.layers:
            if layer.name in builders and layer not in layers and not self.cache.root(layer.key).is_dir():
                layers.append(layer)
        order = [layer for layer in self.plan.layers if layer in layers]
        work = self.cache.folder / "work" / self.recipe.release
        work.mkdir(parents=True, exist_ok=True)
        self.say(f"{len(order)} layers and {len(images)} images to make")
        tools = pypi.tools(self.cache, self.recipe)
        share(work, pypi.sources(self.cache, self.recipe))
        self.say("Kolla's templates, sources of the services")
        workshop = Workshop(self.recipe, self.plan, self.cache, self.archives, tools, work)
        workshop.prepare()
        for layer in order:
            if not self.cache.root(layer.key).is_dir():
                workshop.make(layer)
            if layer.name in needed:
                blob = self._store(layer)
                self.say(f"layer {layer.name}: {blob.size >> 20} MB")
            else:
                self.say(f"layer {layer.name}: for building only")
        for image in images:
            size = self._image(image, workshop)
            self.say(f"image {image.name}: {size >> 10} kB of its own")
        remove_tree(work)
        return len(images)

    def _check(self) -> None:
        if os.geteuid() != 0:
            raise ImagesError("layers are made in chroots, so it needs root: `sudo make images`")
        self.cache.folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.cache.folder).free
        if free < FREE:
            raise ImagesError(
                f"{self.cache.folder}: {free / 1e9:.1f} GB free, and the images take up to {FREE / 1e9:.0f} GB: "
                "make room, or name another disk with OPENSTACK_CLOUD_CACHE"
            )
        if lacking := packages.missing(COMMANDS):
            packages.install(lacking)
            self.say(f"installed on this machine: {', '.join(lacking)}")

    def _is_made(self, layer: PlannedLayer) -> bool:
        blob = self.cache.layer(layer.key)
        return blob is not None and self.registry.has(blob) and self.cache.root(layer.key).is_dir()

    def _store(self, layer: PlannedLayer) -> Blob:
        """A layer's tar in the registry's storage."""
        blob = self.cache.layer(layer.key)
        if blob is None or not self.registry.has(blob):
            with self.registry.incoming() as file:
                layer_tar.write(self.cache.root(layer.key), file)
            blob = file.stored
            self.cache.keep_layer(layer.key, blob)
        return blob

    def _image(self, image: PlannedImage, workshop: Workshop) -> int:
        """Make and publish an image; the size of its own layer in bytes."""
        new = workshop.shared.with_name(f"{workshop.shared.name}.thin")
        clear(new)
        upper = new / "upper"
        upper.mkdir(parents=True, mode=0o755)
        known = dockerfile.folders(workshop.tools / "docker")
        steps = dockerfile.chain(image.name, known, self.recipe.roots)
        with merging(workshop.lowers(image.layers), upper, new) as merged:
            replay = Replay(image.name, merged, workshop.shared, image.recipe.edits)
            settings = replay.run(steps, image.recipe.files, image.recipe.run)
        with self.registry.incoming() as file:
            layer_tar.write(upper, file)
        remove_tree(new)
        layers = [LayerBlob(self._store(self.plan.layer(name)), self._made_of(name)) for name in image.layers]
        layers.append(LayerBlob(file.stored, f"Kolla {self.recipe.kolla}: {image.name}"))
        created = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        labels = {
            "maintainer": MAKER,
            "name": image.name,
            "kolla_version": self.recipe.kolla,
            "recipe": image.key,
        }
        config = self.registry.put(manifest.encode(manifest.config(layers, settings, labels, created)))
        document = self.registry.put(manifest.encode(manifest.manifest(config, layers)))
        blobs = [config, *(layer.blob for layer in layers)]
        self.registry.publish(repository(image.name), self.recipe.tag, document, blobs)
        self.cache.keep_image(image.key, document)
        return file.stored.size

    def _made_of(self, name: str) -> str:
        layer = self.recipe.layers[name]
        if isinstance(layer, Packages):
            return f"packages of Debian {self.recipe.codename}: {name}"
        return f"Python packages: {name}" if isinstance(layer, Venv) else f"Debian {self.recipe.codename}"


def repository(image: str) -> str:
    """Name of an image in the registry."""
    return f"{NAMESPACE}/{image}"
