"""From a stack file, a mapping or the running Pulumi program to one checked `CloudConfig`.

Nothing here contacts a host. Either everything is right, or `ConfigErrors` reports all that is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_origin

from config.checks import problems
from config.cloud import CloudConfig
from config.model.errors import ConfigErrors, Loc, Problem, dotted, rests_on
from config.model.shape import bare, is_model, secrets_in
from config.site.host_keys import with_host_keys
from config.stack_file.frame import read_stack_file
from config.stack_file.sealed import unseal
from config.stack_file.structure import parse
from config.stack_file.yaml_file import Document


@dataclass(frozen=True)
class _Source:
    """Where the fields came from, as far as the report says it."""

    where: str
    root: Path
    hidden: frozenset[Loc] = frozenset()
    """Places whose values are secrets, whatever the model says."""
    document: Document = field(default_factory=Document)
    is_file: bool = False


def load_stack_file(
    path: Path,
    secrets: Mapping[str, Any] | None = None,
    *,
    root: Path | None = None,
    require_host_keys: bool = True,
    without: tuple[str, ...] = (),
) -> CloudConfig:
    """Read `Pulumi.<stack>.yaml`.

    Args:
        path: the file.
        secrets: decrypted values by configuration key (`cloud:packages`), as `secrets_of` makes them from
            `pulumi config --show-secrets --json`. Without one, a `{secure: …}` stands as an opaque secret.
        root: folder that relative file names start from; none: the project's (the nearest one above the
            file that has a Pulumi.yaml), so that a copy of a stack file means the same files.
        require_host_keys: False for commands that log in nowhere (`make host-keys`, `make firewall`): host
            keys, private key files and Kolla's secrets may be missing then.
        without: sections with which nothing is done yet: files and secrets that they name may be missing.

    Raises:
        ConfigErrors: with everything that is wrong.
    """
    document, sealed = read_stack_file(path)
    if document.problems and not sealed:
        raise ConfigErrors(path.name, document.problems)  # unreadable: reports of missing keys would be noise
    raw, hidden = unseal(sealed, secrets or {})
    # `pulumi config set` and `pulumi stack init` rewrite the file, with every plain value at its top in quotes.
    raw = {name: _structured(name, value) for name, value in raw.items()}
    source = _Source(path.name, root or project_of(path), hidden, document, is_file=True)
    return _load(raw, source, require_host_keys, without)


def project_of(path: Path) -> Path:
    """The folder that relative file names of a stack file start from."""
    folders = path.absolute().parents
    return next((folder for folder in folders if (folder / "Pulumi.yaml").is_file()), folders[0])


def load_mapping(
    raw: Mapping[str, Any],
    where: str,
    root: Path,
    *,
    require_host_keys: bool = True,
) -> CloudConfig:
    """The same for fields in memory, camelCase without the namespace; `where` names them in the report."""
    return _load(raw, _Source(where, root), require_host_keys)


def load_pulumi(*, require_host_keys: bool = True, without: tuple[str, ...] = ()) -> CloudConfig:
    """The same for the configuration of the running Pulumi program: every key of the namespace `cloud`."""
    import pulumi  # noqa: PLC0415  # only the program has it running; ops and lab load files
    from pulumi.runtime import config as runtime  # noqa: PLC0415
    from pulumi.runtime.settings import get_root_directory  # noqa: PLC0415

    values = {**runtime.get_config_env(), **runtime.CONFIG.get()}
    ours = {key.removeprefix("cloud:"): value for key, value in values.items() if key.startswith("cloud:")}
    secret = {*runtime.get_config_secret_keys_env()} | {k for k in values if runtime.is_config_secret(k)}
    hidden = frozenset((name,) for name in ours if f"cloud:{name}" in secret)
    root = Path(get_root_directory() or "")
    if not (root / "Pulumi.yaml").is_file():  # a host that does not report it: the SDK invents a name then
        root = Path.cwd()
    raw = {name: _structured(name, value) for name, value in ours.items()}
    source = _Source(f"stack {pulumi.get_stack()}", root, hidden)
    return _load(raw, source, require_host_keys, without)


def secrets_of(shown: Mapping[str, Any]) -> dict[str, Any]:
    """What `pulumi config --show-secrets --json` printed, as `load_stack_file` takes it."""
    return {key: entry.get("objectValue", entry.get("value")) for key, entry in shown.items()}


def _structured(name: str, value: Any) -> Any:
    """Pulumi hands every value over as text, JSON text where the field has a structure or is a number."""
    found = next((f for f in CloudConfig.model_fields.values() if f.alias == name), None)
    kind = None if found is None else bare(found.annotation)
    if not isinstance(value, str) or not (is_model(kind) or kind is int or get_origin(kind) in (dict, tuple)):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _load(
    raw: Mapping[str, Any], source: _Source, require_host_keys: bool, without: tuple[str, ...] = ()
) -> CloudConfig:
    cloud, structural, broken = parse(raw, source.root)
    crossed = [
        problem
        for problem in problems(cloud)
        if not problem.absent or (require_host_keys and problem.loc[:1] not in {(name,) for name in without})
    ]
    crossed = [problem for problem in crossed if not any(rests_on(problem, loc) for loc in broken)]
    if source.is_file:
        crossed += [problem for problem in _in_clear(cloud, source.hidden) if problem.loc not in broken]
    found = [*source.document.problems, *(_located(p, source) for p in (*structural, *crossed))]
    if found:
        raise ConfigErrors(source.where, found)
    return with_host_keys(cloud)


def _in_clear(cloud: CloudConfig, hidden: frozenset[Loc]) -> Iterator[Problem]:
    """Secrets that anybody who has the stack file can read."""
    for loc in secrets_in(cloud):
        if not any(loc[: len(place)] == place for place in hidden):
            reason = "is a secret in plain text: anyone with the stack file, or its history, can read it"
            fix = f"change it where it is used, and run `pulumi config set --path --secret '{dotted(loc)}'`"
            yield Problem(loc, reason, fix)


def _located(problem: Problem, source: _Source) -> Problem:
    """The problem with its line, and without its value if that is a secret."""
    secret = any(problem.loc[: len(place)] == place for place in source.hidden)
    line = problem.line
    if problem.loc and line is None:
        section: Loc = ("config", f"cloud:{problem.loc[0]}")
        line = (
            source.document.line((*section, *problem.loc[1:])) if section in source.document.lines else None
        )
    return replace(problem, value=None if secret else problem.value, line=line)
