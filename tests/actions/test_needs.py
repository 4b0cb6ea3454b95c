"""Several needs in one message."""

from dataclasses import replace

import pytest

from actions.acts import ActionSay
from actions.misses import ActionNotUnderstood
from actions.requests import ActionRequest
from actions.topics import ActionAnswer
from actions.yes_and_no import ActionYes
from bot.answers import AnswerBook
from bot.queue.model import Kind
from bot.safety.model import Level, Risk, Verdict

TEXT = "when is my visit and how do i get phone credit"


def payloads(reply):
    return [button["payload"] for button in reply["buttons"]]


@pytest.fixture
def brief(talk, product):
    """A conversation in which the answer about the canteen is brief."""
    book = product.answers.by_language
    canteen = replace(book["en"]["canteen"], short="Hand in the sheet.", steps=())
    talk.product = replace(product, answers=AnswerBook({**book, "en": {**book["en"], "canteen": canteen}}))
    return talk


async def test_two_needs_are_both_answered_the_second_in_easy_words(talk, product):
    needs = {"ask_phone": 0.9, "ask_visits": 0.9}
    said = await talk(ActionAnswer, "ask_phone", text=TEXT, needs=needs)

    lead = product.texts.say("needs_second", title=product.answers.get("visits").title)
    assert said[0]["text"].startswith(product.answers.get("phone").short)
    assert said[1]["text"] == f"{lead}\n{product.answers.get('visits').simpler}"
    assert payloads(said[1])[:2] == ['/ask_phone{"part": "more"}', "/ask_visits"]


async def test_a_second_answer_that_is_short_is_read_whole(brief, product):
    needs = {"ask_visits": 0.9, "ask_canteen": 0.9}
    said = await brief(ActionAnswer, "ask_visits", text=TEXT, needs=needs)

    lead = product.texts.say("needs_second", title=product.answers.get("canteen").title)
    assert said[1]["text"].startswith(f"{lead}\nHand in the sheet.")
    assert [reply["custom"] for reply in said] == [{"topic": "visits"}, {"topic": "canteen"}]


async def test_an_unsure_second_need_is_a_button(talk, product):
    needs = {"ask_visits": 0.9, "ask_phone": 0.6}
    said = await talk(ActionAnswer, "ask_visits", text=TEXT, needs=needs)

    assert said[0]["text"].startswith(product.answers.get("visits").short)
    assert said[1]["text"] == product.texts.say("needs_more")
    assert payloads(said[1]) == ["/ask_phone"]


async def test_of_three_needs_the_first_is_answered_and_the_others_are_buttons(talk, product):
    needs = {"ask_visits": 0.9, "ask_phone": 0.9, "ask_canteen": 0.9}
    said = await talk(ActionNotUnderstood, "nlu_fallback", text=TEXT, needs=needs)

    assert said[0]["text"].startswith(product.answers.get("visits").short)
    assert payloads(said[1]) == ["/ask_phone", "/ask_canteen"]
    assert sum(len(reply["buttons"]) for reply in said) <= 8
    assert talk.slots["misses"] is None


@pytest.mark.parametrize(("confidence", "first"), [(0.9, "phone"), (0.6, "visits")])
async def test_needs_come_as_written_but_before_an_unsure_one_what_the_whole_is_about(
    talk, product, confidence, first
):
    needs = {"ask_phone": confidence, "ask_visits": 0.9, "ask_canteen": 0.9}
    said = await talk(ActionAnswer, "ask_visits", text=TEXT, needs=needs)

    assert said[0]["text"].startswith(product.answers.get(first).short)


@pytest.mark.parametrize("intent", ["ask_visits", "request_listener", "nlu_fallback"])
async def test_a_person_among_the_needs_gets_the_question_after_the_answer(talk, product, intent):
    action = {"request_listener": ActionRequest, "nlu_fallback": ActionNotUnderstood}.get(
        intent, ActionAnswer
    )
    needs = {"ask_visits": 0.9, "request_listener": 0.9, "ask_phone": 0.9}
    said = await talk(action, intent, text=TEXT, needs=needs)
    await talk(ActionYes, "affirm")

    with product.database.reading() as work:
        [request] = work.requests.of_person("sam")
    assert said[0]["text"].startswith(product.answers.get("visits").short)
    assert payloads(said[0]) == ["/ask_phone"]
    assert said[-1]["text"] == product.texts.say("ask_confirm_listener")
    assert request.kind is Kind.LISTENER


