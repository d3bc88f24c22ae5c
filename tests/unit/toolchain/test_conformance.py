"""What the engine relies on, for every type of every plugin; a new type is found and tested by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import grpc
import grpc.aio
import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from tests.dialogue import talk
from tests.unit.toolchain.plugins import CASES, PLUGINS, Case, make, sample, wrong
from toolchain.plugins.base.resource import Resource
from toolchain.plugins.base.schema import Property
from toolchain.plugins.base.state import after_run
from toolchain.plugins.base.wire import (
    UNKNOWN,
    Secret,
    is_secret,
    is_unknown,
    plain_fields,
    wire,
    wire_fields,
)

every_type = pytest.mark.parametrize("case", CASES, ids=str)
Fields = dict[str, Any]


def ask(case: Case, call: str, *requests: Any) -> list[Any]:
    """The plugin's answers to calls of one method."""

    async def dialogue(plugin: Any, _engine: Any) -> list[Any]:
        return [await getattr(plugin, call)(request) for request in requests]

    answers: list[Any] = talk(dialogue, case.make)
    return answers


def check(case: Case, *inputs: Mapping[str, Any]) -> list[Any]:
    return ask(case, "Check", *(pb.CheckRequest(urn=case.urn, news=wire_fields(item)) for item in inputs))


def samples(case: Case) -> Fields:
    """Complete inputs."""
    return {name: sample(kind) for name, kind in case.kind.inputs.items() if name in case.names}


def refused(case: Case, wanted: Mapping[str, Fields]) -> None:
    """Each of the inputs fails at the place that is its key, and nowhere else."""
    answers = check(case, *wanted.values())
    found = {
        place: [item.property for item in answer.failures]
        for place, answer in zip(wanted, answers, strict=True)
    }
    assert found == {place: [place] for place in wanted}


def objects(kind: Property, path: str, value: Any) -> Iterator[tuple[str, Fields]]:
    """The objects with known fields inside a sample, each with its path."""
    if kind.fields:
        yield path, value
        for name, item in kind.fields.items():
            yield from objects(item, f"{path}.{name}", value[name])
    elif kind.items is not None:
        yield from objects(kind.items, f"{path}[0]", value[0])
    elif kind.values is not None:
        yield from objects(kind.values, f"{path}.key", value["key"])


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_type_that_is_not_there_is_an_error_that_names_those_that_are(plugin: str) -> None:
    async def dialogue(stub: Any, _engine: Any) -> grpc.aio.AioRpcError:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.Check(pb.CheckRequest(urn=f"urn:pulumi:dev::p::{plugin}:index:Nope::it"))
        return caught.value

    error = talk(dialogue, lambda engine: make(plugin, engine))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    known = ", ".join(sorted(make(plugin).resources))
    assert error.details() == f"this {plugin} plugin has no resource type {plugin}:index:Nope; it has {known}"


@every_type
def test_tokens_belong_to_the_plugin_and_the_class_does_its_work(case: Case) -> None:
    assert case.kind.token.startswith(f"{case.plugin}:")
    for method in ("create", "update", "delete"):
        assert getattr(type(case.resource), method) is not getattr(Resource, method), method


@every_type
def test_every_input_is_an_output(case: Case) -> None:
    """The state holds the inputs: a delete or an update of the next run has nothing else."""
    missing = case.kind.inputs.keys() - case.kind.outputs.keys()
    assert missing <= {"rules", "names", "free"} if case.plugin == "things" else not missing


@every_type
def test_complete_inputs_pass_and_pass_unchanged_a_second_time(case: Case) -> None:
    (once,) = check(case, samples(case))
    assert list(once.failures) == []
    (twice,) = ask(case, "Check", pb.CheckRequest(urn=case.urn, news=once.inputs))
    assert twice.inputs == once.inputs


@every_type
def test_inputs_that_are_not_known_yet_pass_and_stay_unknown(case: Case) -> None:
    whole, secret = (dict.fromkeys(case.names, mark) for mark in (UNKNOWN, Secret(UNKNOWN)))
    for answer in check(case, whole, secret):
        assert list(answer.failures) == []
        assert all(is_unknown(answer.inputs.fields[name]) for name in whole)


