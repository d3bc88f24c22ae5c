"""`kolla.globals`, `kolla.hostVars` and `kolla.dimensions`: options that the release has, each set in one place."""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterator, Mapping
from functools import cache
from typing import Any

from config.cloud import CloudConfig
from config.kolla import KollaSettings
from config.kolla.bootstrap_options import bootstrap_options
from config.kolla.by_host import may_differ
from config.kolla.foundations import overruled
from config.kolla.texts import texts
from config.kolla.variables import owners
from config.model.errors import Loc, Problem, dotted
from config.model.secrets import names_secret, secret_of
from config.model.shape import places
from config.release_map import release
from config.release_map.data_file import option_rows
from config.release_map.options import OptionProblem, problems
from config.release_map.removed import removal
from config.stack_file.structure import show

_JINJA = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_]\w*")
_SAME = {
    "kolla_internal_address": "networks.management.vip",
    "openstack_previous_release_name": "releases.openstack",
}


def options_by_name(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    """Names and types as the release knows them; nothing twice; no secret in clear."""
    owned = {**_SAME, **owners(cloud)}
    free = yield from _free(("kolla", "globals"), kolla.globals, owned)
    helpers = _helpers(kolla)
    yield from _known(cloud, ("kolla", "globals"), free, owned, helpers)
    for host, values in kolla.host_vars.items():
        here: Loc = ("kolla", "hostVars", host)
        if host not in cloud.hosts:
            yield Problem(
                here,
                "there is no such host",
                f"name one of: {', '.join(cloud.hosts)}",
                needs=(("hosts", host),),
            )
        fixed = {name: field for name, field in owned.items() if not may_differ(name)}
        own = yield from _free(here, values, fixed)
        yield from _known(cloud, here, own, fixed)
    for name in kolla.dimensions:
        if name != "default":
            yield from _dimension(cloud, name)


def _free(
    loc: Loc, values: Mapping[str, Any], owned: Mapping[str, str]
) -> Generator[Problem, None, dict[str, Any]]:
    """Tells of the options that have a field or that the product depends on; returns the others."""
    free = {}
    for name, value in values.items():
        reason = overruled(name, value)
        if reason:
            yield Problem((*loc, name), f"cannot be set: {reason}", "remove it", show(value))
        elif name in bootstrap_options():
            field = bootstrap_options()[name]
            reason = "has no effect: only `bootstrap-servers` reads it, whose work HostPrep does"
            yield Problem(
                (*loc, name), reason, f"set `cloud:{field}` instead" if field else "remove it", show(value)
            )
        elif name not in owned:
            free[name] = value
        else:
            field = f"cloud:{owned[name]}"
            yield Problem(
                (*loc, name), f"`{field}` sets this option", "set it there, and remove it here", show(value)
            )
    return free


def _helpers(kolla: KollaSettings) -> set[str]:
    """The site's own variables: names in `globals` that its other values or its texts refer to."""
    found = [*texts([kolla.globals, kolla.host_vars])]
    found += [override.content for override in kolla.overrides.values() if override.content]
    jinja = [part for text in found for part in _JINJA.findall(text)]
    return {name for part in jinja for name in _WORD.findall(part)} & set(kolla.globals)


def _known(
    cloud: CloudConfig,
    loc: Loc,
    values: Mapping[str, Any],
    owned: Mapping[str, str],
    helpers: Collection[str] = (),
) -> Iterator[Problem]:
    series = cloud.releases.openstack
    names = set(release(series).passwords)
    plain = {}
    for name, value in values.items():
        secret = next(secrets_below((*loc, name), value, secret=name in names), None)
        if secret is None:
            plain[name] = value
            continue
        where = "" if secret == (*loc, name) else f"{dotted(secret)} "
        reason = f"{where}looks like a secret, and these options are shown in previews"
        fix = "remove it; `make kolla-passwords` makes it" if name in names else _ELSEWHERE
        yield Problem((*loc, name), reason, fix)
    needs: tuple[Loc, ...] = (("releases", "openstack"),)
    own = {name for name in helpers if name not in option_rows(series)}
    plain_ones = {name: value for name, value in plain.items() if name not in own}
    for found in problems(series, plain_ones, dotted(loc)):
        fix = _accepted(series, found, owned)
        yield Problem((*loc, found.name), found.reason, fix, show(plain[found.name]), needs=needs)


def _accepted(series: str, found: OptionProblem, owned: Mapping[str, str]) -> str:
    """The fix, naming only what would be accepted: a field instead of the option that it owns, nothing fixed."""
    named = re.findall(r"`(\w+)`", found.fix)
    for name in named:
        if why := overruled(name, found.value):
            return f"remove it; `{name}` cannot be set either: {why}"
    known = found.name in option_rows(series) or removal(series, found.name) is not None
    if not known and (field := _spelt_as_option().get(found.name)):
        return f"set `cloud:{field}`, and remove it here"
    return re.sub(
        r"`(\w+)`", lambda name: f"`cloud:{owned[name[1]]}`" if name[1] in owned else name[0], found.fix
    )


@cache
def _spelt_as_option() -> dict[str, str]:
    """The fields below `kolla` by what they would be called as options: `magnum_kubeconfig`."""
    plain = ((".".join(map(str, loc)), loc) for loc, _ in places(KollaSettings) if "*" not in loc)
    return {
        re.sub(r"(?<=[a-z])(?=[A-Z])", "_", path).replace(".", "_").lower(): f"kolla.{path}"
        for path, loc in plain
        if len(loc) > 1
    }


_ELSEWHERE = (
    "put the value into the passwords (`cloud:kolla.passwords`) under its own name, "
    "and write `{{ NAME }}` here"
)


def secrets_below(loc: Loc, value: Any, *, secret: bool) -> Iterator[Loc]:
    """Places below a value that hold a secret in clear; a reference (`{{ … }}`) is none."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from secrets_below((*loc, str(key)), item, secret=secret)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from secrets_below((*loc, at), item, secret=secret)
    elif isinstance(value, str) and value.strip() and not (secret and value.strip().startswith("{{")):
        key = next((step for step in reversed(loc) if isinstance(step, str)), "")
        if secret or names_secret(key, value) or secret_of(value):
            yield loc


def _dimension(cloud: CloudConfig, name: str) -> Iterator[Problem]:
    option = f"{name}_dimensions"
    for found in problems(cloud.releases.openstack, {option: {}}, "cloud:kolla.dimensions"):
        fix = found.fix.replace("_dimensions", "")
        yield Problem(
            ("kolla", "dimensions", name), f"there is no container of this name ({found.reason})", fix
        )
