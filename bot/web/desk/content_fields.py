"""The plain fields in which an answer or a service is edited: what stands in them, and what is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.editions.rules import Problem
from bot.web.desk.actions import Choice
from bot.web.desk.forms import Sent

# What stands in each field, by its name; some have several values.
Values = Mapping[str, tuple[str, ...]]

Problems = tuple[Problem, ...]


class Look(StrEnum):
    LINE = "line"
    AREA = "area"
    DATE = "date"
    ONE = "one"
    SOME = "some"


@dataclass(frozen=True)
class Field:
    """Its name is the key in the file, so that what the readers refuse finds its place.

    `values` are as many as it shows: one, or for `Look.SOME` one for each list to choose from.
    """

    name: str
    label: str
    look: Look
    values: tuple[str, ...]
    help: str = ""
    choices: tuple[Choice, ...] = ()
    errors: tuple[str, ...] = ()
    required: bool = True
    rows: int = 4
    wide: bool = False

    @property
    def id(self) -> str:
        return f"f-{self.name.replace('.', '-')}"

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


@dataclass(frozen=True)
class Group:
    """Fields under one heading. Those of a `row` stand side by side; a `repeated` group has its like."""

    legend: str
    fields: tuple[Field, ...]
    help: str = ""
    row: bool = False
    repeated: bool = False


@dataclass(frozen=True)
class ErrorWords:
    """`line` has {line} and {why}; the others are for a list and a date with nothing chosen."""

    line: str
    choose: str
    day: str


@dataclass(frozen=True)
class Wrong:
    """One line of the list of what is wrong, and the field that it leads to; empty where it has none."""

    words: str
    href: str


def one_line(sent: Sent, name: str) -> tuple[str, ...]:
    return (" ".join(sent.whole(name).split()),)


def lines(sent: Sent, name: str) -> tuple[str, ...]:
    """Without empty lines: the chat would cut a message in two there."""
    tidy = (" ".join(line.split()) for line in sent.whole(name).split("\n"))
    return ("\n".join(line for line in tidy if line),)


def chosen(sent: Sent, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in sent.many(name) if value))


def value_of(values: Values, name: str) -> str:
    found = values.get(name, ())
    return found[0] if found else ""


def with_errors(
    groups: Iterable[Group], problems: Iterable[Problem], words: ErrorWords
) -> tuple[tuple[Group, ...], tuple[Wrong, ...]]:
    """Puts each problem at its field, and lists them all in the order of the form."""
    made = tuple(groups)
    fields = {field.name: field for group in made for field in group.fields}
    errors: dict[str, list[str]] = {}
    for problem in problems:
        name, why = _home(problem, fields, words)
        errors.setdefault(name, []).append(why)
    wrong = [
        Wrong(f"{_called(group, field)}: {why}", f"#{field.id}")
        for group in made
        for field in group.fields
        for why in errors.get(field.name, ())
    ]
    wrong += [Wrong(why, "") for why in errors.get("", ())]
    marked = tuple(
        replace(
            group,
            fields=tuple(replace(each, errors=tuple(errors.get(each.name, ()))) for each in group.fields),
        )
        for group in made
    )
    return marked, tuple(wrong)


def _called(group: Group, field: Field) -> str:
    """With the heading where others have fields of the same name."""
    return f"{group.legend}, {field.label}" if group.repeated else field.label


def _home(problem: Problem, fields: Mapping[str, Field], words: ErrorWords) -> tuple[str, str]:
    """The field that holds the key, such as "steps" for "steps.2"; the number is the line's then."""
    name, number = problem.field, ""
    while name and name not in fields:
        name, _, number = name.rpartition(".")
    if not name:
        return "", f"{problem.field}: {problem.why}" if problem.field else problem.why
    found = fields[name]
    if found.look in (Look.ONE, Look.DATE) and not found.value:
        return name, words.choose if found.look is Look.ONE else words.day
    if number.isdecimal() and found.look is Look.AREA:
        return name, words.line.format(line=int(number) + 1, why=problem.why)
    return name, problem.why