@every_type
def test_a_property_that_is_not_there_is_refused_at_its_place(case: Case) -> None:
    wanted = {"nope": samples(case) | {"nope": "x"}}
    places = [
        place
        for name, kind in case.kind.inputs.items()
        if name in case.names
        for place, _ in objects(kind, name, sample(kind))
    ]
    for place in places:
        inputs = samples(case)
        for name, kind in case.kind.inputs.items():
            if name not in inputs:
                continue
            dict(objects(kind, name, inputs[name])).get(place, {})["nope"] = "x"
        wanted[f"{place}.nope"] = inputs
    refused(case, wanted)


@every_type
def test_a_value_of_the_wrong_kind_is_refused_at_its_place(case: Case) -> None:
    bad = {name: wrong(kind) for name, kind in case.kind.inputs.items()}
    refused(case, {name: samples(case) | {name: value} for name, value in bad.items() if value is not None})


@every_type
def test_a_required_property_is_asked_for_and_another_one_is_not(case: Case) -> None:
    required = [name for name, kind in case.kind.inputs.items() if kind.required]
    refused(case, {name: {k: v for k, v in samples(case).items() if k != name} for name in required})
    (least,) = check(case, {name: samples(case)[name] for name in case.least})
    assert list(least.failures) == []
    for name, kind in case.kind.inputs.items():
        if kind.default is not None:
            assert least.inputs.fields[name] == wire(Secret(kind.default) if kind.secret else kind.default)


@every_type
def test_secrets_stay_secret_on_every_way(case: Case) -> None:
    secret = {name: Secret(value) for name, value in samples(case).items()}
    checked, clear = check(case, secret, samples(case))
    assert plain_fields(checked.inputs) == samples(case)
    assert all(is_secret(value) for value in checked.inputs.fields.values())
    for name in case.names:
        assert is_secret(clear.inputs.fields[name]) == case.kind.inputs[name].secret, name
    create = pb.CreateRequest(urn=case.urn, properties=checked.inputs, preview=True)
    update = pb.UpdateRequest(urn=case.urn, id="i", news=checked.inputs, preview=True)
    outputs = {name: sample(case.kind.outputs[name]) for name in case.kind.computed}
    for state in (
        *(answer.properties for answer in (*ask(case, "Create", create), *ask(case, "Update", update))),
        after_run(case.kind, checked.inputs, outputs),
    ):
        assert all(is_secret(value) for value in state.fields.values())


@every_type
def test_a_preview_knows_the_inputs_and_no_output(case: Case) -> None:
    (checked,) = check(case, samples(case))
    request = pb.CreateRequest(urn=case.urn, properties=checked.inputs, preview=True)
    (answer,) = ask(case, "Create", request)
    assert answer.id == ""
    state = answer.properties.fields
    assert set(state) == {*checked.inputs.fields, *case.kind.computed}
    assert all(is_unknown(state[name]) for name in case.kind.computed)
    assert all(state[name] == value for name, value in checked.inputs.fields.items())


@every_type
def test_a_change_is_named_and_replaces_exactly_where_the_schema_says_so(case: Case) -> None:
    (checked,) = check(case, samples(case))
    news = {}
    for name in case.kind.inputs:
        news[name] = pb.DiffRequest(urn=case.urn, id="i", old_inputs=checked.inputs, news=checked.inputs)
        news[name].news.fields[name].CopyFrom(wire("another"))
    same = pb.DiffRequest(urn=case.urn, id="i", old_inputs=checked.inputs, news=checked.inputs)
    none, *answers = ask(case, "Diff", same, *news.values())
    assert none.changes == none.DIFF_NONE
    for (name, kind), answer in zip(case.kind.inputs.items(), answers, strict=True):
        assert list(answer.diffs) == [name]
        assert list(answer.replaces) == ([name] if kind.replaces else [])
        assert answer.deleteBeforeReplace == (kind.replaces and case.resource.delete_before_replace)


@pytest.mark.parametrize(
    "case", [case for case in CASES if type(case.resource).read is Resource.read], ids=str
)
def test_a_refresh_of_what_can_not_be_looked_at_keeps_the_state(case: Case) -> None:
    state = wire_fields(samples(case))
    (answer,) = ask(case, "Read", pb.ReadRequest(urn=case.urn, id="i", properties=state, inputs=state))
    assert (answer.id, answer.properties, answer.inputs) == ("i", state, state)
