"""The frame of a stack file: which keys it may have around the `cloud:` ones."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any

from config.cloud import CloudConfig
from config.model.errors import Problem, dotted, printable
from config.model.shape import names_in
from config.stack_file.yaml_file import Document, read_yaml

FRAME = ("config", "encryptionsalt", "secretsprovider", "encryptedkey", "environment")
"""What Pulumi itself knows at the top of a stack file."""


def read_stack_file(path: Path) -> tuple[Document, dict[str, Any]]:
    """The document and its `cloud:` fields without the namespace; problems are the document's."""
    document = read_yaml(path)
    if document.value is None and document.problems:
        return document, {}
    top = document.value
    if not isinstance(top, dict) or not isinstance(top.get("config"), dict):
        reason, fix = "has no `config:` mapping", "start from Pulumi.prod.yaml"
        document.problems.append(Problem((), reason, fix, label=path.name))
        return document, {}
    for key in top:
        if key not in FRAME:
            _frame_problem(document, (key,), f"move it under `config:`, as `cloud:{key}`, or remove it")
    fields: dict[str, Any] = {}
    for key, value in top["config"].items():
        namespace, _, name = key.partition(":")
        if not name and namespace == "cloud":
            _frame_problem(document, ("config", key), "write a field behind the colon, or remove it")
        elif not name:
            _frame_problem(document, ("config", key), f"write `cloud:{key}`", "has no namespace")
        elif namespace == "cloud":
            fields[name] = value
        elif get_close_matches(namespace, ["cloud"], cutoff=0.7) and name in names_in(CloudConfig):
            _frame_problem(document, ("config", key), f"did you mean `{dotted((name,))}`?")
    _release(document)
    return document, fields


def _release(document: Document) -> None:
    """A release is no number: 2025.10 would pass for 2025.1."""
    loc = ("config", "cloud:releases", "openstack")
    if loc in document.spelt:
        text, read = document.spelt[loc], document.value["config"]["cloud:releases"]["openstack"]
        reason, fix = f"is read as the number {read}", f"write `{read}`, or the release that is meant"
        label = dotted(("releases", "openstack"))
        document.problems.append(Problem((), reason, fix, text, line=document.line(loc), label=label))


def _frame_problem(
    document: Document, loc: tuple[str, ...], fix: str, reason: str = "there is no such key"
) -> None:
    document.problems.append(
        Problem((), reason, fix, line=document.line(loc), label=printable(".".join(loc)))
    )
