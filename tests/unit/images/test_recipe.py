"""Recipes: what is wrong in one is said in a line with its place; each service of the lab has an image, or a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from config.kolla.catalogue import SERVICES, services
from config.kolla.values import values
from config.load import load_stack_file
from config.release_map.inventory import services as containers
from images import __main__ as cli
from images.errors import ImagesError
from images.recipe import DATA, parse, read, recipes
from lab.stack_file import assembled, sections

ROOT = Path(__file__).resolve().parents[3]
BAD = yaml.safe_load(Path(__file__).with_name("bad_recipes.yaml").read_text())


def _changed(changes: dict[str, Any]) -> str:
    document = yaml.safe_load((DATA / "2025.1.yaml").read_text())
    for path, value in changes.items():
        *above, last = path.split(".")
        place = document
        for step in above:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return yaml.safe_dump(document, sort_keys=False)


@pytest.mark.parametrize("case", BAD, ids=[next(iter(case["set"])) for case in BAD])
def test_fault_is_named_with_its_place(case: dict[str, Any]) -> None:
    with pytest.raises(ImagesError) as error:
        parse("2025.1", _changed(case["set"]))
    assert str(error.value).startswith(case["says"])
    assert "\n" not in str(error.value)


def test_what_is_no_yaml_is_said_with_its_line() -> None:
    with pytest.raises(ImagesError, match=r"^data/2025\.1\.yaml:2: is not valid YAML"):
        parse("2025.1", "kolla: 1\n\tcodename: x\n")


@pytest.mark.parametrize(
    ("release", "why"), [("2031.1", "no such release"), ("2024.1", "no image recipe yet")]
)
def test_other_release_is_one_line(release: str, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--release", release]) == 1
    said = capsys.readouterr().err
    assert said == f"images: RELEASE={release}: {why}; there are {', '.join(recipes())}\n"


@pytest.mark.parametrize("release", recipes())
def test_each_service_of_the_labs_roles_has_an_image_or_a_reason_why_not(
    release: str, tmp_path: Path
) -> None:
    recipe = read(release)
    stack = tmp_path / "Pulumi.lab.yaml"
    added = sections("cloud-observed", release)
    stack.write_text(assembled((ROOT / "Pulumi.lab.yaml").read_text(), added, f'"{release}"'))
    cloud = load_stack_file(stack, require_host_keys=False)
    assert cloud.releases.openstack == release
    running = services(cloud)
    roles = {
        role for service in SERVICES if service.name in running for role in service.roles or (service.name,)
    }
    reasons = [name for names in recipe.without.values() for name in names]
    of_lab = {name for name, container in containers(release).items() if container.role in roles}
    accounted = recipe.served | set(reasons)
    assert of_lab - accounted == set(), "neither an image nor a line in `without`"
    assert accounted - set(containers(release)) == set(), "the release has no such service"
    assert recipe.served & set(reasons) == set()
    # The exporters have switches of their own, which the profile has to throw.
    options = values(cloud)
    switches = {
        f"enable_{name.replace('-', '_')}": name in recipe.served for name in of_lab if "exporter" in name
    }
    assert {name: options.on(name) for name in switches} == switches
