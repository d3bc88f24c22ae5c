"""Asking: every answer is judged when it is given, by the checks that the whole configuration is judged by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from config.load import load_mapping
from config.model.errors import ConfigErrors, Loc, Problem, printable
from ops.new.draft import Fields, completed, fields
from ops.new.questions import QUESTIONS, SELF_SIGNED, Answers, Question

Ask = Callable[[Question, str], str]
"""Asks one question, with its default; an empty text takes the default."""
Show = Callable[[str], None]


class AnswersError(Exception):
    """Answers that no stack file can be made of; `str()` is the report."""


def check_name(name: str, root: Path) -> None:
    """Raises AnswersError for what cannot be a cloud's name."""
    _refuse(_judged({"name": name}, Question("name", "", lambda _: "", (("name",),)), root))


def converse(
    name: str, given: Mapping[str, str], root: Path, *, defaults: bool, ask: Ask | None, show: Show
) -> dict[str, str]:
    """All answers.

    Args:
        name: the cloud's name.
        given: flag to answer.
        root: the folder that relative file names start from.
        defaults: whether what is not given takes its default.
        ask: asks for what is not given; none: nobody can be asked.
        show: called with the reason why an answer has to be given again.

    Raises:
        AnswersError: an answer is wrong, or missing and nobody can be asked.
    """
    answers = {"name": name}
    for question in QUESTIONS:
        flag = question.flag
        if not question.wanted(answers):
            if flag in given:
                _refuse([_unused(question, given[flag])])
        elif flag in given:
            answers[flag] = given[flag]
            _refuse(_judged(answers, question, root))
        elif defaults or not question.asked:
            answers[flag] = question.default(answers)
        elif ask is None:
            left = " ".join(f"--{one.flag} …" for one in QUESTIONS if one.asked and one.flag not in given)
            raise AnswersError(
                "stdin is not a terminal, so nothing can be asked: use the defaults with YES=1, "
                f'or answer with ARGS="{left}"'
            )
        else:
            _ask(answers, question, root, ask, show)
    _refuse(_left(answers, root))
    return answers


def _ask(answers: dict[str, str], question: Question, root: Path, ask: Ask, show: Show) -> None:
    default = question.default(answers)
    while True:
        answers[question.flag] = ask(question, default).strip() or default
        problems = _judged(answers, question, root)
        if not problems:
            return
        show("\n".join(map(str, problems)))


def _judged(answers: Answers, question: Question, root: Path) -> list[Problem]:
    """What is wrong with the newest answer, the defaults standing for those that are still to come."""
    answer = answers[question.flag]
    if not answer:
        return [Problem((), "is empty", "leave it out to use the default", label=_label(question))]
    if not answer.isprintable():
        fix = "write it on one line, without control characters"
        return [Problem((), "has a control character in it", fix, _shown(answer), label=_label(question))]
    draft = fields(completed(answers))
    # A file of the operator's own has to be there; what the command itself makes is not yet.
    complete = question.flag == "certificate" and answer != SELF_SIGNED
    found = _problems(draft, root, complete=complete)
    return _once(_reworded(p, question, answer) for p in found if _decides(question, draft, p.loc))


def _left(answers: Answers, root: Path) -> list[Problem]:
    """What is wrong with all answers together, defaults among them; each problem with the answer that decides it."""
    draft = fields(answers)
    asked = [question for question in QUESTIONS if question.flag in answers]
    found = []
    for problem in _problems(draft, root):
        question = next((one for one in asked if _decides(one, draft, problem.loc)), None)
        found.append(_reworded(problem, question, answers[question.flag]) if question else problem)
    return _once(found)


def _decides(question: Question, draft: Fields, loc: Loc) -> bool:
    hosts = [("hosts", name) for name, host in draft["hosts"].items() if question.role in host["roles"]]
    if question.role and (loc == ("hosts",) or loc[:2] in hosts):
        return True
    return any(loc[: len(place)] == place for place in question.places)


def _problems(draft: Fields, root: Path, *, complete: bool = False) -> tuple[Problem, ...]:
    try:
        load_mapping(draft, "the answers", root, require_host_keys=complete)
    except ConfigErrors as errors:
        return errors.problems
    return ()


def _reworded(problem: Problem, question: Question, answer: str) -> Problem:
    """The problem as one with an answer; of several hosts in it, the value says which."""
    value = problem.value if question.role and problem.value else _shown(answer)
    return replace(problem, loc=(), value=value, label=_label(question), needs=())


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """One wrong address is wrong on every network; it is said once."""
    return list(dict.fromkeys(problems))


def _label(question: Question) -> str:
    return "STACK" if question.flag == "name" else f"--{question.flag}"


def _unused(question: Question, text: str) -> Problem:
    reason = "is not used: there is no such network after the other answers"
    return Problem((), reason, "leave it out, or name the network", _shown(text), label=_label(question))


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise AnswersError("\n\n".join(map(str, problems)))


def _shown(text: str) -> str:
    text = printable(text)
    return text if len(text) <= 60 else f"{text[:57]}…"
