"""Nothing is forgotten: each topic is taught and answered, each danger has words, each sentence is easy."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.answers import FOLLOW_UPS, MAY_BE_EMPTY, load_answers
from bot.content import load_texts, read_yaml
from bot.directory.sentences import services_read
from bot.people.model import PeerRole
from bot.prison_file import load_prison
from bot.queue.model import Kind, State
from bot.reading import measure
from bot.role_cards import PARTS, load_role_cards
from bot.settings import ROOT
from bot.taxonomy import load_taxonomy
from bot.web.tablet.frame import Words

CONTENT = ROOT / "content"
TAXONOMY = load_taxonomy(CONTENT)
TEXTS = load_texts(CONTENT / "messages")
PRISONS = sorted(path.stem for path in (CONTENT / "prisons").glob("*.yml"))
FEWEST_FOR_TOPIC, FEWEST_FOR_ACT, FEWEST_OUT_OF_SCOPE = 90, 60, 600
OLDEST, LONGEST, FEWEST_WORDS = 11.0, 20, 5
_MARKED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")


@cache
def _examples(pattern: str = "**/*.yml") -> dict[str, tuple[str, ...]]:
    """Each intent's examples in the files that the pattern names, without the marks of entities."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted((ROOT / "data" / "nlu").glob(pattern)):
        for part in yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)["nlu"]:
            if "intent" in part:
                lines = [line.removeprefix("- ").strip() for line in part["examples"].splitlines()]
                found[part["intent"]] += [_MARKED.sub(r"\1", line) for line in lines if line]
    return {intent: tuple(lines) for intent, lines in found.items()}


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", "", text.casefold()).split())


@pytest.mark.parametrize("intent", TAXONOMY.intents)
def test_an_intent_has_enough_english_examples_that_differ(intent: str) -> None:
    examples = {_plain(example) for example in _examples("*.yml").get(intent, ())}

    fewest = FEWEST_FOR_TOPIC if intent.startswith("ask_") else FEWEST_FOR_ACT
    assert len(examples) >= (FEWEST_OUT_OF_SCOPE if intent == "out_of_scope" else fewest)


def test_no_examples_are_for_an_intent_that_nobody_named() -> None:
    assert set(_examples()) <= set(TAXONOMY.intents)


def test_no_example_is_under_two_intents() -> None:
    homes: dict[str, set[str]] = defaultdict(set)
    for intent, examples in _examples().items():
        for example in examples:
            homes[_plain(example) or example].add(intent)

    assert {example: intents for example, intents in homes.items() if len(intents) > 1} == {}


def test_every_topic_has_an_answer_and_every_answer_a_topic() -> None:
    book = load_answers(CONTENT / "answers", TAXONOMY.topics)

    assert book.topics() == set(TAXONOMY.topics)


def test_every_english_answer_says_how_long_where_who_and_why_not() -> None:
    book = load_answers(CONTENT / "answers", TAXONOMY.topics)
    answers = [book.get(topic) for topic in TAXONOMY.topics]
    needed = [key for key in FOLLOW_UPS if key != MAY_BE_EMPTY]

    assert {a.topic: key for a in answers for key in needed if not getattr(a, key)} == {}


def test_every_danger_has_words_for_every_level() -> None:
    levels = [level for level in TAXONOMY.levels if level != "none"]
    wanted = [f"danger_{level}" for level in levels]
    wanted += [f"danger_emergency_{risk}" for risk in TAXONOMY.risks]

    assert [key for key in wanted if not TEXTS.has(key)] == []


def test_words_for_a_danger_name_a_level_and_a_risk_that_exist() -> None:
    pattern = re.compile(rf"danger_(?:{'|'.join(TAXONOMY.levels)})_([a-z_]*[a-z])(?:_\d)?")
    named = [match[1] for key in TEXTS.languages["en"].messages if (match := pattern.fullmatch(key))]

    assert set(named) == set(TAXONOMY.risks)


PROMISES = re.compile(r"\b(will|soon|promise|nobody|secret|minutes?|on (?:their|the) way)\b")
DANGERS = [
    f"danger_{level}{risk}"
    for level in TAXONOMY.levels
    if level != "none"
    for risk in ("", *(f"_{risk}" for risk in TAXONOMY.risks))
]


@pytest.mark.parametrize("language", TEXTS.languages)
def test_every_danger_is_said_in_three_ways_in_every_language(language: str) -> None:
    messages = TEXTS.languages[language].messages
    ways = {key: [messages.get(f"{key}{n}", "") for n in ("", "_2", "_3")] for key in DANGERS}

    assert {key: said for key, said in ways.items() if len(set(said)) < 3 or "" in said} == {}


@pytest.mark.parametrize("key", DANGERS)
def test_every_way_to_speak_of_danger_names_the_bell_and_promises_nothing(key: str) -> None:
    for words in TEXTS.ways(key):
        assert "press your cell bell" in words.lower()
        assert not re.search(
            r"\b(will|soon|promise|nobody|secret|minutes?|on (?:their|the) way)\b", words.lower()
        )
        if key.startswith("danger_emergency"):
            assert words.split(".")[0].lower().replace("please ", "").startswith("press your cell bell now")


