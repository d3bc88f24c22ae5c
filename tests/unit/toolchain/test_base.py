"""What the base gives to every plugin: configuration, drift, imports, half-made resources, clear refusals."""

from __future__ import annotations

from functools import partial
from typing import Any

import grpc
import grpc.aio
import pytest
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import status_pb2

from tests.dialogue import talk
from tests.unit.toolchain.things import SCHEMA, TOKEN, URN, Thing, things
from toolchain.plugins.base.check import check
from toolchain.plugins.base.provider import Provider
from toolchain.plugins.base.schema import Schema
from toolchain.plugins.base.state import after_run
from toolchain.plugins.base.wire import UNKNOWN, Secret, wire, wire_fields

KIND = Schema(SCHEMA).resources[TOKEN]
THERE = {"name": "n", "size": 3, "address": "192.0.2.9", "password": "p"}
Fields = dict[str, Any]


def ask(call: str, request: Any, there: dict[str, Fields] | None = None) -> Any:
    """One call of the things plugin: its answer, or the error."""

    async def dialogue(plugin: Any, _engine: Any) -> Any:
        try:
            return await getattr(plugin, call)(request)
        except grpc.aio.AioRpcError as error:
            return error

    return talk(dialogue, partial(things, there=there))


# inputs, the failures
WRONG: list[tuple[Fields, list[str]]] = [
    ({"name": "n"}, []),
    ({"name": "n", "kind": "Other"}, ["kind: must be one of Thing, not 'Other'"]),
    ({"name": "n", "names": ["a", 1]}, ["names[1]: must be a string, not a number"]),
    ({"name": "n", "names": [None]}, ["names[0]: is required and null"]),
    ({"name": "n", "names": [UNKNOWN, Secret("a")]}, []),
    ({"name": "n", "labels": {"a.b": 1}}, ['labels["a.b"]: must be a string, not a number']),
    ({"name": "n", "labels": Secret({"a": True})}, ["labels.a: must be a string, not a boolean"]),
    ({"name": "n", "rules": [{"port": 1}, {"port": "http", "side": "in"}]}, []),
    ({"name": "n", "rules": [{"port": []}]}, ["rules[0].port: must be a number or a string, not a list"]),
    (
        {"name": "n", "rules": [{"port": 1, "side": "up"}]},
        ["rules[0].side: must be one of in, out, not 'up'"],
    ),
    ({"name": "n", "free": {"a": [1, None]}}, []),
]


@pytest.mark.parametrize(("inputs", "reasons"), WRONG, ids=repr)
def test_check_looks_into_lists_maps_and_choices(inputs: Fields, reasons: list[str]) -> None:
    assert [f"{where}: {why}" for where, why in check(wire_fields(inputs), KIND.inputs)] == reasons


def test_a_constant_is_filled_in() -> None:
    inputs = wire_fields({"name": "n"})
    assert list(check(inputs, KIND.inputs)) == []
    assert inputs == wire_fields({"name": "n", "kind": "Thing", "size": 1})


# configuration as an SDK sends it, what becomes of it, the failures
CONFIGS: list[tuple[Fields, Fields, list[str]]] = [
    ({"endpoint": "e", "version": "1"}, {"endpoint": "e", "version": "1"}, []),
    (
        {"endpoint": "8", "insecure": "true", "headers": Secret('{"a": "b"}')},
        {"endpoint": "8", "insecure": True, "headers": Secret({"a": "b"})},
        [],
    ),
    ({"endpoint": "e", "token": UNKNOWN, "insecure": UNKNOWN}, {}, []),
    ({"endpoint": "e", "token": "t"}, {"endpoint": "e", "token": Secret("t")}, []),
    ({"endpoint": "e", "insecure": "yes"}, {}, ["insecure: must be a boolean, not a string"]),
    ({"endpoint": "e", "headers": '{"a": 1}'}, {}, ["headers.a: must be a string, not a number"]),
    ({"insecur": "true"}, {}, ["insecur: no such property; did you mean insecure?", "endpoint: is required"]),
]


@pytest.mark.parametrize(("sent", "kept", "reasons"), CONFIGS, ids=repr)
def test_configuration_is_checked_as_the_sdks_send_it(sent: Fields, kept: Fields, reasons: list[str]) -> None:
    answer = ask("CheckConfig", pb.CheckRequest(news=wire_fields(sent)))
    found = [f"{failure.property}: {failure.reason}" for failure in answer.failures]
    assert len(found) == len(reasons)
    assert all(text.startswith(reason) for text, reason in zip(found, reasons, strict=True))
    if kept:
        assert answer.inputs == wire_fields(kept)


