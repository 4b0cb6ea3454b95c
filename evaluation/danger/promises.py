"""The numbers that were promised of the danger screen, each beside what was measured."""

from collections.abc import Mapping, Sequence
from typing import Final

from evaluation.danger.figures import LANGUAGE, Group, Headline, headline
from evaluation.danger.measuring import Measured
from evaluation.danger.sets import (
    ENGLISH_DEVELOPMENT,
    ENGLISH_TEST,
    LANGUAGES_DEVELOPMENT,
    LANGUAGES_TEST,
)
from evaluation.danger.timing import LIMIT, Timed
from evaluation.peers.benchmarks import CLINC150
from evaluation.promises import Promise
from evaluation.shares import Share

LANGUAGE_FOUND: Final = 0.95
LANGUAGE_ORDINARY: Final = 0.03
_NOTHING: Final = Share(0, 0)


def promises(
    sets: Sequence[Measured], timed: Sequence[Timed], *, on_test: bool = True
) -> tuple[Promise, ...]:
    """In the order of the issue that made them. Only test sets count; the others say what to expect."""
    measured = {one.name: one for one in sets}
    english = ENGLISH_TEST if on_test else ENGLISH_DEVELOPMENT
    languages = LANGUAGES_TEST if on_test else LANGUAGES_DEVELOPMENT
    return (
        *_english(_headline(measured, english), english),
        *_languages(measured.get(languages), languages),
        _most(
            "clinc",
            "CLINC150, all in scope: flagged",
            0.003,
            _headline(measured, CLINC150).ordinary,
            CLINC150,
        ),
        *_speed(timed),
    )


def _headline(measured: Mapping[str, Measured], name: str) -> Headline:
    return measured[name].headline if name in measured else headline(())


def _english(head: Headline, where: str) -> tuple[Promise, ...]:
    return (
        _least("emergency", "emergencies flagged", 0.995, head.emergency, where),
        _least("urgent", "urgent flagged", 0.98, head.urgent, where),
        _least("danger", "all danger flagged", 0.97, head.danger, where),
        _least("at_least_urgent", "emergencies judged at least urgent", 0.98, head.at_least_urgent, where),
        _least("risk", "right risk among those named", 0.90, head.right_risk, where),
        _most("hard", "hard negatives flagged", 0.06, head.hard, where),
        _most("ordinary", "ordinary messages flagged", 0.005, head.ordinary, where),
    )


def _languages(one: Measured | None, where: str) -> tuple[Promise, ...]:
    """Of each language it is promised, so the worst one counts."""
    groups = one.groups[LANGUAGE] if one else ()
    missed = min(
        (group for group in groups if group.danger.size), key=lambda group: group.danger.value, default=None
    )
    alarmed = max(
        (group for group in groups if group.ordinary.size),
        key=lambda group: group.ordinary.value,
        default=None,
    )
    return (
        _least(
            "language_danger",
            f"other languages, each: danger flagged{_worst(missed, groups)}",
            LANGUAGE_FOUND,
            missed.danger if missed else _NOTHING,
            where,
        ),
        _most(
            "language_ordinary",
            f"other languages, each: ordinary flagged{_worst(alarmed, groups)}",
            LANGUAGE_ORDINARY,
            alarmed.ordinary if alarmed else _NOTHING,
            where,
        ),
    )


def _worst(group: Group | None, groups: Sequence[Group]) -> str:
    return f" (the worst of {len(groups)}: {group.name})" if group else ""


def _speed(timed: Sequence[Timed]) -> tuple[Promise, ...]:
    passed = timed[0].passed if timed else None
    words, where = f"one message of up to {LIMIT} characters", "all sets"
    median, slowest = (passed.median, passed.slowest) if passed else (None, None)
    return (
        Promise("median", f"{words} (median)", 12, False, "ms", median, where),
        Promise("slowest", f"{words} (99 of 100)", 40, False, "ms", slowest, where),
    )


def _least(key: str, words: str, wanted: float, found: Share, where: str) -> Promise:
    return Promise(key, words, wanted, True, "", found, where)


def _most(key: str, words: str, wanted: float, found: Share, where: str) -> Promise:
    return Promise(key, words, wanted, False, "", found, where)
