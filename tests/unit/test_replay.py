"""A verdict in the safety log is judged again by the screen that made it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from bot.people.model import ActorKind
from bot.safety.model import HEAD, Level, Reason, Risk, Verdict
from bot.safety.record import Entry, EntryKind, new_entry
from bot.safety.replay import replay
from bot.safety.verdict_words import apart

AT = datetime(2026, 11, 2, 22, 30, tzinfo=UTC)
REASON = Reason(Risk.SUICIDE, Level.URGENT, "says goodbye", HEAD, part="bye all", together=True)
VERDICT = Verdict(
    Level.URGENT, (Risk.SUICIDE,), (REASON,), "en", "phrases-1/head-1", before=("gave it away",)
)


@dataclass
class Says:
    verdict: Verdict

    def judge(self, text: str, before: Sequence[str] = ()) -> Verdict:
        return self.verdict if (text, tuple(before)) == ("bye all", VERDICT.before) else a_none()


def a_none() -> Verdict:
    return Verdict(Level.NONE, (), (), "en", "phrases-1/head-1")


def an_entry(kind: EntryKind, verdict: Verdict | None) -> Entry:
    judged, beside = ({}, {}) if verdict is None else apart(verdict)
    body = {} if verdict is None else {"verdict": judged}
    return new_entry("record", kind, AT, ActorKind.SYSTEM, "", body, {"text": "bye all", **beside})


def test_the_same_screen_gives_the_same_verdict_with_what_stood_before_it() -> None:
    asked: list[str] = []

    def screen_of(version: str) -> Says:
        asked.append(version)
        return Says(VERDICT)

    found = list(replay([an_entry(EntryKind.NOTICED, VERDICT)], screen_of))

    assert [again.is_same for again in found] == [True]
    assert asked == ["phrases-1/head-1"]


def test_another_reason_is_not_the_same_verdict() -> None:
    changed = replace(VERDICT, reasons=(replace(REASON, part="all"),))

    (again,) = replay([an_entry(EntryKind.STRENGTHENED, VERDICT)], lambda _: Says(changed))

    assert not again.is_same
    assert again.now == changed


def test_a_screen_that_is_not_kept_or_was_broken_is_no_proof_of_anything() -> None:
    broken = replace(VERDICT, fault=True)

    (lost,) = replay([an_entry(EntryKind.NOTICED, VERDICT)], lambda _: None)
    (faulty,) = replay([an_entry(EntryKind.NOTICED, broken)], lambda _: Says(broken))

    assert lost.now is None
    assert not lost.is_same
    assert faulty.now is None


@pytest.mark.parametrize("gone", ["text", "context"])
def test_without_all_the_words_nothing_is_judged_again(gone: str) -> None:
    entry = an_entry(EntryKind.NOTICED, VERDICT)
    less = {name: words for name, words in entry.words.items() if name != gone}

    (again,) = replay([replace(entry, words=less)], lambda _: Says(VERDICT))

    assert again.now is None
    assert again.then.level is VERDICT.level


def test_what_staff_did_is_not_judged() -> None:
    entries = [an_entry(EntryKind.ACKNOWLEDGED, None), an_entry(EntryKind.NOTICED, None)]

    assert list(replay(entries, lambda _: Says(VERDICT))) == []


def test_a_record_of_the_first_versions_can_still_be_read() -> None:
    form = VERDICT.to_json()
    del form["before"]
    del form["reasons"][0]["part"], form["reasons"][0]["together"]

    verdict = Verdict.from_json(form)

    assert verdict.before == ()
    assert verdict.reasons[0].part == ""
    assert not verdict.reasons[0].together
