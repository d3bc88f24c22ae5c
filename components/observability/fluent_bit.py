"""Fluent Bit's configuration: which logs a host sends, how they are read, what an outage of the store costs. Pure.

No line is lost while the store is away: what was read is on disk and is tried again without end; when that is full,
reading pauses, and lines wait in the files and the journal. There is no `storage.total_limit_size`: it would throw
the oldest lines away.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import yaml

from config.observability.logs import Logs

FOLDER = "/etc/fluent-bit"
CA = f"{FOLDER}/cloud-ca.pem"
STATE = "/var/lib/fluent-bit"
"""The buffer, and how far each file was read."""
PASSWORD = "LOG_STORE_PASSWORD"  # noqa: S105  # the variable that has it
_KOLLA = "/var/lib/docker/volumes/kolla_logs/_data"
"""What is /var/log/kolla in Kolla's containers."""
_ONE_LINE = ("*-access.log", "*_access.log", "*-error.log", "*_error.log", "*-uwsgi.log", "dnsmasq.log")
"""Files whose lines begin with no date that the rule below knows."""
_CHUNK = 2
"""MiB of one of Fluent Bit's chunks."""
_LONGEST_WAIT = 30
"""Seconds before what the store did not take is sent again. Fluent Bit's own limit is half an hour: lines of an outage would
come so long after newer ones, and Loki refuses what is an hour older than the newest of its stream."""
LABELS = ("job", "service")
"""With the host all that a stream is told by: a store has one stream for each set of values."""
METADATA = ("level", "module", "request_id", "file")
"""What a line can be found by besides; no streams come of it."""

DATE = r"^\d{4}-\d{2}-\d{2}[ T]+\d{1,2}:\d{2}:\d{2}"
"""How the first line of a message begins; what follows without, such as a traceback, belongs to it."""
_OPENSTACK = (
    r"^(?<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}) (?<pid>\d+) (?<level>[A-Z]+) (?<module>\S+) "
    r"(?:\[(?:None |req-\S+ )?(?:(?<request_id>req-\S+)|None|-)(?<context>[^\]]*)\] )?(?<message>[\s\S]*)$"
)
_RABBITMQ = (
    r"^(?<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d+[+-]\d{2}:\d{2}) \[(?<level>\w+)\] "
    r"(?<module><[^>]+>) (?<message>[\s\S]*)$"
)
_MARIADB = (
    r"^(?<time>\d{4}-\d{2}-\d{2} +\d{1,2}:\d{2}:\d{2}) (?<pid>\d+) \[(?<level>\w+)\] (?<message>[\s\S]*)$"
)
PARSERS: dict[str, tuple[str, str | None]] = {
    "kolla-file": (rf"^{_KOLLA}/(?<service>[^/]+)/", None),
    "openstack": (_OPENSTACK, "%Y-%m-%d %H:%M:%S.%L"),
    "rabbitmq": (_RABBITMQ, "%Y-%m-%d %H:%M:%S.%L%z"),
    "mariadb": (_MARIADB, "%Y-%m-%d %H:%M:%S"),
}
"""How lines are read: the pattern and the form of its time. A line that none fits is sent whole."""
_OF = {"openstack": "kolla.*", "rabbitmq": "kolla.*.rabbitmq.*", "mariadb": "kolla.*.mariadb.*"}
"""Which lines are tried, by parser."""


def fluent_bit_yaml(logs: Logs, host: str) -> str:
    """A host's configuration; the password is a variable of its environment."""
    document = {
        "service": _service(logs),
        "parsers": [_parser(name, pattern, form) for name, (pattern, form) in PARSERS.items()],
        "multiline_parsers": [_message()],
        "pipeline": {"inputs": _inputs(), "filters": _filters(), "outputs": [_output(logs, host)]},
    }
    return yaml.safe_dump(document, sort_keys=False, width=1000)


