"""The JSON Schema of stack files, for editors: completion, explanations and mistakes while typing.

`python -m config.schema` writes `schema/pulumi-stack.schema.json` and the table in `docs/config.md`;
with `--check` it fails if one of them is not what the models say.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from config.cloud import CloudConfig
from config.reference import with_table
from config.stack_file.frame import FRAME

_ROOT = Path(__file__).resolve().parent.parent
_SECURE = {
    "type": "object",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
    "description": "Encrypted by `pulumi config set --path --secret`.",
}


def stack_schema() -> dict[str, Any]:
    """The schema of a whole stack file."""
    cloud = _for_editors(CloudConfig.model_json_schema(by_alias=True))
    definitions = cloud.pop("$defs")
    fields = {f"cloud:{name}": schema for name, schema in cloud["properties"].items()}
    config = {
        "type": "object",
        "properties": fields,
        "patternProperties": {r"^(?!cloud:)[A-Za-z0-9_-]+:": {}},
        "required": [f"cloud:{name}" for name in cloud["required"]],
        "additionalProperties": False,
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Stack file of an OpenStack cloud",
        "type": "object",
        "properties": {"config": config, **{name: {} for name in FRAME if name != "config"}},
        "required": ["config"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _for_editors(node: Any) -> Any:
    """The models' schema, with what the loader accepts beyond it and without what editors show as noise."""
    if isinstance(node, list):
        return [_for_editors(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("format") == "password":
        return {"anyOf": [{"type": "string"}, _SECURE], "description": node.get("description", "A secret.")}
    if isinstance(node.get("enum"), list):
        node = {**node, "enum": [*node["enum"], *(float(item) for item in node["enum"] if _is_release(item))]}
        node.pop("type", None)
    # A title that only repeats the key is noise; a field that is called `title` is a schema, not a text.
    kept = {key: value for key, value in node.items() if not (key == "title" and isinstance(value, str))}
    if "description" in kept and isinstance(kept["description"], str):
        kept["description"] = " ".join(kept["description"].split())
    return {key: _for_editors(value) for key, value in kept.items()}


def _is_release(item: object) -> bool:
    return isinstance(item, str) and item.replace(".", "", 1).isdigit()


def main(arguments: list[str] | None = None) -> int:
    """Write or check the generated files; exit code 1 if one is stale."""
    parser = argparse.ArgumentParser(prog="python -m config.schema", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if a file is stale")
    check: bool = parser.parse_args(arguments).check
    docs = _ROOT / "docs" / "config.md"
    wanted = {
        _ROOT / "schema" / "pulumi-stack.schema.json": json.dumps(stack_schema(), indent=2) + "\n",
        docs: with_table(docs.read_text(encoding="utf-8")),
    }
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        name = path.relative_to(_ROOT)
        if check:
            sys.stderr.write(f"{name} is not what config/ says: run `python -m config.schema`\n")
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
            sys.stdout.write(f"wrote {name}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
