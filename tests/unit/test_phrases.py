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
