"""Answers to topics."""

import pytest

from actions.answers import MOST_BUTTONS, answer
from actions.topics import ActionAnswer
from bot.settings import ROOT
from bot.taxonomy import load_taxonomy

TOPICS = load_taxonomy(ROOT / "content").topics


async def test_an_answer_has_its_steps_numbered_and_the_prisons_own_sentence(talk, product):
    said = await talk(ActionAnswer, "ask_visits")

    words = product.answers.get("visits")
    assert said[0]["text"].startswith(words.short)
    assert f"1. {words.steps[0]}" in said[0]["text"]
    assert said[0]["text"].endswith(product.prison.local["visits"])


async def test_an_answer_offers_more_simpler_what_is_asked_next_a_related_topic_and_a_person(talk):
    said = await talk(ActionAnswer, "ask_visits")

    payloads = [button["payload"] for button in said[0]["buttons"]]
    assert payloads[:2] == ['/ask_visits{"part": "more"}', '/ask_visits{"part": "simpler"}']
    assert '/ask_visits{"part": "where"}' in payloads
    assert payloads[-2:] == ["/ask_video_calls", '/request_peer{"role": "pid"}']
    assert len(payloads) <= MOST_BUTTONS


@pytest.mark.parametrize("part", ["more", "simpler"])
async def test_a_part_of_an_answer_comes_from_content_and_still_offers_a_person(talk, product, part):
    said = await talk(ActionAnswer, "ask_visits", entities={"part": part})

    assert said[0]["text"] == getattr(product.answers.get("visits"), part)
    assert said[0]["buttons"][-1]["payload"] == '/request_peer{"role": "pid"}'


async def test_a_forged_part_gets_the_plain_answer(talk, product):
    said = await talk(ActionAnswer, "ask_visits", entities={"part": "everything"})

    assert said[0]["text"].startswith(product.answers.get("visits").short)


async def test_an_unknown_topic_counts_as_not_understood(talk, product):
    said = await talk(ActionAnswer, "ask_the_moon")

    assert said[0]["text"] == product.texts.say("not_understood")


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_an_answer_that_fits_on_a_page(shipped, topic):
    reply = answer(shipped, topic, None, "en")

    assert 2 <= len(reply.buttons) <= MOST_BUTTONS
    assert "\n\n" not in reply.text


async def test_a_language_without_an_answer_gets_the_english_one(talk, product):
    said = await talk(ActionAnswer, "ask_visits", metadata={"language": "xx"})

    assert said[0]["text"].startswith(product.answers.get("visits").short)
