"""The plan: order, keys that are hashes of everything that goes in, and of nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from images import plan as planning
from images.errors import ImagesError
from images.plan import Plan, plan
from images.recipe import FILES, Image, Packages, Recipe, Venv, read, recipes

SUITES = ("bookworm", "bookworm-security")


def keys(made: Plan) -> dict[str, str]:
    return {f"layer {layer.name}": layer.key for layer in made.layers} | {
        image.name: image.key for image in made.images
    }


def differing(one: Plan, other: Plan) -> set[str]:
    before, after = keys(one), keys(other)
    assert before.keys() == after.keys()
    return {name for name, key in before.items() if after[name] != key}


def with_layer(recipe: Recipe, name: str, **changes: object) -> Recipe:
    layer = recipe.layers[name].model_copy(update=changes)
    return recipe.model_copy(update={"layers": {**recipe.layers, name: layer}})


@pytest.mark.parametrize("release", recipes())
def test_each_layer_comes_after_what_it_lies_on(release: str) -> None:
    made = plan(read(release), SUITES)
    seen: set[str] = set()
    for layer in made.layers:
        assert set(layer.below) <= seen
        seen.add(layer.name)
    assert {name for image in made.images for name in image.layers} <= seen


@pytest.mark.parametrize("release", recipes())
def test_every_image_shares_the_base_and_few_layers_are_enough(release: str) -> None:
    made = plan(read(release), SUITES)
    assert all(image.layers[0] == "base" and len(image.layers) <= 3 for image in made.images)
    assert "builder" not in {name for image in made.images for name in image.layers}


def test_package_of_a_group_changes_that_group_and_its_images_alone() -> None:
    recipe = read("2025.1")
    layer = recipe.layers["ovn"]
    assert isinstance(layer, Packages)
    changed = with_layer(recipe, "ovn", packages=(*layer.packages, "ovn-ic"))
    assert differing(plan(recipe, SUITES), plan(changed, SUITES)) == {"layer ovn", *recipe.images["ovn"]}


def test_compilers_package_changes_what_is_compiled_with_it() -> None:
    recipe = read("2025.1")
    changed = with_layer(recipe, "builder", packages=("gcc",))
    venvs = {name for name, layer in recipe.layers.items() if isinstance(layer, Venv)}
    images = {image for name in venvs for image in recipe.images[name]}
    assert differing(plan(recipe, SUITES), plan(changed, SUITES)) == {
        "layer builder",
        *(f"layer {name}" for name in venvs),
        *images,
    }


def test_change_of_the_base_changes_all_but_one_of_an_image_only_it() -> None:
    recipe = read("2025.1")
    before = plan(recipe, SUITES)
    assert differing(before, plan(with_layer(recipe, "base", run=("true",)), SUITES)) == set(keys(before))
    images = {**recipe.images, "base": {"cron": Image(run=("true",))}}
    assert differing(before, plan(recipe.model_copy(update={"images": images}), SUITES)) == {"cron"}


def test_machine_with_other_suites_makes_other_layers_and_order_of_suites_is_nothing() -> None:
    recipe = read("2025.1")
    before = plan(recipe, SUITES)
    assert differing(before, plan(recipe, reversed(SUITES))) == set()
    assert differing(before, plan(recipe, (*SUITES, "bookworm-updates"))) == set(keys(before))


def test_version_of_kolla_changes_every_image() -> None:
    recipe = read("2025.1")
    changed = recipe.model_copy(update={"kolla": "20.7.0"})
    assert {image.name for image in plan(recipe, SUITES).images} <= differing(
        plan(recipe, SUITES), plan(changed, SUITES)
    )


def test_lock_file_is_part_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = read("2025.1")
    before = plan(recipe, SUITES)
    monkeypatch.setattr(planning, "_lock", lambda _, name: name)
    assert {"layer openstack-venv", "layer toolbox-venv", "nova-api"} <= differing(
        before, plan(recipe, SUITES)
    )


def test_file_of_ours_is_part_of_the_key_of_the_images_that_take_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = plan(read("2025.1"), SUITES)
    own = Path(shutil.copytree(FILES, tmp_path / "files"))
    monkeypatch.setattr("images.plan.FILES", own)
    for name in ("clustercheck", "ovn-controller-datapath"):  # one by `files`, one by a line of `run`
        (own / name).write_text("another")
    assert differing(before, plan(read("2025.1"), SUITES)) == {
        "mariadb-clustercheck",
        "mariadb-server",
        "ovn-controller",
    }


def test_missing_lock_file_says_how_it_is_made() -> None:
    recipe = read("2025.1").model_copy(update={"release": "2031.1"})
    with pytest.raises(ImagesError, match=r"2031\.1\.toolbox-venv\.lock is missing: `make images-lock"):
        plan(recipe, SUITES)


def test_named_images_take_only_the_layers_that_they_need() -> None:
    whole = plan(read("2025.1"), SUITES)
    some = plan(read("2025.1"), SUITES, ["cron", "kolla-toolbox"])
    assert [layer.name for layer in some.layers] == ["base", "toolbox", "builder", "toolbox-venv"]
    assert {image.name for image in some.images} == {"cron", "kolla-toolbox"}
    assert keys(some).items() <= keys(whole).items()


def test_image_that_the_recipe_lacks_is_named() -> None:
    with pytest.raises(ImagesError, match=r"^proxysql: not among the images of 2025\.1: barbican-api, "):
        plan(read("2025.1"), SUITES, ["cron", "proxysql"])
