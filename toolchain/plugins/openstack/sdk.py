"""Answers of the SDK as plain fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Fields = dict[str, Any]
_T = TypeVar("_T")


def fields_of(item: Any) -> Fields:
    """The API fields of an object of the SDK, with its id."""
    return {**item.to_dict(original_names=True), "id": item.id}


def answer_of(response: Any) -> Fields:
    """The JSON of a plain request's answer.

    Raises:
        openstack.exceptions.HttpException: the service refused it.
    """
    from openstack.exceptions import raise_from_response  # noqa: PLC0415

    raise_from_response(response)
    return dict(response.json()) if response.content else {}


def if_there(look: Callable[[], _T]) -> _T | None:
    """What is there; None: the service says that it is not."""
    from openstack.exceptions import NotFoundException  # noqa: PLC0415

    try:
        return look()
    except NotFoundException:
        return None
