"""A line survives an outage of its store: a real VictoriaLogs with TLS and a login, and a real agent, on 127.0.0.1.

The agent is vlagent, for Fluent Bit is not to be had where this is built; what its buffer is told: test_fluent_bit.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from config.observability.logs import Logs
from tests.log_store.agent import Agent
from tests.log_store.programs import Programs, programs
from tests.log_store.pushed import push
from tests.log_store.store import PASSWORD, PATH, USER, Store
from tests.loopback.vaults import make_certificate

HOST = "ctl01"
KOLLA = "/var/lib/docker/volumes/kolla_logs/_data"
ID = "req-5b0f3c6e-0000-4000-8000-000000000001"
DAY = f"{datetime.now().astimezone():%Y-%m-%d}"
LINES = {
    "nova/nova-api.log": f"{DAY} 09:00:00.123 7 ERROR nova.compute.manager [None {ID} admin - -] Down",
    "rabbitmq/rabbit@ctl01.log": f"{DAY} 09:00:00.123456+00:00 [warning] <0.1.0> Low on memory",
    "mariadb/mariadb.log": f"{DAY}  9:00:00 12 [Note] WSREP: Synchronized",
}
"""One in each form that the product's patterns know."""


@pytest.fixture(scope="session")
def built() -> Programs:
    return programs()


@pytest.fixture
def store(built: Programs, tmp_path: Path) -> Iterator[Store]:
    """A store that runs."""
    (tmp_path / "store").mkdir()
    one = Store(built.store, tmp_path / "store")
    try:
        one.start()
        yield one
    finally:
        one.kill()


@pytest.fixture
def agent(built: Programs, tmp_path: Path) -> Iterator[Agent]:
    """An agent that does not run yet, on a host with logs."""
    logs = tmp_path / "logs"
    for name in LINES:
        (logs / name).parent.mkdir(parents=True)
        (logs / name).touch()
    one = Agent(built.agent, tmp_path / "agent", logs)
    try:
        yield one
    finally:
        one.stop()


def write(agent: Agent, word: str) -> list[str]:
    """Ten lines of each service, which all have a word."""
    written = []
    for name, line in LINES.items():
        lines = [f"{line} {word} {number}" for number in range(10)]
        with (agent.logs / name).open("a") as file:
            file.writelines(f"{one}\n" for one in lines)
        written += lines
    return sorted(written)


def logs_at(store: Store) -> Logs:
    """The section of a stack file that names the store."""
    login = {"user": USER, "password": {"secret": PASSWORD}, "ca": str(store.ca)}
    return Logs.model_validate({"url": f"{store.url}{PATH}", **login})


@pytest.mark.parametrize(
    ("file", "query", "message"),
    [
        ("nova/nova-api.log", f'level:="ERROR" request_id:="{ID}" module:="nova.compute.manager"', "Down"),
        ("rabbitmq/rabbit@ctl01.log", 'level:="warning" module:="<0.1.0>"', "Low on memory"),
        ("mariadb/mariadb.log", 'level:="Note"', "WSREP: Synchronized"),
    ],
)
def test_a_line_is_found_by_its_labels_and_its_metadata(
    store: Store, file: str, query: str, message: str
) -> None:
    path = f"{KOLLA}/{file}"
    answer = push(logs_at(store), HOST, path, LINES[file], password=PASSWORD, ca=store.ca)
    assert answer.is_success, answer.text
    stream = f'{{host="{HOST}",job="kolla",service="{file.split("/", maxsplit=1)[0]}"}}'
    assert store.messages(f"{stream} {query}", 1) == [message]
    (line,) = store.found(f'{stream} file:="{path}"')
    assert line["_stream"] == stream, "no other field makes a stream"


def test_a_line_that_no_pattern_fits_is_found_as_it_was_written(store: Store) -> None:
    path = f"{KOLLA}/horizon/horizon-access.log"
    push(logs_at(store), HOST, path, "GET / 200", password=PASSWORD, ca=store.ca).raise_for_status()
    assert store.messages('{service="horizon"}', 1) == ["GET / 200"]


def test_the_store_takes_no_line_with_a_wrong_password(store: Store) -> None:
    file = "mariadb/mariadb.log"
    answer = push(logs_at(store), HOST, f"{KOLLA}/{file}", LINES[file], password="wrong", ca=store.ca)
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert store.found("*") == []


def test_a_line_written_while_the_store_is_down_arrives_once_it_is_up(store: Store, agent: Agent) -> None:
    agent.start(store, PASSWORD, store.ca)
    before = write(agent, "before")
    assert store.messages("before", len(before)) == before
    store.kill()
    during = write(agent, "during")
    agent.await_refusal("connection refused")
    agent.stop()  # and what it holds outlives it
    during = sorted([*during, *write(agent, "during as well")])
    agent.start(store, PASSWORD, store.ca)
    agent.await_refusal("connection refused")
    store.start()
    after = write(agent, "after")
    assert store.messages("after", len(after)) == after
    assert store.messages("during", len(during)) == during, "each of them, and once"


@pytest.mark.parametrize(
    ("password", "trusts_it", "reason"), [("wrong", True, "401"), (PASSWORD, False, "certificate")]
)
def test_a_store_that_refuses_or_cannot_be_trusted_gets_no_line_and_none_is_lost(
    store: Store, agent: Agent, tmp_path: Path, password: str, trusts_it: bool, reason: str
) -> None:
    make_certificate(tmp_path)
    agent.start(store, password, store.ca if trusts_it else tmp_path / "cert.pem")
    written = write(agent, "kept")
    agent.await_refusal(reason)
    assert store.found("*") == []
    agent.stop()
    agent.start(store, PASSWORD, store.ca)
    assert store.messages("kept", len(written)) == written