def _service(logs: Logs) -> dict[str, Any]:
    return {
        "flush": 1,
        "log_level": "info",
        "scheduler.cap": _LONGEST_WAIT,
        "http_server": "on",
        "http_listen": "127.0.0.1",
        "http_port": 2020,
        "storage.path": f"{STATE}/buffer",
        "storage.sync": "full",
        "storage.checksum": "on",
        "storage.max_chunks_up": logs.buffer // _CHUNK,
        "storage.metrics": "on",
    }


def _parser(name: str, pattern: str, form: str | None) -> dict[str, Any]:
    # Times without a zone are the host's own.
    time = {"time_key": "time", "time_format": form, "time_system_timezone": "true"} if form else {}
    return {"name": name, "format": "regex", "regex": pattern, **time}


def _message() -> dict[str, Any]:
    return {
        "name": "dated",
        "type": "regex",
        "flush_timeout": 2000,
        "rules": [
            {"state": "start_state", "regex": f"/{DATE}/", "next_state": "cont"},
            {"state": "cont", "regex": f"/^(?!{DATE[1:]})/", "next_state": "cont"},
        ],
    }


def _inputs() -> list[dict[str, Any]]:
    kept = {"storage.type": "filesystem", "storage.pause_on_chunks_overlimit": "on"}
    tail = {
        "name": "tail",
        "path_key": "file",
        "read_from_head": "true",
        "refresh_interval": 10,
        "buffer_max_size": "4M",
        "skip_long_lines": "on",
        **kept,
    }
    messages = {
        "tag": "kolla.*",
        "path": f"{_KOLLA}/*/*.log",
        "exclude_path": ",".join(f"{_KOLLA}/*/{name}" for name in _ONE_LINE),
        "db": f"{STATE}/messages.db",
        "multiline.parser": "dated",
    }
    lines = {
        "tag": "lines.*",
        "path": ",".join(f"{_KOLLA}/*/{name}" for name in _ONE_LINE),
        "db": f"{STATE}/lines.db",
    }
    journal = {
        "name": "systemd",
        "tag": "journal",
        "db": f"{STATE}/journal.db",
        "lowercase": "on",
        "strip_underscores": "on",
        **kept,
    }
    return [{**tail, **messages}, {**tail, **lines}, journal]


def _filters() -> list[dict[str, Any]]:
    files = [
        {"name": "parser", "match": match, "key_name": "file", "parser": "kolla-file"}
        | {"preserve_key": "true", "reserve_data": "true"}
        for match in ("kolla.*", "lines.*")
    ]
    read = [
        {"name": "parser", "match": match, "key_name": "log", "parser": name, "reserve_data": "true"}
        for name, match in _OF.items()
    ]
    jobs = [
        {"name": "modify", "match": match, "add": f"job {job}"}
        for match, job in (("kolla.*", "kolla"), ("lines.*", "kolla"), ("journal", "journal"))
    ]
    return [*files, *read, *jobs, {"name": "modify", "match": "journal", "copy": "syslog_identifier service"}]


def _output(logs: Logs, host: str) -> dict[str, Any]:
    url = urlsplit(logs.url)
    login = {"http_user": logs.user, "http_passwd": f"${{{PASSWORD}}}"}
    return {
        "name": "loki",
        "match": "*",
        "host": url.hostname,
        "port": url.port or 443,
        "uri": f"{url.path}?{url.query}" if url.query else url.path,
        "tls": "on",
        "tls.verify": "on",
        **({"tls.ca_file": CA} if logs.ca else {}),
        **(login if logs.user else {}),
        **({"tenant_id": logs.tenant} if logs.tenant else {}),
        "labels": ", ".join((f"host={host}", *(f"{key}=${key}" for key in LABELS))),
        "structured_metadata": ", ".join(f"{key}=${key}" for key in METADATA),
        "remove_keys": ", ".join((*LABELS, *METADATA)),
        "line_format": "json",
        "compress": "gzip",
        "retry_limit": "no_limits",
    }
