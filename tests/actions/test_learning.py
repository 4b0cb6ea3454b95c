"""What is kept of a message that was not understood, as the actions keep it."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from actions.acts import ActionSay
from actions.misses import ActionNotUnderstood
from actions.safety import ActionDanger
from actions.topics import ActionAnswer
from bot.learning.model import Fate, Guess
from bot.safety.model import Level, Risk, Verdict

RANKING = ("ask_visits", "ask_phone", "ask_money", "ask_court", "ask_gym_exercise")


def given(level=Level.NONE, message_id="m1", **more):
    verdict = Verdict(level, (Risk.SUICIDE,) if level > Level.NONE else (), (), "en", "test")
    return {"verdict": verdict.to_json(), "language": "en", "message_id": message_id, **more}


def kept(product):
    with product.database.reading() as work:
        return list(work.not_understood.list_of(product.prison.id, Fate.NEW))


async def miss(talk, text="wen is da ting", metadata=None, ranking=RANKING):
    metadata = given() if metadata is None else metadata
    return await talk(ActionNotUnderstood, "nlu_fallback", text=text, ranking=ranking, metadata=metadata)


async def test_a_miss_is_kept_scrubbed_with_its_best_three_guesses(talk, product):
    await miss(talk, "sam in a2-14 wants da ting")

    [line] = kept(product)
    assert line.text == "[name] in [cell] wants da ting"
    assert line.guesses == tuple(Guess(intent, 0.1) for intent in RANKING[:3])
    assert (line.language, line.day) == ("en", product.now().date())


@pytest.mark.parametrize("metadata", [{}, {"language": "en"}, given(Level.CONCERN), {"verdict": {}}])
async def test_without_a_clean_verdict_nothing_is_kept(talk, product, metadata):
    await miss(talk, metadata=metadata)

    assert kept(product) == []


async def test_in_a_conversation_with_danger_nothing_is_kept(talk, product):
    await talk(ActionDanger, "danger", metadata=given(Level.URGENT, answered=True))
    await miss(talk)

    assert kept(product) == []


async def test_a_payload_is_no_message(talk, product):
    await miss(talk, "/no_such_intent")

    assert kept(product) == []


async def test_not_what_i_asked_keeps_the_message_and_offers_two_more_guesses_and_a_person(talk, product):
    metadata = given(message_id="m7")
    await talk(ActionAnswer, "ask_visits", text="wen is da ting", ranking=RANKING, metadata=metadata)
    await talk(ActionSay, "thank", text="ta", metadata=given(message_id="m8"))
    said = await talk(
        ActionSay, "feedback_bad", text="/feedback_bad", entities={"reference": "m7"}, metadata=given()
    )

    [line] = kept(product)
    assert line.text == "wen is da ting"
    assert said[0]["text"] == product.texts.say("feedback_bad_guesses")
    assert [b["payload"] for b in said[0]["buttons"]] == ["/ask_phone", "/ask_money", "/request_someone"]


async def test_the_same_said_in_words_is_about_the_last_message(talk, product):
    await talk(ActionAnswer, "ask_visits", text="wen is da ting", ranking=RANKING, metadata=given())
    said = await talk(ActionSay, "feedback_bad", text="thats not what i asked", metadata=given())

    assert [line.text for line in kept(product)] == ["wen is da ting"]
    assert [b["payload"] for b in said[0]["buttons"]][:2] == ["/ask_phone", "/ask_money"]


async def test_not_what_i_asked_about_something_forgotten_still_offers_a_person(talk, product):
    said = await talk(ActionSay, "feedback_bad", text="/feedback_bad", entities={"reference": "gone"})

    assert said[0]["text"] == product.texts.say("feedback_bad")
    assert [b["payload"] for b in said[0]["buttons"]] == ["/request_someone"]


class BrokenWriting:
    """Reads as ever, and cannot be written."""

    @contextmanager
    def writing(self):
        raise OperationalError("insert", {}, Exception("secret"))
        yield


async def test_what_cannot_be_kept_costs_the_person_nothing(talk, product):
    talk.product = replace(product, database=BrokenWriting())
    said = await miss(talk)

    assert said[0]["text"] == product.texts.say("not_understood_guesses")
