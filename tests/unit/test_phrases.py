"""Every phrase finds its examples and leaves its counter-examples alone; the words around it count."""

from pathlib import Path

import pytest
import yaml

from bot.content import BadContent
from bot.safety.model import Level, Risk
from bot.safety.phrases import Phrases
from bot.safety_content import load_phrases

CONTENT = Path(__file__).parents[2] / "content"
PHRASES = load_phrases(CONTENT)
EXAMPLES = [
    pytest.param(phrase.id, phrase.level, text, id=f"{phrase.id}-{place}")
    for phrase in PHRASES.phrases
    for place, text in enumerate(phrase.examples)
]
COUNTER_EXAMPLES = [
    pytest.param(text, id=f"{phrase.id}-{place}")
    for phrase in PHRASES.phrases
    for place, text in enumerate(phrase.counter_examples)
]


def level_of(text: str, phrases: Phrases = PHRASES) -> Level:
    return max((reason.level for reason in phrases.find(text)), default=Level.NONE)


@pytest.mark.parametrize(("phrase_id", "level", "text"), EXAMPLES)
def test_an_example_is_found_by_its_phrase(phrase_id: str, level: Level, text: str) -> None:
    reasons = PHRASES.find(text)

    assert (f"phrase:{phrase_id}", level) in [(reason.source, reason.level) for reason in reasons]


@pytest.mark.parametrize("text", COUNTER_EXAMPLES)
def test_a_counter_example_is_no_danger_to_any_phrase(text: str) -> None:
    reasons = PHRASES.find(text)

    assert reasons == []


def test_every_risk_has_phrases_and_every_english_phrase_has_examples_of_both_kinds() -> None:
    english = [phrase for phrase in PHRASES.phrases if phrase.language == "en"]

    assert {phrase.risk for phrase in english} == set(Risk)
    assert [phrase.id for phrase in english if len(phrase.examples) < 3] == []
    assert [phrase.id for phrase in english if len(phrase.counter_examples) < 2] == []


def test_every_language_of_the_product_can_say_the_gravest_things() -> None:
    languages = {phrase.language for phrase in PHRASES.phrases}

    assert " ".join(sorted(languages)) == "ar bn cy en es fr lt pl pt ro ru so sq tr uk ur vi zh"


@pytest.mark.parametrize(
    "denied",
    [
        "im not going to kill myself",
        "i would never hang myself",
        "dont want to die",
        "im not suicidal, whens canteen",
        "no thoughts of killing myself",
    ],
)
def test_a_denial_is_no_danger(denied: str) -> None:
    assert level_of(denied) is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "dont tell no one but im going to kill myself",
        "not sure how long before i kill myself",
        "why not just kill myself",
        "ive never felt so suicidal",
        "im not joking im going to kill myself",
        "not going to lie. i want to die",
        "not going to self harm im going to kill myself",
    ],
)
def test_a_no_that_denies_something_else_hides_nothing(text: str) -> None:
    assert level_of(text) >= Level.URGENT


def test_what_is_long_past_is_a_concern_and_staff_read_that_it_is_past() -> None:
    reasons = PHRASES.find("i tried to kill myself two years ago")

    assert {reason.level for reason in reasons} == {Level.CONCERN}
    assert all("in the past" in reason.words for reason in reasons)


def test_past_and_present_together_count_as_present() -> None:
    assert level_of("tried to kill myself years ago and now i want to kill myself again") >= Level.URGENT


@pytest.mark.parametrize(
    "text",
    [
        "had a heart attack in 2016, still on the same statin",
        "took an overdose as a teenager, im 41 now, does it go on the form",
        "got stabbed back in 2016 the scar itches",
        "had a seizure when i was nine, never since, now im good",
    ],
)
def test_a_past_that_stands_close_by_is_past_whatever_else_is_of_today(text: str) -> None:
    assert level_of(text) is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "had a heart attack in 2016 and its happening again now my chest hurts",
        "took an overdose as a teenager and ive took one again tonight",
        "had fits as a kid and im having a fit today",
    ],
)
def test_what_is_past_and_happens_afresh_is_of_today(text: str) -> None:
    assert level_of(text) is Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "nurse asked if i feel like hurting myself, i said no",
        "They ask me do I want to kill myself. I say no, whens canteen",
        "my key worker asked do i have thoughts of self harm, told her nah, only thoughts of a kebab",
    ],
)
def test_a_question_of_staff_that_was_answered_with_a_no_is_no_danger(text: str) -> None:
    assert level_of(text) is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "nurse asked if i feel like hurting myself, i said no but i do",
        "they asked do i want to kill myself and i said no. i lied",
        "they asked if i want to kill myself and i said yes",
        "they asked if im ok i said no im going to kill myself",
    ],
)
def test_a_no_that_is_taken_back_hides_nothing(text: str) -> None:
    assert level_of(text) >= Level.URGENT


