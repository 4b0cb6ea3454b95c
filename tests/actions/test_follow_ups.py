"""Short questions right after an answer."""

from dataclasses import replace

import pytest

from actions.acts import ActionRepeat, ActionSay, ActionSaySimpler
from actions.follow_ups import RECENT
from actions.misses import ActionNotUnderstood
from actions.requests import ActionRequest
from actions.safety import ActionDanger
from actions.topics import ActionAnswer
from bot.answers import AnswerBook
from bot.safety.model import Level, Risk, Verdict
from bot.settings import ROOT
from bot.taxonomy import load_taxonomy

TOPICS = load_taxonomy(ROOT / "content").topics
TEXTS = {
    "how_long": "About a week.",
    "where": "At the wing office.",
    "who": "The visits team.",
    "why_not": "You can appeal.",
}


@pytest.fixture
def told(talk, product):
    """A conversation in which every short question about visits has words of its own."""
    book = product.answers.by_language
    english = {**book["en"], "visits": replace(book["en"]["visits"], **TEXTS)}
    talk.product = replace(product, answers=AnswerBook({**book, "en": english}))
    return talk


async def unsure(talk, text, intent="nlu_fallback", **more):
    action = ActionAnswer if intent.startswith("ask_") else ActionNotUnderstood
    return await talk(action, intent, text=text, confidence=0.3, **more)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("how long will that take tho", "how_long"),
        ("when", "how_long"),
        ("where do i go", "where"),
        ("who do i ask", "who"),
        ("n who does that", "who"),
        ("why not", "why_not"),
        ("y not", "why_not"),
        ("how come", "why_not"),
        ("wot if they say no", "why_not"),
    ],
)
async def test_a_short_question_is_about_the_last_answer(told, text, part):
    await told(ActionAnswer, "ask_visits")
    said = await unsure(told, text)

    assert said[0]["text"].startswith(TEXTS[part])
    assert said[0]["custom"] == {"topic": "visits"}
    assert told.slots["topic"] == "visits"


async def test_where_also_says_what_the_directory_knows(told):
    await told(ActionAnswer, "ask_visits")
    said = await unsure(told, "where?")

    assert len(said[0]["text"].split("\n")) >= 2


@pytest.mark.parametrize("intent", ["nlu_fallback", "ask_court", "out_of_scope", "affirm"])
async def test_whatever_intent_an_unsure_model_names(told, intent):
    await told(ActionAnswer, "ask_visits")
    action = ActionSay if intent in ("out_of_scope", "affirm") else ActionAnswer
    said = await told(action, intent, text="how long", confidence=0.5)

    assert said[0]["text"] == TEXTS["how_long"]


async def test_a_confident_other_topic_is_not_overruled(told, product):
    await told(ActionAnswer, "ask_visits")
    said = await told(ActionAnswer, "ask_court", text="when is it", confidence=0.95)

    assert said[0]["text"].startswith(product.answers.get("court").short)


@pytest.mark.parametrize(
    ("text", "confidence"), [("how do you mean", 1.0), ("how do u mean", 1.0), ("how you mean", 0.9)]
)
async def test_how_do_you_mean_asks_for_easier_words(talk, product, text, confidence):
    await talk(ActionAnswer, "ask_adjudications")
    said = await talk(ActionSaySimpler, "say_it_simpler", text=text, confidence=confidence)

    assert said[0]["text"] == product.answers.get("adjudications").simpler


async def test_say_more_is_about_the_answer_though_it_looks_like_say_again(talk, product):
    await talk(ActionAnswer, "ask_visits")
    said = await talk(ActionRepeat, "repeat", text="say more", confidence=0.99)

    assert said[0]["text"].startswith(product.answers.get("visits").more)


@pytest.mark.parametrize("text", ["who did you tell", "why did you tell them", "who have u told"])
async def test_what_we_told_whom_is_not_about_the_answer(told, product, text):
    await told(ActionAnswer, "ask_visits")
    said = await unsure(told, text)

    assert said[0]["text"] in product.texts.ways("not_understood")


async def test_who_wants_a_person_gets_the_question_about_the_person(told, product):
    await told(ActionAnswer, "ask_visits")
    said = await told(ActionRequest, "request_someone", text="who can i talk to", confidence=0.6)

    assert said[0]["text"] == product.texts.say("ask_which")