async def test_a_peer_supporter_among_the_needs_is_read_from_the_words(talk, product):
    needs = {"ask_visits": 0.9, "request_peer": 0.9}
    text = "when is my visit and can i see a buddy"
    said = await talk(ActionAnswer, "ask_visits", text=text, needs=needs)

    assert said[-1]["text"] == product.texts.say("ask_confirm_peer", who=product.texts.say("role_buddy"))


@pytest.mark.parametrize("intent", ["greet", "thank", "swearing", "out_of_scope"])
async def test_one_question_beside_a_greeting_or_a_curse_is_answered(talk, product, intent):
    said = await talk(ActionSay, intent, text="hello. how do i book a visit", needs={"ask_visits": 0.8})

    assert said[0]["text"].startswith(product.answers.get("visits").short)
    assert talk.slots["topic"] == "visits"


@pytest.mark.parametrize(
    ("intent", "needs", "asked", "other"),
    [
        ("request_listener", ("request_listener", "request_staff"), "ask_confirm_listener", "/request_staff"),
        ("request_staff", ("request_status", "request_staff"), "ask_confirm_staff", "/request_status"),
    ],
)
async def test_of_two_wishes_one_is_asked_about_and_the_other_is_a_button_before_it(
    talk, product, intent, needs, asked, other
):
    text = "i want to see someone n i need an officer"
    said = await talk(ActionRequest, intent, text=text, needs=dict.fromkeys(needs, 0.9))

    assert [reply["text"] for reply in said] == [product.texts.say("needs_more"), product.texts.say(asked)]
    assert payloads(said[0]) == [other]


async def test_a_wish_that_is_among_the_choices_is_no_button_of_its_own(talk, product):
    needs = {"request_someone": 0.9, "request_staff": 0.9}
    said = await talk(ActionRequest, "request_someone", text="someone to talk to n an officer", needs=needs)

    assert [reply["text"] for reply in said] == [product.texts.say("ask_which")]


async def test_after_two_wishes_a_yes_asks_for_the_one_in_question(talk, product):
    needs = {"request_listener": 0.9, "request_staff": 0.9}
    await talk(ActionRequest, "request_listener", text="a listener and an officer", needs=needs)
    await talk(ActionYes, "affirm")

    with product.database.reading() as work:
        [request] = work.requests.of_person("sam")
    assert request.kind is Kind.LISTENER


async def test_a_yes_is_a_yes_whatever_else_is_in_it(talk, product):
    await talk(ActionRequest, "request_listener")
    needs = {"ask_visits": 0.9, "ask_phone": 0.9}
    said = await talk(ActionYes, "affirm", text="yes and visits and phone", needs=needs)

    assert said[1]["text"] == product.texts.say("ask_next")


async def test_one_need_is_no_several(talk, product):
    said = await talk(ActionAnswer, "ask_visits", text=TEXT, needs={"ask_visits": 0.9})

    assert len(said) == 1


@pytest.mark.parametrize("needs", [{"ask_the_moon": 0.9, "greet": 0.9}, {"danger": 1.0, "x": 1.0}])
async def test_needs_that_nobody_knows_are_as_if_they_were_not_there(talk, product, needs):
    said = await talk(ActionAnswer, "ask_visits", text=TEXT, needs=needs)

    assert [reply["text"].startswith(product.answers.get("visits").short) for reply in said] == [True]


async def test_danger_beside_needs_is_only_danger(talk, product):
    verdict = Verdict(Level.EMERGENCY, (Risk.SUICIDE,), (), "en", "test")
    given = {"verdict": verdict.to_json(), "answered": True, "language": "en"}
    needs = {"ask_visits": 0.9, "request_staff": 0.9}
    said = await talk(ActionAnswer, "ask_visits", text=TEXT, needs=needs, metadata=given)

    assert said == []


async def test_two_needs_in_the_middle_of_asking_keep_the_question(talk, product):
    await talk(ActionRequest, "request_listener")
    needs = {"ask_visits": 0.9, "ask_phone": 0.6}
    said = await talk(ActionAnswer, "ask_visits", text=TEXT, needs=needs)

    assert said[-1]["text"] == product.texts.say("ask_confirm_listener")