@pytest.mark.parametrize(
    "text",
    [
        "🔥🔥🔥 4-17 hurry",
        "🩸🩸 wont stop",
        "⚰️ me tonite",
        "c h e s t p a i n",
        "r4p3d. 2nite. cell",
        "got r*ped last night",
        "un alive in ten minits",
        "k1ll m3s3lf t0night",
        "gonna k\u200bill my\u200bself",
        "gоnna kіll mуself",
        "doin a sewerside tonite",
    ],
)
def test_a_disguise_hides_nothing_grave(text: str) -> None:
    assert level_of(text) >= Level.URGENT


@pytest.mark.parametrize(
    "text", ["new trainers are 🔥🔥🔥", "🩸 i need pads", "that quiz 😂😂 im ⚰️", "need my 💊 from the hatch"]
)
def test_a_picture_is_not_taken_for_the_word(text: str) -> None:
    assert level_of(text) is Level.NONE


def test_what_the_screen_alone_reads_may_be_missing_in_a_screen_that_was_kept(tmp_path: Path) -> None:
    content = copy_of_content(tmp_path)
    more = content / "safety" / "grave_slips.yml"
    more.write_text("slips: {}\n", encoding="utf-8")
    with pytest.raises(BadContent, match=r"grave_slips\.yml:1: a list is missing"):
        load_phrases(content)

    more.unlink()
    scope = content / "safety" / "scope.yml"
    lists = yaml.safe_load(scope.read_text(encoding="utf-8"))
    del lists["afresh"]
    scope.write_text(yaml.safe_dump(lists), encoding="utf-8")

    assert level_of("im going to kill myself", load_phrases(content)) is Level.EMERGENCY


def test_a_phrase_said_of_another_is_a_worry_about_that_person() -> None:
    reasons = PHRASES.find("my cellmate wants to die")

    assert Risk.CONCERN_FOR_OTHER in {reason.risk for reason in reasons}
    assert Risk.SUICIDE not in {reason.risk for reason in reasons}


def test_a_story_is_no_danger_but_the_writer_beside_it_is() -> None:
    assert level_of("its a film about a man who wants to die") is Level.NONE
    assert level_of("that film makes me want to kill myself") >= Level.URGENT


def test_an_everyday_saying_hides_nothing_that_stands_beside_it() -> None:
    assert level_of("my back is killing me") is Level.NONE
    assert level_of("my back is killing me and im going to kill myself") is Level.EMERGENCY


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("kill (", "unterminated"),
        ("(a+)+ b", "only words"),
        ("a.*b", "only words"),
        ("{nobody_wrote_this} die", "no helper called"),
        ("kill ....... me", "out of place"),
    ],
)
def test_a_broken_pattern_is_refused_with_file_and_line(pattern: str, why: str, tmp_path: Path) -> None:
    content = copy_of_content(tmp_path)
    entry = {"id": "x", "level": "urgent", "reason": "r", "pattern": pattern, "examples": ["kill"]}
    text = yaml.safe_dump({"risk": "suicide", "phrases": [entry]}, sort_keys=False)
    (content / "safety" / "phrases" / "new.yml").write_text(text, encoding="utf-8")

    with pytest.raises(BadContent, match=rf"new\.yml:3: .*{why}"):
        load_phrases(content)


def test_two_phrases_with_one_id_are_refused(tmp_path: Path) -> None:
    content = copy_of_content(tmp_path)
    folder = content / "safety" / "phrases"
    (folder / "again.yml").write_bytes((folder / "fire.yml").read_bytes())

    with pytest.raises(BadContent, match="two phrases are called"):
        load_phrases(content)


def test_the_version_changes_with_the_content(tmp_path: Path) -> None:
    content = copy_of_content(tmp_path)
    before = load_phrases(content).version
    slips = content / "safety" / "slips.yml"
    slips.write_text(slips.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")

    after = load_phrases(content).version

    assert after != before


def copy_of_content(tmp_path: Path) -> Path:
    for file in (CONTENT / "safety").rglob("*.yml"):
        copy = tmp_path / file.relative_to(CONTENT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    return tmp_path
