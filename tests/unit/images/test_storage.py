"""The registry's storage: what a registry needs to serve an image, whole or not at all; and what is there already."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from images.build import Builder, repository
from images.cache import Cache
from images.dockerfile import Settings
from images.manifest import Blob, LayerBlob, blob_of, config, encode, manifest
from images.plan import plan
from images.recipe import read
from images.registry import Registry

TAG = "2025.1-debian-bookworm"


def stored(registry: Registry, content: bytes) -> Blob:
    with registry.incoming() as file:
        file.write(content[:3])
        file.write(content[3:])
    return file.stored


def published(registry: Registry, name: str, shared: Blob, own: bytes) -> Blob:
    layers = [LayerBlob(shared, "base"), LayerBlob(stored(registry, own), name)]
    settings = Settings(user="nova", entrypoint=("dumb-init", "--"), command=("kolla_start",))
    configured = registry.put(encode(config(layers, settings, {"name": name}, "2026-01-01T00:00:00Z")))
    document = registry.put(encode(manifest(configured, layers)))
    registry.publish(name, TAG, document, [configured, *(layer.blob for layer in layers)])
    return document


def test_image_is_laid_out_as_the_registry_reads_it(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    base = stored(registry, b"base layer")
    document = published(registry, "openstack.kolla/nova-api", base, b"own layer")
    root = tmp_path / "docker/registry/v2"
    place = root / "repositories/openstack.kolla/nova-api"
    assert (place / f"_manifests/tags/{TAG}/current/link").read_text() == document.digest
    number = document.digest.removeprefix("sha256:")
    for link in (f"_manifests/tags/{TAG}/index/sha256/{number}", f"_manifests/revisions/sha256/{number}"):
        assert (place / link / "link").read_text() == document.digest
    read_ = json.loads((root / f"blobs/sha256/{number[:2]}/{number}/data").read_bytes())
    for part in (read_["config"], *read_["layers"]):
        digest = part["digest"].removeprefix("sha256:")
        content = (root / f"blobs/sha256/{digest[:2]}/{digest}/data").read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (digest, part["size"])
        assert (place / f"_layers/sha256/{digest}/link").read_text() == part["digest"]


def test_configuration_names_the_layers_and_their_history(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    base = stored(registry, b"base layer")
    document = json.loads(registry.data(published(registry, "a", base, b"own").digest).read_bytes())
    configured = json.loads(registry.data(document["config"]["digest"]).read_bytes())
    assert configured["rootfs"]["diff_ids"] == [layer["digest"] for layer in document["layers"]]
    assert len(configured["history"]) == len(document["layers"])
    assert configured["config"]["User"] == "nova"
    assert configured["config"]["Labels"], "kolla_container fails on an image without a label"


def test_equal_layers_are_there_once(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    base = stored(registry, b"base layer")
    one = json.loads(registry.data(published(registry, "a", base, b"own").digest).read_bytes())
    other = json.loads(registry.data(published(registry, "b", base, b"own").digest).read_bytes())
    assert one["layers"] == other["layers"]
    assert len(list(tmp_path.rglob("data"))) == 2 + 2 + 2  # two layers, two configurations, two manifests


def test_blob_that_is_not_written_to_its_end_leaves_nothing(tmp_path: Path) -> None:
    registry = Registry(tmp_path)

    def killed() -> None:
        with registry.incoming() as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_blob_that_was_cut_short_is_not_there(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    blob = stored(registry, b"all of it")
    assert registry.has(blob)
    registry.data(blob.digest).write_bytes(b"all")
    assert not registry.has(blob)
    assert not registry.has(blob_of(b"another"))


def test_what_no_tag_leads_to_is_pruned_and_nothing_else(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    base = stored(registry, b"base layer")
    other = published(registry, "other/image", base, b"of another")
    published(registry, "a", base, b"earlier")
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    now = published(registry, "a", base, b"later")
    registry.prune()
    after = {path for path in tmp_path.rglob("*") if path.is_file()}
    # Data of the earlier layer, configuration and manifest; their links: two of blobs, a revision, an index.
    assert len(before - after) == 3 + 4
    for digest in (other.digest, now.digest):
        document = json.loads(registry.data(digest).read_bytes())
        parts = (document["config"], *document["layers"])
        assert all(registry.has(Blob(part["digest"], part["size"])) for part in parts)
    assert registry.tagged("a", TAG) == now.digest


def test_layers_and_notes_of_earlier_recipes_go(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for key in ("kept", "gone"):
        with cache.making(tmp_path / "layers" / key) as new:
            (new / "root").mkdir()
        cache.keep_image(key, blob_of(key.encode()))
    (tmp_path / "layers/kept.partial").mkdir()
    cache.prune({"kept"})
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "images",
        "kept",
        "kept.json",
        "layers",
        "root",
    ]


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    """A storage in which all images of the release are, though small ones."""
    recipe = read("2025.1")
    cache, registry = Cache(tmp_path / "cache"), Registry(tmp_path / "registry")
    made = plan(recipe, ("bookworm",))
    base = stored(registry, b"base layer")
    for image in made.images:
        cache.keep_image(image.key, published(registry, repository(image.name), base, image.name.encode()))
    return Builder(recipe, made, cache, registry, (), print)


def test_nothing_is_made_where_all_is_there(builder: Builder) -> None:
    assert builder.missing() == []
    assert builder.make() == 0


@pytest.mark.parametrize("what", ["layer", "tag", "manifest", "record"])
def test_image_that_lost_something_is_missing(builder: Builder, what: str) -> None:
    image = next(image for image in builder.plan.images if image.name == "nova-api")
    digest = builder.cache.image(image.key)
    assert digest is not None
    document = json.loads(builder.registry.data(digest).read_bytes())
    lost = {
        "layer": builder.registry.data(document["layers"][1]["digest"]),
        "manifest": builder.registry.data(digest),
        "record": builder.cache.folder / f"images/{image.key}.json",
        "tag": builder.registry.folder
        / f"docker/registry/v2/repositories/{repository('nova-api')}/_manifests/tags/{TAG}/current/link",
    }
    lost[what].unlink()
    assert [missing.name for missing in builder.missing()] == ["nova-api"]


def test_image_of_another_recipe_is_missing(builder: Builder) -> None:
    recipe = builder.recipe
    images = {
        **recipe.images,
        "base": {"cron": recipe.images["base"]["cron"].model_copy(update={"run": ("true",)})},
    }
    changed = plan(recipe.model_copy(update={"images": images}), ("bookworm",))
    other = Builder(recipe, changed, builder.cache, builder.registry, (), print)
    assert [image.name for image in other.missing()] == ["cron"]
