"""From a folder to a stack file's fields, the secrets next to it, and what could not be said. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.kolla.passwords import Passwords
from config.kolla.setting import settings
from config.kolla.variables import Variable, owners
from config.model.errors import Loc
from config.release_map import release
from config.stack_file.structure import parse
from ops.adopt.accepted import accepted
from ops.adopt.facts import Facts, addressed
from ops.adopt.folder import Folder
from ops.adopt.groups import misplaced
from ops.adopt.of_hosts import of_every_host, of_some_hosts
from ops.adopt.passwords import separated
from ops.adopt.remark import Remark, shown
from ops.adopt.search import Search, applied, current
from ops.adopt.secret_files import is_kept, secret_files
from ops.adopt.site import assumed, cabled, called_otherwise, joined, site
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


@dataclass(frozen=True)
class Adoption:
    """What there is to write, and what the operator has to know."""

    fields: Fields
    passwords: Passwords = field(repr=False)
    files: dict[str, str] = field(repr=False)
    """Texts of certificates and keys by their name in the stack's folder."""
    unsaid: tuple[Remark, ...]
    """What the stack file does not say as the folder does."""
    assumed: tuple[Remark, ...]
    """What the folder does not say, and the stack file has to."""
    by_hand: tuple[Remark, ...]
    """Secrets that have to be added to the stack file by hand."""


def adopt(name: str, folder: Folder, given: Mapping[str, Any], facts: Facts, root: Path) -> Adoption:
    """The adoption of a folder as a stack.

    Args:
        name: the stack.
        folder: what was read.
        given: fields of the stack file that the operator gives: what the folder cannot say.
        facts: what the hosts said of themselves, by name.
        root: the folder that relative file names start from.

    Raises:
        AdoptError: the folder or the given fields cannot be used.
    """
    shared = {name: value for name, value in of_every_host(folder).items() if name not in folder.passwords}
    shared, secrets = separated(shared, release(folder.series).passwords, folder.passwords)
    options = {**shared, **folder.globals}
    search = Search(folder.series, options, root)
    said = {section: value for section, value in given.items() if section != "ceph"}
    drawn = joined(site(name, folder, search.want), said)
    fields: Fields = cabled(joined(joined(drawn, addressed(drawn, facts)), said), search.want)
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
    rows = [
        row for row in search.differing(fields).values() if row.name not in _PLACES and not _idle(row, fields)
    ]
    unsaid = [_unsaid(row, folder, search) for row in rows]
    fields["kolla"]["globals"] = _free(fields, options, root)
    cloud, _, _ = parse(fields, root)
    own = list(settings(cloud))
    fields["kolla"]["hostVars"], beaten = of_some_hosts(folder, options, cloud)
    plain = {p: file for p, file in folder.files.items() if not is_kept(p) and not (ceph and is_ceph(p))}
    fields["kolla"]["overrides"], refused = override_texts(plain, folder.passwords, own)
    fields, left_out = accepted(fields, folder, root)
    cloud, _, _ = parse(fields, root)
    unsaid += [*called_otherwise(folder.inventory), *misplaced(cloud, folder.inventory)]
    unsaid += [*beaten, *refused, *added(folder.files, own), *left_out]
    by_hand = keys(name, ceph, folder.files) if ceph and ceph.get("mode") == "external" else ()
    fields["kolla"] = {key: value for key, value in fields["kolla"].items() if value != {}}
    return Adoption(
        fields,
        {**secrets, **folder.passwords},
        texts,
        tuple(dict.fromkeys(unsaid)),
        tuple(assumed(given, fields["domain"])),
        tuple(by_hand),
    )


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


def _idle(row: Variable, fields: Fields) -> bool:
    """Whether a row is about a service that is off, so that nobody reads the option."""
    part: Loc = tuple(row.field.split(".")[:2])
    return not row.field.endswith(".enabled") and current(fields, (*part, "enabled")) is False


def _unsaid(row: Variable, folder: Folder, search: Search) -> Remark:
    where = f"{folder.places.get(row.name, 'the release')}: {row.name}"
    becomes = "the release's default" if row.value is None else f"`{shown(row.value)}`"
    why = f"becomes {becomes}: `cloud:{row.field}` decides it"
    do = f"see what `cloud:{row.field}` can be in docs/config.md, or expect `up` to change it"
    return Remark(where, shown(search.want.of(row.name)) or "empty", why, do)
