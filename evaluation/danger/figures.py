"""The figures of the danger screen: what is found, what is flagged for nothing, and the same by group."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.safety.model import Level
from evaluation.danger.asking import Judged
from evaluation.shares import Share

# The most words in a group, and the group's name.
LENGTHS: Final = ((4, "1 to 4 words"), (12, "5 to 12 words"), (30, "13 to 30 words"))
LONGEST: Final = "31 words and more"


@dataclass(frozen=True)
class Headline:
    """Shares flagged at any level, but where it says otherwise."""

    emergency: Share
    urgent: Share
    concern: Share
    danger: Share  # of any level
    at_least_urgent: Share  # emergencies judged urgent or above
    right_risk: Share  # of danger flagged: the right risk is among those named
    right_risk_of_all: Share  # of all danger, flagged or not
    hard: Share  # no danger, but looks like it
    ordinary: Share
    loud: Share  # no danger of either kind, judged urgent or above
    named: float  # risks named for each danger flagged


@dataclass(frozen=True)
class Group:
    """Shares flagged, and `right_risk` of the danger flagged."""

    name: str
    danger: Share
    right_risk: Share
    hard: Share
    ordinary: Share


@dataclass(frozen=True)
class Finders:
    """Of the danger flagged: by what."""

    phrases_only: Share
    head_only: Share
    both: Share


KIND: Final = "kind"
LEVEL: Final = "level"
RISK: Final = "risk"
LANGUAGE: Final = "language"
LENGTH: Final = "length"

Key = Callable[[Judged], str]
_KEYS: Final[Mapping[str, Key]] = {
    KIND: lambda one: one.line.kind,
    LEVEL: lambda one: one.line.level.value,
    RISK: lambda one: one.line.risk.value if one.line.risk is not None else "",
    LANGUAGE: lambda one: one.line.language,
    LENGTH: lambda one: length(one.line.text),
}


def headline(judged: Sequence[Judged]) -> Headline:
    danger = [one for one in judged if one.line.is_danger]
    flagged = [one for one in danger if one.is_flagged]
    return Headline(
        emergency=_flagged(one for one in danger if one.line.level is Level.EMERGENCY),
        urgent=_flagged(one for one in danger if one.line.level is Level.URGENT),
        concern=_flagged(one for one in danger if one.line.level is Level.CONCERN),
        danger=_flagged(danger),
        at_least_urgent=Share.of(one.is_urgent for one in danger if one.line.level is Level.EMERGENCY),
        right_risk=Share.of(one.is_right_risk for one in flagged),
        right_risk_of_all=Share.of(one.is_flagged and one.is_right_risk for one in danger),
        hard=_flagged(one for one in judged if one.line.is_hard),
        ordinary=_flagged(one for one in judged if one.line.is_ordinary),
        loud=Share.of(one.is_urgent for one in judged if not one.line.is_danger),
        named=sum(len(one.risks) for one in flagged) / len(flagged) if flagged else 0.0,
    )


def grouped(judged: Sequence[Judged]) -> dict[str, tuple[Group, ...]]:
    """By each key: where least danger is found first; by length the shortest, by level the gravest first."""
    found = {name: _by(key, judged) for name, key in _KEYS.items()}
    lengths = [*(name for _, name in LENGTHS), LONGEST]
    levels = [level.value for level in reversed(Level)]
    found[LENGTH] = tuple(sorted(found[LENGTH], key=lambda group: lengths.index(group.name)))
    found[LEVEL] = tuple(sorted(found[LEVEL], key=lambda group: levels.index(group.name)))
    return found


def crossed(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """How often each level that is right was judged to be each level."""
    return {
        meant.value: {
            given.value: sum(one.line.level is meant and one.level is given for one in judged)
            for given in Level
        }
        for meant in reversed(Level)
    }


def finders(judged: Sequence[Judged]) -> Finders:
    found = [one for one in judged if one.line.is_danger and one.is_flagged]
    return Finders(
        phrases_only=Share.of(one.by_phrases and not one.by_head for one in found),
        head_only=Share.of(one.by_head and not one.by_phrases for one in found),
        both=Share.of(one.by_head and one.by_phrases for one in found),
    )


def length(text: str) -> str:
    words = len(text.split())
    return next((name for most, name in LENGTHS if words <= most), LONGEST)


def _by(key: Key, judged: Sequence[Judged]) -> tuple[Group, ...]:
    members: dict[str, list[Judged]] = {}
    for one in judged:
        members.setdefault(key(one), []).append(one)
    members.pop("", None)  # no danger has no risk
    groups = [_group(name, found) for name, found in members.items()]
    return tuple(
        sorted(
            groups,
            key=lambda group: (
                not group.danger.size,
                group.danger.value if group.danger.size else -group.hard.value - group.ordinary.value,
                -group.danger.size,
                group.name,
            ),
        )
    )


def _group(name: str, found: Sequence[Judged]) -> Group:
    head = headline(found)
    return Group(name, head.danger, head.right_risk, head.hard, head.ordinary)


def _flagged(judged: Iterable[Judged]) -> Share:
    return Share.of(one.is_flagged for one in judged)