@pytest.mark.parametrize("language", [code for code in TEXTS.languages if code != "en"])
def test_what_is_said_after_danger_is_in_every_language(language: str) -> None:
    spoken = [key for key in TEXTS.languages["en"].messages if key.startswith(("danger_", "care_"))]

    assert [key for key in spoken if key not in TEXTS.languages[language].messages] == []


@pytest.mark.parametrize("risk", TAXONOMY.risks)
def test_an_emergency_names_the_bell(risk: str) -> None:
    assert "cell bell now" in TEXTS.say(f"danger_emergency_{risk}").replace("Press your ", "")


def test_the_bell_comes_before_anything_else_that_could_be_done() -> None:
    for key in (f"danger_emergency_{risk}" for risk in TAXONOMY.risks):
        words = TEXTS.say(key)
        assert words.index("bell") < min(words.find(w) % 1000 for w in ("Shout", "Tell anyone", "Samaritans"))


def test_every_state_kind_and_role_has_its_words() -> None:
    wanted = [f"state_{state.value}" for state in State]
    wanted += [f"kind_{kind.value}" for kind in Kind]
    wanted += [f"role_{role.value}" for role in PeerRole]

    assert [key for key in wanted if not TEXTS.has(key)] == []


@pytest.mark.parametrize("prison_id", PRISONS)
def test_a_prison_says_nothing_about_topics_that_do_not_exist(prison_id: str) -> None:
    prison = load_prison(CONTENT, prison_id)

    assert set(prison.local) <= set(TAXONOMY.topics)
    assert [r for r in prison.could_not_reasons if not TEXTS.has(f"reason_{r}")] == []
    assert "en" in prison.languages


def _sentences() -> Iterator[tuple[str, str]]:
    """Everything in English that people in prison read, each with the place where it stands."""
    for key, text in TEXTS.languages["en"].messages.items():
        yield f"messages.{key}", re.sub(r"\{\w+\}", "Sam", text)
    for topic, answer in load_answers(CONTENT / "answers", TAXONOMY.topics).by_language["en"].items():
        for part in ("title", "short", "more", "simpler", *FOLLOW_UPS):
            yield f"answers.{topic}.{part}", getattr(answer, part)
        for number, step in enumerate(answer.steps, start=1):
            yield f"answers.{topic}.steps.{number}", step
    for prison_id in PRISONS:
        for topic, text in load_prison(CONTENT, prison_id).local.items():
            yield f"local.{prison_id}.{topic}", text
        for key, text in services_read(load_prison(CONTENT, prison_id)):
            yield f"services.{prison_id}.{key}", text
    yield from _sentences_for_helpers()


def _sentences_for_helpers() -> Iterator[tuple[str, str]]:
    for prison_id in PRISONS:
        for role, steps in load_prison(CONTENT, prison_id).help.steps.items():
            for number, text in enumerate(steps, start=1):
                yield f"supporters.{prison_id}.steps.{role}.{number}", text
    for peer, card in load_role_cards(CONTENT / "role_cards").by_language["en"].items():
        for part in PARTS:
            for number, text in enumerate(getattr(card, part), start=1):
                yield f"role_cards.{peer.value}.{part}.{number}", text


def _hard() -> dict[str, str]:
    hard = {}
    for place, text in _sentences():
        reading = measure(text)
        if reading.words >= FEWEST_WORDS and (reading.age > OLDEST or reading.longest > LONGEST):
            hard[place] = f"age {reading.age}, longest sentence {reading.longest} words: {text}"
    return hard


def _exceptions() -> dict[str, str]:
    return dict(read_yaml(CONTENT / "reading_exceptions.yml").data)


def test_a_child_of_eleven_can_read_every_sentence() -> None:
    too_hard = {place: why for place, why in _hard().items() if place not in _exceptions()}

    assert too_hard == {}


def test_an_exception_has_a_reason_and_is_still_needed() -> None:
    assert set(_exceptions()) <= set(_hard())
    assert all(len(reason) >= 20 for reason in _exceptions().values())


_SAID = re.compile(r"""(?:say|has)\(\s*['"]([a-z_0-9]+)['"]""")
_SAID_FAMILY = re.compile(r"""(?:say|has)\(\s*f['"]([a-z_]+_)\{""")
_FRAME_WORD = re.compile(r"\bwords\.([a-z_0-9]+)")


def _files(*patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


TABLET_CODE = _files("actions/*.py", "bot/web/tablet/*.py")
TABLET_TEMPLATES = _files("bot/web/templates/tablet/*.html")


@pytest.mark.parametrize("file", TABLET_CODE, ids=lambda path: path.stem)
def test_code_says_only_what_is_in_the_content(file: Path) -> None:
    text, known = file.read_text("utf-8"), TEXTS.languages["en"].messages

    missing = {key for key in _SAID.findall(text) if key not in known}
    families = {head for head in _SAID_FAMILY.findall(text) if not any(k.startswith(head) for k in known)}

    assert missing | families == set()


@pytest.mark.parametrize("file", TABLET_TEMPLATES, ids=lambda path: path.stem)
def test_a_template_says_only_what_is_in_the_content(file: Path) -> None:
    key_of = Words(lambda key: key)

    keys = {key_of[word] for word in _FRAME_WORD.findall(file.read_text("utf-8"))}

    assert {key for key in keys if not TEXTS.has(key)} == set()
