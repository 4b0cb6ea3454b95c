"""The danger screen: the higher of phrases and head counts, no clause hides, and it never fails open."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.safety.clauses import Span
from bot.safety.model import FAULT, HEAD, Level, Risk, Verdict
from bot.safety.phrases import Phrases
from bot.safety.screen import HeadVerdict, Part, Piece, Screen
from bot.safety_content import load_phrases

PHRASES = load_phrases(Path(__file__).parents[2] / "content")


@dataclass
class FakeHead:
    """Sees danger in every text that contains one of its words."""

    words: dict[str, HeadVerdict] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    version: str = "fake"

    def judge(self, asked: Sequence[Piece]) -> list[HeadVerdict]:
        texts = [piece.text for piece in asked]
        self.seen += texts
        nothing = HeadVerdict(Level.NONE)
        return [next((said for word, said in self.words.items() if word in text), nothing) for text in texts]

    def where(self, text: str, spans: Sequence[Span]) -> int | None:
        parts = enumerate(text[start:end] for start, end in spans)
        return next((place for place, part in parts if any(word in part for word in self.words)), None)


class BrokenHead:
    version = "broken"

    def judge(self, asked: Sequence[Piece]) -> list[HeadVerdict]:
        raise RuntimeError("no model")

    def where(self, text: str, spans: Sequence[Span]) -> int | None:
        raise RuntimeError("no model")


class BrokenPhrases(Phrases):
    def find(self, text: str) -> list[object]:  # type: ignore[override]
        raise RuntimeError("no phrases")


def english(text: str) -> str:
    return "en"


def broken_language(text: str) -> str:
    raise RuntimeError("no language")


def broken_phrases() -> Phrases:
    return BrokenPhrases([], PHRASES.scope, PHRASES.spelling, PHRASES.words, "broken")


def screen_with(
    head: FakeHead | BrokenHead | None = None, language: Callable[[str], str] = english
) -> Screen:
    return Screen(PHRASES, head, language)


def test_the_story_told_in_the_readme_is_an_emergency() -> None:
    verdict = screen_with().judge("cant do this no more gonna string up tonite")

    assert verdict.level is Level.EMERGENCY
    assert verdict.risks[0] is Risk.SUICIDE
    assert verdict.reasons[0].words == "says he or she will end their life"


def test_a_question_about_visits_is_no_danger() -> None:
    verdict = screen_with().judge("wen is me mum alowed 2 visit")

    assert verdict == Verdict(Level.NONE, (), (), "en", f"phrases-{PHRASES.version}/head-none")
    assert not verdict.is_danger


@pytest.mark.parametrize(
    "question",
    ["what does a Listener do", "whats an acct and who can see it", "can i ring samaritans for free",
     "when is the next fire drill", "can i get razors on canteen for shaving"],
)  # fmt: skip
def test_asking_about_help_is_no_danger(question: str) -> None:
    assert screen_with().judge(question).level is Level.NONE


def test_the_higher_of_phrases_and_head_counts() -> None:
    urgent = HeadVerdict(Level.URGENT, {Risk.SELF_HARM: 0.9})
    head = FakeHead({"the itch": urgent, "kill myself": urgent})

    raised_by_head = screen_with(head).judge("i feel the itch")
    raised_by_phrase = screen_with(head).judge("im going to kill myself")

    assert raised_by_head.level is Level.URGENT
    assert {reason.source for reason in raised_by_head.reasons if reason.level is Level.URGENT} == {HEAD}
    assert raised_by_phrase.level is Level.EMERGENCY
    assert raised_by_phrase.risks == (Risk.SUICIDE, Risk.SELF_HARM)


def test_a_head_that_is_sure_overrules_a_phrase() -> None:
    nothing = HeadVerdict(Level.NONE, is_sure=True)
    text = "is suicide in my file, im going to kill myself was what i wrote in 2009"

    overruled = screen_with(FakeHead({"": nothing})).judge(text)
    unsure = screen_with(FakeHead({"kill myself": HeadVerdict(Level.NONE), "": nothing})).judge(text)

    assert overruled.level is Level.NONE
    assert unsure.is_danger


def test_no_head_overrules_what_was_disguised_or_is_said_in_another_language() -> None:
    sure = screen_with(FakeHead({"": HeadVerdict(Level.NONE, is_sure=True)}))

    assert sure.judge("k i l l  m y s e l f  2nite").is_danger
    assert sure.judge("zabije sie dzis w nocy").is_danger


def test_no_head_overrules_a_phrase_in_a_message_too_long_for_it() -> None:
    sure = FakeHead({"": HeadVerdict(Level.NONE, is_sure=True)})

    verdict = screen_with(sure).judge("is the gym open on monday " * 60 + "im going to kill myself")

    assert verdict.level is Level.EMERGENCY


def test_danger_of_no_known_kind_is_still_danger() -> None:
    head = FakeHead({"zzz": HeadVerdict(Level.URGENT)})

    verdict = screen_with(head).judge("zzz")

    assert verdict.level is Level.URGENT


def test_a_long_harmless_part_hides_no_short_grave_one() -> None:
    grave = HeadVerdict(Level.EMERGENCY, {Risk.SUICIDE: 0.9})
    harmless = "can you tell me about vapes on canteen and when the gym is on. " * 20

    by_phrase = screen_with().judge(f"{harmless} im going to kill myself. {harmless}")
    head = FakeHead({"my head is in it": grave})
    screen_with(head).judge(f"{harmless} my head is in it. {harmless}")

    assert by_phrase.level is Level.EMERGENCY
    assert any("my head is in it" in text and len(text) < 300 for text in head.seen)


def test_the_head_hears_a_long_message_whole_first_and_then_in_stretches_of_its_clauses() -> None:
    head = FakeHead()
    first = (
        "when is canteen and who do i ask about the sheet that never came back from the laundry on tuesday. "
        * 2
    )
    message = (
        f"{first}i do not feel right at all any more since the letter came on monday. "
        + "who knows why. " * 8
    )

    screen_with(head).judge(message)
    screen_with(head).judge("when is canteen, and i do not feel right at all")

    assert head.seen[0] == message.strip()
    assert head.seen[-1] == "when is canteen, and i do not feel right at all"
    stretches = head.seen[1:-1]
    assert len(stretches) == 2
    assert all(len(stretch) <= 240 for stretch in stretches)
    assert any("i do not feel right at all any more" in stretch for stretch in stretches)


def test_a_stretch_of_a_long_message_can_raise_an_alarm_and_is_named() -> None:
    @dataclass
    class ByStretch(FakeHead):
        def judge(self, asked: Sequence[Piece]) -> list[HeadVerdict]:
            grave = HeadVerdict(Level.EMERGENCY, {Risk.SUICIDE: 0.9})
            is_grave = [piece.part is Part.STRETCH and "it is time" in piece.text for piece in asked]
            return [grave if each else HeadVerdict(Level.NONE) for each in is_grave]

    harmless = "is the gym on at the weekend and who do i ask. " * 8

    verdict = screen_with(ByStretch()).judge(f"{harmless}it is time.")

    assert verdict.level is Level.EMERGENCY
    assert verdict.reasons[0].part.endswith("it is time")


def test_a_clause_of_a_longer_message_can_raise_an_alarm_as_it_is_read_within_the_whole() -> None:
    @dataclass
    class ByClause(FakeHead):
        def judge(self, asked: Sequence[Piece]) -> list[HeadVerdict]:
            grave = HeadVerdict(Level.URGENT, {Risk.SUICIDE: 0.9})
            is_grave = [piece.within is not None and piece.text == "it is time" for piece in asked]
            return [grave if each else HeadVerdict(Level.NONE) for each in is_grave]

    harmless = "is the gym on at the weekend and who do i ask about the kit. " * 2
    longer = f"{harmless}when is the shop open, it is time, thanks for all"

    verdict = screen_with(ByClause()).judge(longer)

    assert 150 <= len(longer) < 300
    assert (verdict.level, verdict.reasons[0].part) == (Level.URGENT, "it is time")
    assert screen_with(ByClause()).judge("when is the shop open, it is time").level is Level.NONE


def test_the_clauses_of_a_short_message_raise_no_alarm_and_tell_where_it_was_said() -> None:
    head = FakeHead({"hello": HeadVerdict(Level.URGENT, {Risk.SUICIDE: 0.9})})

    verdict = screen_with(head).judge("is the gym on? hello to all")

    assert head.seen == ["is the gym on? hello to all"]
    assert verdict.reasons[0].part == "hello to all"


def test_a_head_that_cannot_say_where_has_spoken_all_the_same() -> None:
    class Nowhere(FakeHead):
        def where(self, text: str, spans: Sequence[Span]) -> int | None:
            raise RuntimeError("no place")

    verdict = screen_with(Nowhere({"hello": HeadVerdict(Level.URGENT, {Risk.SUICIDE: 0.9})})).judge(
        "so, hello to all"
    )

    assert verdict.level is Level.URGENT
    assert verdict.reasons[0].part == ""
    assert not verdict.fault


def test_a_broken_head_leaves_the_phrases_and_a_fault() -> None:
    danger = screen_with(BrokenHead()).judge("im going to kill myself")
    nothing_found = screen_with(BrokenHead()).judge("when is canteen")

    assert danger.level is Level.EMERGENCY
    assert danger.fault
    assert nothing_found.fault
    assert [reason.source for reason in nothing_found.reasons] == [FAULT]


def test_broken_phrases_leave_the_head_and_a_fault() -> None:
    head = FakeHead({"noose": HeadVerdict(Level.EMERGENCY, {Risk.SUICIDE: 0.9})})

    verdict = Screen(broken_phrases(), head, english).judge("noose")

    assert verdict.level is Level.EMERGENCY
    assert verdict.fault


@pytest.mark.parametrize("head", [BrokenHead(), None])
def test_when_nothing_works_the_message_counts_as_urgent(head: BrokenHead | None) -> None:
    verdict = Screen(broken_phrases(), head, broken_language).judge("when is canteen")

    assert verdict.level is Level.URGENT
    assert verdict.fault
    assert verdict.reasons[0].source == FAULT
    assert verdict.reasons[0].words


def test_an_unknown_language_is_english_and_a_fault_but_no_danger() -> None:
    verdict = screen_with(language=broken_language).judge("when is canteen")

    assert verdict.language == "en"
    assert verdict.fault
    assert verdict.level is Level.NONE


def test_a_verdict_survives_being_written_down() -> None:
    verdict = replace(screen_with(BrokenHead()).judge("im going to kill myself"), language="pl")

    again = Verdict.from_json(verdict.to_json())

    assert again == verdict


@pytest.mark.parametrize("data", [{}, {"level": "terrible"}])
def test_a_verdict_that_nobody_wrote_is_refused(data: dict[str, str]) -> None:
    with pytest.raises((KeyError, ValueError)):
        Verdict.from_json(data)


def test_levels_are_ordered_by_how_fast_a_human_answers() -> None:
    assert sorted({*Level}) == [
        Level.NONE,
        Level.CONCERN,
        Level.URGENT,
        Level.EMERGENCY,
    ]
    assert max(Level.CONCERN, Level.EMERGENCY) is Level.EMERGENCY


HOSTILE = {
    "nothing": "",
    "spaces": " \n\t ",
    "ten thousand letters": "a" * 10_000,
    "ten thousand words that begin phrases": "i am not going to " * 600,
    "a thousand clauses": "hello there, not me. " * 1_000,
    "every byte": bytes(range(256)).decode("latin-1") * 40,
    "lone surrogates": "\ud800" * 5_000,
    "wide ligatures": "\ufdfa" * 5_000,
    "right to left marks": "\u202e\u200f" * 5_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_message_is_judged_in_bounded_time_and_without_fault(name: str) -> None:
    head = FakeHead()
    started = time.process_time()

    verdict = screen_with(head).judge(HOSTILE[name])

    assert time.process_time() - started < 3
    assert not verdict.fault
    assert len(head.seen) <= 64


def test_danger_at_the_end_of_ten_thousand_letters_is_found() -> None:
    verdict = screen_with().judge("is the gym open on monday " * 400 + "im going to kill myself")

    assert verdict.level is Level.EMERGENCY


def test_an_ordinary_message_takes_milliseconds() -> None:
    screen = screen_with()
    started = time.process_time()

    for _ in range(50):
        screen.judge("can you tell me when my mum is allowed to come on a visit please")

    assert (time.process_time() - started) / 50 < 0.05


def test_danger_said_in_two_halves_is_heard_with_the_second() -> None:
    urgent = HeadVerdict(Level.URGENT, {Risk.SUICIDE: 0.9})

    @dataclass
    class Halves(FakeHead):
        def judge(self, asked: Sequence[Piece]) -> list[HeadVerdict]:
            both = ("giving everything away", "wont need it after tonight")
            return [
                urgent if all(half in piece.text for half in both) else HeadVerdict(Level.NONE)
                for piece in asked
            ]

    screen = screen_with(Halves())

    alone = screen.judge("wont need it after tonight")
    together = screen.judge("wont need it after tonight", ["giving everything away"])

    assert alone.level is Level.NONE
    assert together.level is Level.URGENT
    assert together.reasons[0].words.endswith("read with the messages just before")


def test_a_harmless_message_after_a_grave_one_is_no_second_alarm() -> None:
    head = FakeHead({"my head is in it": HeadVerdict(Level.EMERGENCY, {Risk.SUICIDE: 0.9})})

    verdict = screen_with(head).judge("what time is canteen", ["my head is in it"])

    assert verdict.level is Level.NONE


def test_a_phrase_that_runs_over_two_messages_counts() -> None:
    verdict = screen_with().judge("kill myself", ["im going to"])

    assert verdict.level is Level.EMERGENCY


def test_long_earlier_messages_are_left_out_and_harm_nothing() -> None:
    head = FakeHead()

    screen_with(head).judge("when is canteen", ["x" * 5_000, "hello"])

    assert head.seen == ["when is canteen", "hello", "hello\nwhen is canteen"]


def test_a_reason_names_the_part_of_the_message_that_gives_it() -> None:
    grave = HeadVerdict(Level.EMERGENCY, {Risk.SUICIDE: 0.9})

    by_phrase = screen_with().judge("when is the gym on, im going to kill myself, thanks")
    by_head = screen_with(FakeHead({"coming again": grave})).judge("is the gym on? i feel it coming again")

    assert by_phrase.reasons[0].part == "im going to kill myself, thanks"
    assert by_head.reasons[0].part == "i feel it coming again"
