"""Small talk, misses, saying it again and simpler, and what is said when an action breaks."""

import logging
from dataclasses import replace

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from actions.acts import ACTS, ActionRepeat, ActionSay, ActionSaySimpler
from actions.misses import ActionDefaultFallback, ActionNotUnderstood
from actions.requests import ActionRequest
from actions.topics import ActionAnswer
from actions.yes_and_no import ActionNo, ActionYes

GUESSES = ("ask_visits", "swearing", "request_staff", "help_menu", "ask_phone")


@pytest.mark.parametrize("intent", ACTS)
async def test_every_act_has_words_from_content(talk, product, intent):
    action = {"affirm": ActionYes, "deny": ActionNo}.get(intent, ActionSay)
    said = await talk(action, intent)

    assert said[0]["text"] == product.texts.say(ACTS[intent].words)


async def test_languages_are_offered_by_their_own_names(talk, product):
    said = await talk(ActionSay, "change_language")

    known = product.texts.languages
    offered = [code for code in product.prison.languages if code in known]
    assert [(b["title"], b["payload"]) for b in said[0]["buttons"]] == [
        (known[code].name, f"language:{code}") for code in offered
    ]


async def test_the_first_miss_gives_the_three_best_guesses(talk, product):
    said = await talk(ActionNotUnderstood, "nlu_fallback", ranking=GUESSES)

    assert said[0]["text"] == product.texts.say("not_understood_guesses")
    assert [b["payload"] for b in said[0]["buttons"]] == ["/ask_visits", "/request_staff", "/help_menu"]


async def test_the_second_miss_in_a_row_offers_a_person_too(talk, product):
    await talk(ActionNotUnderstood, "nlu_fallback", ranking=GUESSES)
    said = await talk(ActionDefaultFallback, "nlu_fallback", ranking=GUESSES)

    assert said[0]["text"] == product.texts.say("not_understood_twice")
    assert len(said[0]["buttons"]) == 4
    assert said[0]["buttons"][-1]["payload"] == "/request_someone"


async def test_an_understood_message_between_two_misses_starts_the_count_again(talk, product):
    await talk(ActionNotUnderstood, "nlu_fallback", ranking=GUESSES)
    await talk(ActionAnswer, "ask_visits")
    said = await talk(ActionNotUnderstood, "nlu_fallback", ranking=GUESSES)

    assert said[0]["text"] == product.texts.say("not_understood_guesses")


async def test_a_miss_without_guesses_still_offers_something_to_tap(talk, product):
    first = await talk(ActionDefaultFallback, "no_such_intent")
    second = await talk(ActionDefaultFallback, "no_such_intent")

    assert first[0]["text"] == product.texts.say("not_understood")
    assert first[0]["buttons"]
    assert second[0]["text"] == product.texts.say("not_understood_twice_no_guess")
    assert [b["payload"] for b in second[0]["buttons"]] == ["/request_someone"]


async def test_say_that_again_says_the_last_answer_with_its_buttons(talk):
    first = await talk(ActionAnswer, "ask_visits")
    again = await talk(ActionRepeat, "repeat")
    and_again = await talk(ActionRepeat, "repeat")

    shown = [(reply["text"], reply["buttons"]) for reply in first]
    assert [(reply["text"], reply["buttons"]) for reply in again] == shown
    assert [(reply["text"], reply["buttons"]) for reply in and_again] == shown


async def test_say_that_again_before_anything_was_said(talk, product):
    said = await talk(ActionRepeat, "repeat")

    assert said[0]["text"] == product.texts.say("repeat_nothing")


async def test_simpler_words_are_those_of_the_last_topic(talk, product):
    await talk(ActionAnswer, "ask_phone")
    said = await talk(ActionSaySimpler, "say_it_simpler")

    assert said[0]["text"] == product.answers.get("phone").simpler


async def test_simpler_words_in_the_middle_of_asking_say_the_question_again(talk, product):
    await talk(ActionAnswer, "ask_phone")
    await talk(ActionRequest, "request_listener")
    said = await talk(ActionSaySimpler, "say_it_simpler")

    assert said[0]["text"] == product.texts.say("ask_confirm_listener")
    assert talk.slots["step"] == "confirm_request"


async def test_after_a_message_that_no_rule_knows_the_assistant_listens_again(product):
    tracker = Tracker("sam", {}, {"intent": {"name": "no_such_intent"}}, [], False, None, {}, None)
    events = await ActionDefaultFallback(lambda: product).run(CollectingDispatcher(), tracker, {})

    assert events[-1] == {"event": "followup", "timestamp": None, "name": "action_listen"}


class BrokenDatabase:
    def writing(self):
        raise OperationalError("insert 'my secret words'", {}, Exception("my secret words"))


async def test_a_request_that_broke_is_never_called_made(talk, product):
    talk.product = replace(product, database=BrokenDatabase())
    tapped = await talk(ActionRequest, "request_staff", entities={"sure": "yes"}, text="my secret words")
    await talk(ActionRequest, "request_staff")
    typed = await talk(ActionYes, "affirm")

    assert [reply["text"] for reply in (*tapped, *typed)] == [product.texts.say("ask_failed")] * 2
    assert talk.slots["step"] == "confirm_request"


async def test_an_error_leaves_honest_words_and_no_word_of_the_message_in_the_log(talk, product, caplog):
    caplog.set_level(logging.DEBUG)
    talk.product = replace(product, answers=None)
    with capture_logs() as logs:
        said = await talk(ActionAnswer, "ask_visits", text="my secret words")

    assert said[0]["text"] == product.texts.say("something_broke")
    assert logs == [
        {"event": "action.failed", "action": "action_answer", "error": "AttributeError", "log_level": "error"}
    ]
    assert "secret" not in caplog.text