async def test_danger_is_danger_also_as_a_follow_up(told, product):
    await told(ActionAnswer, "ask_visits")
    verdict = Verdict(Level.URGENT, (Risk.SUICIDE,), (), "en", "test")
    given = {"verdict": verdict.to_json(), "answered": False, "language": "en"}
    said = await told(ActionDanger, "danger", text="why not", metadata=given)

    assert said[0]["text"] == product.texts.say("danger_urgent_suicide")


async def test_after_danger_there_is_no_answer_to_ask_about(told, product):
    await told(ActionAnswer, "ask_visits")
    verdict = Verdict(Level.URGENT, (Risk.SUICIDE,), (), "en", "test")
    await told(ActionDanger, "danger", metadata={"verdict": verdict.to_json(), "answered": True})
    said = await unsure(told, "how long")

    assert said[0]["text"] in product.texts.ways("not_understood")


async def test_an_answer_from_long_ago_is_not_asked_about(told, product):
    await told(ActionAnswer, "ask_visits")
    for _ in range(RECENT):
        await told(ActionSay, "thank")
    said = await unsure(told, "how long")

    assert said[0]["text"] == TEXTS["how_long"]
    for _ in range(RECENT + 1):
        await told(ActionSay, "thank")
    late = await unsure(told, "how long")
    assert late[0]["text"] in product.texts.ways("not_understood")


async def test_before_any_answer_it_is_no_follow_up(told, product):
    said = await unsure(told, "how long")

    assert said[0]["text"] in product.texts.ways("not_understood")


@pytest.mark.parametrize(
    ("topic", "text", "intent", "confidence"),
    [
        ("samaritans_phone", "does it cost", "ask_about_listeners", 0.74),
        ("samaritans_phone", "is it free", "ask_video_calls", 0.95),
        ("my_records", "how much is it", "ask_money", 0.64),
        ("visits", "how many", "request_status", 0.32),
    ],
)
async def test_how_much_is_answered_by_the_answer_itself(talk, product, topic, text, intent, confidence):
    await talk(ActionAnswer, f"ask_{topic}")
    said = await talk(ActionAnswer, intent, text=text, confidence=confidence)

    assert said[0]["text"] == product.answers.get(topic).how_much
    assert said[0]["custom"] == {"topic": topic}


async def test_who_asks_for_a_person_and_not_for_a_price_gets_the_question(talk, product):
    await talk(ActionAnswer, "ask_visits")
    said = await talk(ActionRequest, "request_someone", text="how much", confidence=0.6)

    assert said[0]["text"] == product.texts.say("ask_which")


async def test_what_an_answer_does_not_know_is_said_so_with_whom_to_ask(told, product):
    await told(ActionAnswer, "ask_applications")
    said = await unsure(told, "how much is it")

    who = product.texts.say("role_pid")
    assert said[0]["text"] == product.texts.say("follow_ask", who=who)
    assert said[0]["buttons"][-1]["payload"] == '/request_peer{"role": "pid"}'


@pytest.mark.parametrize(
    ("text", "topic"),
    [("what about canteen", "canteen"), ("wot about the phone", "phone"), ("how about gym", "gym_exercise")],
)
async def test_what_about_another_topic_is_about_that_topic(told, product, text, topic):
    await told(ActionAnswer, "ask_visits")
    said = await unsure(told, text)

    assert said[0]["text"].startswith(product.answers.get(topic).short)
    assert told.slots["topic"] == topic


async def test_what_about_something_unknown_is_left_to_the_model(told, product):
    await told(ActionAnswer, "ask_visits")
    said = await unsure(told, "what about the moon")

    assert said[0]["text"] in product.texts.ways("not_understood")


async def test_a_button_asks_for_the_same(told):
    await told(ActionAnswer, "ask_visits")
    said = await told(ActionAnswer, "ask_visits", text="/ask_visits", entities={"part": "how_long"})

    assert said[0]["text"] == TEXTS["how_long"]


async def test_a_follow_up_in_the_middle_of_asking_keeps_the_question(told, product):
    await told(ActionRequest, "request_listener")
    await told(ActionAnswer, "ask_visits")
    said = await unsure(told, "how long")

    assert said[0]["text"] == TEXTS["how_long"]


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize(
    "text", ["how long", "where do i go", "who do i ask", "why not", "how much", "tell me more"]
)
async def test_every_topic_has_something_to_say_to_every_short_question(talk, topic, text):
    await talk(ActionAnswer, f"ask_{topic}")
    said = await unsure(talk, text)

    assert said[0]["text"].strip()
    assert 2 <= len(said[0]["buttons"]) <= 6
