"""Danger in a message, whatever the dialogue was doing."""

import pytest

from actions.acts import ActionRepeat, ActionSay, ActionSaySimpler
from actions.danger import danger_words
from actions.requests import ActionRequest
from actions.safety import ActionDanger
from actions.topics import ActionAnswer
from actions.turn import Danger
from actions.yes_and_no import ActionYes
from bot.safety.model import Level, Risk, Verdict


def metadata(level, risk=Risk.SUICIDE, *, answered):
    verdict = Verdict(level, (risk,) if level > Level.NONE else (), (), "en", "test")
    return {"verdict": verdict.to_json(), "answered": answered, "language": "en", "message_id": "m1"}


async def test_what_the_tablet_app_answered_is_not_said_twice_and_the_flow_is_over(talk):
    await talk(ActionRequest, "request_listener")
    said = await talk(ActionDanger, "danger", metadata=metadata(Level.EMERGENCY, answered=True))

    flow = ("step", "request_kind", "request_role", "asides", "topic", "misses")
    assert said == []
    assert {talk.slots[name] for name in flow} == {None}


async def test_a_yes_after_danger_no_longer_answers_the_question_before_it(talk, product):
    await talk(ActionRequest, "request_listener")
    await talk(ActionDanger, "danger", metadata=metadata(Level.CONCERN, answered=True))
    said = await talk(ActionYes, "affirm")

    assert said[0]["text"] == product.texts.say("affirm_alone")
    with product.database.reading() as work:
        assert list(work.requests.of_person("sam")) == []


async def test_where_nobody_was_told_the_words_say_so_and_the_bell_comes_first(talk, product):
    entities = {"danger_level": "emergency", "danger_risk": "suicide"}
    said = await talk(ActionDanger, "danger", entities=entities)

    keys = ("danger_emergency_suicide", "danger_not_told", "danger_samaritans")
    assert [reply["text"] for reply in said] == [product.texts.say(key) for key in keys]


async def test_the_verdict_in_the_metadata_counts_more_than_the_entities(talk, product):
    entities = {"danger_level": "concern"}
    given = metadata(Level.URGENT, Risk.SELF_HARM, answered=False)
    said = await talk(ActionDanger, "danger", entities=entities, metadata=given)

    assert said[0]["text"] == product.texts.say("danger_urgent_self_harm")


async def test_danger_of_no_known_level_counts_as_the_highest(talk, product):
    said = await talk(ActionDanger, "danger", entities={"danger_level": "???"})

    assert said[0]["text"] == product.texts.say("danger_emergency")


@pytest.mark.parametrize("action", [ActionAnswer, ActionRequest])
async def test_danger_in_the_verdict_wins_even_when_another_intent_was_found(talk, product, action):
    given = metadata(Level.EMERGENCY, answered=False)
    said = await talk(action, "ask_visits", metadata=given)

    assert said[0]["text"] == product.texts.say("danger_emergency_suicide")


async def test_a_verdict_without_danger_changes_nothing(talk, product):
    said = await talk(ActionAnswer, "ask_visits", metadata=metadata(Level.NONE, answered=False))

    assert said[0]["text"].startswith(product.answers.get("visits").short)


@pytest.mark.parametrize("broken", [{"verdict": {}}, {"verdict": "none"}, {"verdict": None}, {"answered": 1}])
async def test_metadata_of_another_shape_is_as_if_it_were_not_there(talk, product, broken):
    said = await talk(ActionDanger, "danger", entities={"danger_level": "urgent"}, metadata=broken)

    assert said[0]["text"] == product.texts.say("danger_urgent")
    assert said[1]["text"] == product.texts.say("danger_not_told")


async def test_say_that_again_after_danger_says_the_words_of_the_tablet_app_again(talk, product):
    await talk(ActionAnswer, "ask_visits")
    await talk(ActionDanger, "danger", metadata=metadata(Level.EMERGENCY, answered=True))
    said = await talk(ActionRepeat, "repeat")

    keys = ("danger_emergency_suicide", "danger_told", "danger_samaritans")
    assert [reply["text"] for reply in said] == [product.texts.say(key) for key in keys]


async def test_words_about_danger_stay_as_they_are_however_often_they_are_said(talk, product):
    given = metadata(Level.EMERGENCY, answered=False)
    said = [await talk(ActionDanger, "danger", metadata=given) for _ in range(4)]
    again = [await talk(ActionRepeat, "repeat") for _ in range(3)]

    keys = ("danger_emergency_suicide", "danger_not_told", "danger_samaritans")
    words = [product.texts.say(key) for key in keys]
    assert [[reply["text"] for reply in replies] for replies in said] == [words] * 4
    assert [[reply["text"] for reply in replies] for replies in again] == [words] * 3


@pytest.mark.parametrize(
    ("intent", "words"), [("ask_human_or_bot", "human_or_bot"), ("ask_who_sees_this", "who_sees_this")]
)
async def test_who_asks_what_this_is_right_after_danger_is_told(talk, product, intent, words):
    await talk(ActionDanger, "danger", metadata=metadata(Level.URGENT, answered=True))
    said = await talk(ActionSay, intent)

    assert said[0]["text"] == product.texts.say(words)


async def test_simpler_words_right_after_danger_are_the_words_about_danger(talk, product):
    await talk(ActionAnswer, "ask_visits")
    await talk(ActionDanger, "danger", metadata=metadata(Level.EMERGENCY, answered=True))
    said = await talk(ActionSaySimpler, "say_it_simpler")

    assert said[0]["text"] == product.texts.say("danger_emergency_suicide")
    assert said[1]["text"] == product.texts.say("danger_told")


@pytest.mark.parametrize("risk", [None, *Risk])
@pytest.mark.parametrize("level", [Level.CONCERN, Level.URGENT, Level.EMERGENCY])
def test_there_are_words_for_every_level_and_risk(shipped, level, risk):
    words = danger_words(Danger(level, risk, answered=False), shipped.texts, "en")

    assert words
    assert level is not Level.EMERGENCY or "cell bell" in words
