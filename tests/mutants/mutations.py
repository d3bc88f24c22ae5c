"""The mutants of a module: its source with one small fault each, by cosmic-ray's operators and two of our own.

Left out is what no test can tell from the original: a change of an annotation that nobody evaluates, a dataclass that
could be changed but that nobody changes. Of the operators that cosmic-ray puts in an operator's place one or two stand
for all: what tells `a - b` from `a + b` tells `a ** b`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cosmic_ray.ast import Visitor, get_ast
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

OPERATORS = (
    "AddNot",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ExceptionReplacer",
    "NumberReplacer",
    "RemoveDecorator",
    "ZeroIterationForLoop",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_USub",
    *(
        f"ReplaceComparisonOperator_{pair}"
        for pair in (
            "Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is",
            "Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt",
        )
    ),
    *(
        f"ReplaceBinaryOperator_{pair}"
        for pair in (
            "Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul", "Mod_Mul", "Pow_Mul", "BitOr_BitAnd", "BitAnd_BitOr",
        )
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A module with one fault."""

    module: str
    """Its path in the tree."""
    operator: str
    line: int
    source: str
    text: str
    """The line as it is now, to show; of a decorator that is gone, as it was."""


class _Membership(Operator):  # type: ignore[misc]  # cosmic-ray has no types
    """`in` and `not in` in each other's place."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        if node.type == "comparison":
            yield from ((op.start_pos, op.end_pos) for op in node.children[1::2] if self._other(op))

    def mutate(self, node: Any, index: int) -> Any:
        places = [place for place, op in enumerate(node.children) if place % 2 and self._other(op)]
        node.children[places[index]] = get_ast(f" {self._other(node.children[places[index]])}")
        return node

    @staticmethod
    def _other(operator: Any) -> str | None:
        return {"in": "not in", "not in": "in"}.get(" ".join(operator.get_code().split()))

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class _Filter(Operator):  # type: ignore[misc]
    """The condition of a comprehension, negated."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        if node.type == "comp_if":
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        node.children[1] = get_ast(f" not ({node.children[1].get_code().strip()})")
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class _Once(Visitor):  # type: ignore[misc]
    """Counts an operator's places; applies it at one of them, and says at which line."""

    def __init__(self, operator: Any, occurrence: int = -1) -> None:
        self.operator, self.occurrence, self.count, self.line = operator, occurrence, 0, 0

    def visit(self, node: Any) -> Any:
        for index, (start, _) in enumerate(list(self.operator.mutation_positions(node))):
            if self.count == self.occurrence:
                self.line = start[0]
                node = self.operator.mutate(node, index)
            self.count += 1
        return node


def mutants(module: str, source: str) -> list[Mutant]:
    """Every mutant that differs from the module when it runs."""
    known = {_meaning(source)}
    found: list[Mutant] = []
    unchanged = get_ast(source)
    operators = [(name, get_operator(f"core/{name}")()) for name in OPERATORS]
    for name, operator in (*operators, ("Membership", _Membership()), ("Filter", _Filter())):
        places = _Once(operator)
        places.walk(unchanged)
        for occurrence in range(places.count):
            once = _Once(operator, occurrence)
            mutated = once.walk(get_ast(source)).get_code()
            try:
                meaning = _meaning(mutated)
            except SyntaxError:
                continue
            if meaning not in known:
                known.add(meaning)
                shown = source if name == "RemoveDecorator" else mutated
                found.append(
                    Mutant(module, name, once.line, mutated, shown.splitlines()[once.line - 1].strip())
                )
    return found


class _Unannotated(ast.NodeTransformer):
    """Without what makes no fault: annotations of functions and what they import, how parameters may be given, `frozen`."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        """`*` and `/` between parameters are no operators, whatever cosmic-ray takes them for."""
        node.args = [*node.posonlyargs, *node.args, *node.kwonlyargs]
        node.defaults += [value for value in node.kw_defaults if value]
        node.posonlyargs, node.kwonlyargs, node.kw_defaults = [], [], []
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST:
        if any(isinstance(part, ast.Name) and part.id == "TYPE_CHECKING" for part in ast.walk(node.test)):
            node.test = ast.Constant(None)
        return self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        if node.arg == "frozen":
            node.value = ast.Constant(None)
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node


def _meaning(source: str) -> str:
    tree = _Unannotated().visit(ast.parse(source))
    for node in tree.body:  # a class's own annotations are pydantic's fields
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    return ast.dump(tree)
