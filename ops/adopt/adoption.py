"""From a folder to a stack file's fields, the secrets beside it, and what could not be said. Nothing is written."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.kolla.passwords import Passwords
from config.kolla.setting import settings
from config.kolla.variables import Variable, owners
from config.load import load_mapping
from config.model.errors import ConfigErrors, Loc, Problem, rests_on
from config.stack_file.structure import parse
from ops.adopt.folder import Folder
from ops.adopt.groups import misplaced
from ops.adopt.of_hosts import of_every_host, of_some_hosts
from ops.adopt.remark import Remark, shown
from ops.adopt.search import Search, applied, current
from ops.adopt.secret_files import is_kept, secret_files
from ops.adopt.site import called_otherwise, joined, site
from ops.adopt.storage import is_ceph, keys, storage
from ops.adopt.texts import added, override_texts
from ops.new.draft import Fields, home

_PLACES = (
    "CONFIG_DIR",
    "node_config",
    "node_custom_config",
    "kolla_certificates_dir",
    "kolla_external_fqdn_cert",
    "kolla_internal_fqdn_cert",
    "kolla_admin_openrc_cacert",
)
"""Options that say where the folder's own files lie: the product puts the same files where it reads them."""
_SECTIONS = {"globals": 3, "overrides": 3, "hostVars": 4}
"""Sections below `kolla` of which single entries may be left out, with the length of an entry's place."""
_KEYS: Loc = ("ceph", "external", "keys")


@dataclass(frozen=True)
class Adoption:
    """What there is to write, and what the operator has to know."""

    fields: Fields
    passwords: Passwords = field(repr=False)
    files: dict[str, str] = field(repr=False)
    """Texts of certificates and keys by their name in the stack's folder."""
    unsaid: tuple[Remark, ...]
    """What the stack file does not say as the folder does."""
    to_do: tuple[Remark, ...]
    """What has to be added to the stack file by hand."""


def adopt(name: str, folder: Folder, given: Mapping[str, Any], root: Path) -> Adoption:
    """The adoption of a folder as a stack.

    Args:
        name: the stack.
        folder: what was read.
        given: fields of the stack file that the operator gives: what the folder cannot say.
        root: the folder that relative file names start from.

    Raises:
        AdoptError: the folder or the given fields cannot be used.
    """
    options = {**of_every_host(folder), **folder.globals}
    search = Search(folder.series, options, root)
    fields: Fields = {
        **site(name, folder, search.want, {key: value for key, value in given.items() if key != "ceph"})
    }
    ceph = given.get("ceph") or storage(search.want, folder.files)
    if ceph:
        fields["ceph"] = ceph
    named, texts = secret_files(
        name, folder.files, with_ca=search.want.of("kolla_copy_ca_into_containers") == "True"
    )
    fields["kolla"] = joined({"passwords": {"file": f"{home(name)}/passwords.yml"}}, fields.pop("kolla", {}))
    fields = applied(fields, named)
    fields = applied(fields, _dimensions(folder.series, options))
    fields = search.settle(fields)
    rows = [row for row in search.differing(fields).values() if row.name not in _PLACES]
    unsaid = [_unsaid(row, folder, search) for row in rows]
    fields["kolla"]["globals"] = _free(fields, options, root)
    cloud, _, _ = parse(fields, root)
    own = list(settings(cloud))
    fields["kolla"]["hostVars"], beaten = of_some_hosts(folder, options, cloud)
    plain = {p: file for p, file in folder.files.items() if not is_kept(p) and not (ceph and is_ceph(p))}
    fields["kolla"]["overrides"], refused = override_texts(plain, folder.passwords, own)
    fields, left_out, to_do = _accepted(fields, folder, root)
    cloud, _, _ = parse(fields, root)
    unsaid += [*called_otherwise(folder.inventory), *misplaced(cloud, folder.inventory)]
    unsaid += [*beaten, *refused, *added(folder.files, own), *left_out]
    if ceph and ceph.get("mode") == "external":
        to_do = [*to_do, *keys(name, ceph, folder.files)]
    fields["kolla"] = {key: value for key, value in fields["kolla"].items() if value != {}}
    return Adoption(fields, folder.passwords, texts, tuple(dict.fromkeys(unsaid)), tuple(to_do))


def _dimensions(series: str, options: Mapping[str, Any]) -> dict[Loc, Any]:
    """Limits of containers, by the container's name."""
    every = "default_container_dimensions_docker" if series >= "2025.1" else "default_container_dimensions"
    end = "_dimensions"
    found = {
        "default" if name == every else name.removesuffix(end): value
        for name, value in options.items()
        if isinstance(value, dict)
        and (name == every or (name.endswith(end) and not name.startswith("default_")))
    }
    return {("kolla", "dimensions"): found} if found else {}


def _free(fields: Fields, options: Mapping[str, Any], root: Path) -> dict[str, Any]:
    """The options that no field owns."""
    owned = {*owners(parse(fields, root)[0]), *_PLACES}
    return {name: value for name, value in options.items() if name not in owned and value is not None}


def _unsaid(row: Variable, folder: Folder, search: Search) -> Remark:
    where = f"{folder.places.get(row.name, 'the release')}: {row.name}"
    becomes = "the release's default" if row.value is None else f"`{shown(row.value)}`"
    why = f"becomes {becomes}: `cloud:{row.field}` decides it"
    do = f"see what `cloud:{row.field}` can be in docs/config.md, or expect `up` to change it"
    return Remark(where, shown(search.want.of(row.name)) or "empty", why, do)


def _accepted(fields: Fields, folder: Folder, root: Path) -> tuple[Fields, list[Remark], list[Remark]]:
    """The fields without the entries that the configuration's own checks refuse, those entries, and what is left."""
    fields = copy.deepcopy(fields)
    left_out: list[Remark] = []
    while True:
        problems = _primary(
            problem for problem in _problems(fields, root) if problem.loc[: len(_KEYS)] != _KEYS
        )
        entries = {entry: problem for problem in problems if (entry := _entry(fields, problem.loc))}
        if not entries:
            return fields, left_out, [_by_hand(problem) for problem in problems]
        for entry, problem in entries.items():
            fields = applied(fields, {entry: None})
            left_out.append(_refused(entry, problem, folder))


def _primary(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that do not come of an address or a subnet that is missing only."""
    found = list(problems)
    lacking = [one.loc for one in found if one.value is None and one.loc[0] in ("hosts", "networks")]
    return [one for one in found if one.loc in lacking or not any(rests_on(one, loc) for loc in lacking)]


def _problems(fields: Fields, root: Path) -> Iterator[Problem]:
    try:
        load_mapping(fields, "the stack file", root, require_host_keys=False)
    except ConfigErrors as errors:
        yield from errors.problems


def _entry(fields: Fields, loc: Loc) -> Loc | None:
    length = _SECTIONS.get(str(loc[1]), 0) if len(loc) > 2 and loc[0] == "kolla" else 0
    if not length:
        return None
    entry = loc[:length]
    return entry if current(fields, entry) is not None else None


def _refused(entry: Loc, problem: Problem, folder: Folder) -> Remark:
    match entry[1:]:
        case ("globals", name):
            where = f"{folder.places.get(str(name), 'inventory')}: {name}"
        case ("overrides", path):
            where = f"config/{path}"
        case _:
            where = f"inventory: {': '.join(map(str, entry[2:]))}"
    return Remark(where, problem.value or "", problem.reason, problem.fix)


def _by_hand(problem: Problem) -> Remark:
    return Remark(problem.path, problem.value or "", problem.reason, problem.fix)