# inputs of the program, what is there, the inputs after a refresh
DRIFT: list[tuple[Fields, Fields, Fields]] = [
    ({"name": "n", "size": 3}, THERE, {"name": "n", "size": 3}),
    ({"name": "n", "size": 2}, THERE, {"name": "n", "size": 3}),
    ({"name": "n"}, THERE, {"name": "n"}),
    ({"name": "n", "key": Secret("a")}, THERE | {"key": "a"}, {"name": "n", "key": Secret("a")}),
    ({"name": "n", "key": Secret("a")}, THERE | {"key": "b"}, {"name": "n", "key": Secret("b")}),
    ({"name": Secret("a")}, THERE, {"name": Secret("n")}),
    (
        {"name": "n", "labels": {"a": Secret("b")}},
        THERE | {"labels": {"a": "c"}},
        {"name": "n", "labels": Secret({"a": "c"})},
    ),
    ({"name": "n", "key": Secret("a")}, THERE | {"key": None}, {"name": "n"}),
    ({}, THERE | {"key": "b", "labels": None}, {"name": "n", "size": 3, "key": Secret("b")}),
]


@pytest.mark.parametrize(("inputs", "there", "after"), DRIFT, ids=repr)
def test_a_read_shows_what_others_changed_and_keeps_secrets(
    inputs: Fields, there: Fields, after: Fields
) -> None:
    state = wire_fields({**inputs, "address": "old"}) if inputs else None
    request = pb.ReadRequest(urn=URN, id="i", properties=state, inputs=wire_fields(inputs))
    answer = ask("Read", request, {"i": there})
    assert answer.id == "i"
    assert answer.inputs == wire_fields(after)
    assert answer.properties.fields["password"] == wire(Secret("p"))


def test_a_read_of_what_is_gone_has_no_id() -> None:
    answer = ask("Read", pb.ReadRequest(urn=URN, id="i", properties=wire_fields({"name": "n"})))
    assert answer == pb.ReadResponse()


def test_an_import_of_what_can_not_be_read_is_refused() -> None:
    urn = "urn:pulumi:dev::p::command:local:Command::it"

    async def dialogue(plugin: Any, _engine: Any) -> grpc.aio.AioRpcError:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await plugin.Read(pb.ReadRequest(urn=urn, id="i"))
        return caught.value

    error = talk(dialogue)
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "can be neither imported" in (error.details() or "")


@pytest.mark.parametrize("call", ["Create", "Update"])
def test_a_half_made_resource_is_kept_with_what_is_known_of_it(call: str) -> None:
    inputs = wire_fields({"name": "n", "size": 11})
    requests = {
        "Create": pb.CreateRequest(urn=URN, properties=inputs),
        "Update": pb.UpdateRequest(urn=URN, id="id-it", news=inputs, olds=inputs),
    }
    error = ask(call, requests[call], {"id-it": {}})
    assert error.details() == "size 10 of 11"
    (packed,) = status_pb2.Status.FromString(
        dict(error.trailing_metadata())["grpc-status-details-bin"]
    ).details
    failed = pb.ErrorResourceInitFailed()
    assert packed.Unpack(failed)
    known = (
        {"address": "192.0.2.1", "password": "generated"} if call == "Create" else {"address": "192.0.2.2"}
    )
    assert (failed.id, list(failed.reasons), failed.inputs) == ("id-it", ["size 10 of 11"], inputs)
    assert failed.properties == after_run(KIND, inputs, known)


@pytest.mark.parametrize(("changed", "first"), [({"name": "m"}, True), ({"name": "n", "size": 2}, False)])
def test_a_type_says_that_its_old_object_goes_first(changed: Fields, first: bool) -> None:
    answer = ask(
        "Diff", pb.DiffRequest(urn=URN, old_inputs=wire_fields({"name": "n"}), news=wire_fields(changed))
    )
    assert (answer.deleteBeforeReplace, list(answer.replaces)) == (first, ["name"] if first else [])


def test_a_function_that_is_not_there_is_named() -> None:
    error = ask("Invoke", pb.InvokeRequest(tok="things:index:getThing"))
    assert error.details() == "this things plugin has no function things:index:getThing"


# inputs, whether what the run answers is secret
TAINTS: list[tuple[Fields, bool]] = [
    ({"name": "n"}, False),
    ({"name": Secret("n")}, True),
    ({"name": "n", "labels": {"a": Secret("b")}}, True),
    ({"name": "n", "key": Secret("k")}, False),  # secret by the schema: a credential of every program
]


@pytest.mark.parametrize(("inputs", "secret"), TAINTS, ids=repr)
@pytest.mark.parametrize("preview", [False, True])
def test_an_answer_to_secret_inputs_is_secret(inputs: Fields, secret: bool, preview: bool) -> None:
    request = pb.CreateRequest(urn=URN, properties=wire_fields({"size": 1} | inputs), preview=preview)
    state = ask("Create", request).properties.fields
    address: Any = UNKNOWN if preview else "192.0.2.1"
    assert state["address"] == wire(Secret(address) if secret else address)
    assert state["password"] == wire(Secret(UNKNOWN if preview else "generated"))


def test_an_output_without_a_schema_is_a_bug() -> None:
    with pytest.raises(KeyError, match="has no output adress"):
        after_run(KIND, wire_fields({}), {"adress": "x"})


def test_schema_and_classes_belong_together() -> None:
    with pytest.raises(
        ValueError, match="both a schema and a class for things:index:Thing, things:index:Think"
    ):
        Provider(Schema(SCHEMA), {"things:index:Think": Thing({})})
