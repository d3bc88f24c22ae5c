"""What Fluent Bit is documented to push for a line, by the product's own configuration.

Fluent Bit is not to be had where this is built. This reads the configuration as its manual says; it proves that
a store understands what the configuration asks for, not that Fluent Bit does it.
"""

from __future__ import annotations

import fnmatch
import gzip
import json
import re
import ssl
import time
from pathlib import Path
from typing import Any

import httpx
import yaml

from components.observability.fluent_bit import PASSWORD, fluent_bit_yaml
from config.observability.logs import Logs

Record = dict[str, str]


def push(logs: Logs, host: str, file: str, line: str, *, password: str, ca: Path) -> httpx.Response:
    """One line of a file of a host, sent to the store; what the store answers."""
    document = yaml.safe_load(fluent_bit_yaml(logs, host))
    (output,) = document["pipeline"]["outputs"]
    body = json.dumps(_body(output, _read(document, file, line))).encode()
    return httpx.post(
        f"https://{output['host']}:{output['port']}{output['uri']}",
        content=gzip.compress(body),
        headers={"Content-Type": "application/json", "Content-Encoding": output["compress"]},
        auth=(output["http_user"], output["http_passwd"].replace(f"${{{PASSWORD}}}", password)),
        verify=ssl.create_default_context(cafile=str(ca)),
        timeout=10,
    )


def _read(document: dict[str, Any], file: str, line: str) -> Record:
    """The record once all filters have seen it."""
    (tag,) = {
        one["tag"].replace("*", file.strip("/").replace("/", "."))
        for one in document["pipeline"]["inputs"]
        if _reads(one, file)
    }
    patterns = {one["name"]: one["regex"] for one in document["parsers"]}
    record: Record = {"log": line, "file": file}
    for one in document["pipeline"]["filters"]:
        if not fnmatch.fnmatchcase(tag, one["match"]):
            continue
        if one["name"] == "parser":
            _parse(record, one, patterns[one["parser"]])
        elif "add" in one:
            key, value = one["add"].split(" ")
            record.setdefault(key, value)
    return record


def _reads(one: dict[str, Any], file: str) -> bool:
    def among(paths: str) -> bool:
        return any(fnmatch.fnmatchcase(file, path) for path in paths.split(",") if path)

    return among(one.get("path", "")) and not among(one.get("exclude_path", ""))


def _parse(record: Record, one: dict[str, Any], pattern: str) -> None:
    # Ruby's patterns name groups otherwise than Python's.
    key = one["key_name"]
    found = re.match(pattern.replace("(?<", "(?P<"), record.get(key, ""))
    if found is None:
        return
    if one.get("preserve_key") != "true":
        del record[key]
    record.update({name: value for name, value in found.groupdict("").items() if value and name != "time"})


def _body(output: dict[str, Any], record: Record) -> dict[str, Any]:
    labels, metadata = (_of(output[name], record) for name in ("labels", "structured_metadata"))
    removed = output["remove_keys"].split(", ")
    line = json.dumps({key: value for key, value in record.items() if key not in removed})
    return {"streams": [{"stream": labels, "values": [[str(time.time_ns()), line, metadata]]}]}


def _of(pairs: str, record: Record) -> Record:
    """`host=ctl01, job=$job`, with the record's values; without those that it has not."""
    named = (pair.split("=") for pair in pairs.split(", "))
    values = {key: record.get(value[1:], "") if value.startswith("$") else value for key, value in named}
    return {key: value for key, value in values.items() if value}
