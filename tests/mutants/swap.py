"""A mutant in the place of a module that is already imported: every function of it gets the mutant's code.

So that a mutant costs a fork and the tests that run its line, and no import. What differs when the module is imported
(a constant, a decorator, a field of a class) cannot be swapped so.
"""

from __future__ import annotations

import gc
import inspect
from collections import defaultdict
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

_IN_PLACE = ("<genexpr>", "<listcomp>", "<dictcomp>", "<setcomp>")


class AlikeError(Exception):
    """Two functions have one name on one line, so that neither's code is known from the other's."""


def runs_at_import(original: CodeType, mutated: CodeType) -> bool:
    """Whether importing the module does something else."""
    return _skeleton(original) != _skeleton(mutated)


def functions(paths: set[str]) -> dict[str, list[FunctionType]]:
    """Every function there is, of each of some modules by path."""
    found: dict[str, list[FunctionType]] = defaultdict(list)
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and thing.__code__.co_filename in paths:
            found[thing.__code__.co_filename].append(thing)
    return found


def swap(of_module: list[FunctionType], mutated: CodeType) -> None:
    """Give a module's functions the mutant's code.

    Raises:
        AlikeError: A function of the module is not to be told from another.
    """
    codes: dict[tuple[str, int], list[CodeType]] = defaultdict(list)
    for code in _inner(mutated):
        codes[code.co_qualname, code.co_firstlineno].append(code)
    for function in of_module:
        old = function.__code__
        match codes.get((old.co_qualname, old.co_firstlineno)):
            case [new] if new.co_freevars == old.co_freevars:
                function.__code__ = new
            case _:
                raise AlikeError(f"{old.co_qualname} in line {old.co_firstlineno}")


def _inner(code: CodeType) -> Iterator[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if inner.co_flags & inspect.CO_OPTIMIZED:
                yield inner
            yield from _inner(inner)


def _skeleton(code: CodeType) -> tuple[Any, ...]:
    consts = tuple(
        repr(inner)
        if not isinstance(inner, CodeType)
        else inner.co_qualname
        if inner.co_flags & inspect.CO_OPTIMIZED and inner.co_name not in _IN_PLACE
        else _skeleton(inner)
        for inner in code.co_consts
    )
    return code.co_code, code.co_names, consts
