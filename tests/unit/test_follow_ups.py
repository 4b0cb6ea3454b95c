"""Which short messages ask about what was just said."""

from pathlib import Path

import pytest
import yaml

from bot.content import BadContent
from bot.follow_ups import Asked, FollowUp, load_follow_ups
from bot.settings import ROOT

FOLLOW_UPS = load_follow_ups(ROOT / "content")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How long?", FollowUp.HOW_LONG),
        ("how long will that take tho", FollowUp.HOW_LONG),
        ("ok but how long m8", FollowUp.HOW_LONG),
        ("wen", FollowUp.WHEN),
        ("when will they tell me", FollowUp.WHEN),
        ("WHERE DO I GO", FollowUp.WHERE),
        ("who's that then", FollowUp.WHO),
        ("n who does that", FollowUp.WHO),
        ("why not", FollowUp.WHY_NOT),
        ("y not", FollowUp.WHY_NOT),
        ("how come", FollowUp.WHY_NOT),
        ("wot if they say no", FollowUp.WHY_NOT),
        ("they said no", FollowUp.WHY_NOT),
        ("is it free", FollowUp.HOW_MUCH),
        ("how much does it cost m8", FollowUp.HOW_MUCH),
        ("do i have to pay for it", FollowUp.HOW_MUCH),
        ("does it cost anything", FollowUp.HOW_MUCH),
        ("how many can i have", FollowUp.HOW_MUCH),
        ("how do i do that", FollowUp.HOW),
        ("tell me more", FollowUp.MORE),
        ("jak długo to potrwa", FollowUp.HOW_LONG),
        ("gdzie", FollowUp.WHERE),
        ("de ce nu", FollowUp.WHY_NOT),
        ("أين", FollowUp.WHERE),
        ("pam ddim", FollowUp.WHY_NOT),
        ("kush", FollowUp.WHO),
    ],
)
def test_question_words_and_filler_are_a_question_about_the_answer(text, kind):
    found = FOLLOW_UPS.read(text)

    assert found == Asked(kind)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "yes",
        "no",
        "who are you",
        "who r u",
        "who can see this",
        "how are you",
        "how do you mean",
        "how d'you mean",
        "who did you tell",
        "why did u tell them",
        "who do you tell",
        "who have you told",
        "is anyone coming",
        "i need to speak to someone",
        "can i talk to someone",
        "how long does a visit last",
        "where is my canteen",
        "when do i get out",
        "why should i go on",
        "how do i go on",
        "why am i still here",
        "no one helps",
        "why bother",
        "how long " + "so " * 20,
    ],
)
def test_anything_else_is_none(text):
    assert FOLLOW_UPS.read(text) is None


def test_another_topic_is_named_by_the_words_after_it():
    assert FOLLOW_UPS.read("n what about the phone then") == Asked(FollowUp.ABOUT, ("phone",))
    assert FOLLOW_UPS.read("what about that") is None


def test_every_language_of_the_messages_has_every_kind():
    languages = {path.stem for path in (ROOT / "content" / "messages").glob("*.yml")}
    missing = [
        (code, kind)
        for code in languages
        for kind in FollowUp
        if not FOLLOW_UPS.by_language[code].phrases[kind]
    ]

    assert missing == []


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"pl": {"how_long": ["ile"]}}, "en: is missing"),
        ({"en": {"how_lnog": ["ile"]}}, "no kind of question"),
        ({"en": {"filler": ["a", False]}}, "need quotes"),
        ({"en": {"filler": "a"}}, "need quotes"),
        ({"en": {"where": ["?"]}}, "should be words"),
    ],
)
def test_a_bad_file_is_refused_with_the_key(tmp_path: Path, data, why):
    (tmp_path / "follow_ups.yml").write_text(yaml.safe_dump(data), "utf-8")

    with pytest.raises(BadContent, match=why):
        load_follow_ups(tmp_path)
