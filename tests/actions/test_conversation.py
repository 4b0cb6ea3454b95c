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
from actions.progress import ActionStatus
from actions.requests import ActionRequest
from actions.safety import ActionDanger
from actions.topics import ActionAnswer
from actions.yes_and_no import ActionNo, ActionYes
from bot.safety.model import Level, Risk, Verdict

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
    assert [b["payload"] for b in said[0]["buttons"]] == [
        "/ask_visits",
        "/request_staff",
        "/help_menu",
        '/nlu_fallback{"part": "none"}',
    ]


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

    assert said[0]["text"] in product.texts.ways("not_understood_guesses")


async def test_none_of_these_offers_the_next_two_guesses_and_a_person(talk, product):
    five = (*GUESSES, "ask_money", "ask_court")
    await talk(ActionNotUnderstood, "nlu_fallback", text="the ting", ranking=five)
    none = {"part": "none"}
    said = await talk(ActionNotUnderstood, "nlu_fallback", text="/nlu_fallback", entities=none)

    assert said[0]["text"] == product.texts.say("not_understood_twice")
    assert [b["payload"] for b in said[0]["buttons"]] == ["/ask_phone", "/ask_money", "/request_someone"]


async def test_out_of_scope_twice_leads_to_a_person_as_any_miss_does(talk, product):
    first = await talk(ActionSay, "out_of_scope", text="fghj")
    second = await talk(ActionSay, "out_of_scope", text="qwert")

    assert first[0]["text"] == product.texts.say("out_of_scope")
    assert second[0]["text"] == product.texts.say("not_understood_twice_no_guess")
    assert [b["payload"] for b in second[0]["buttons"]] == ["/request_someone"]


async def test_a_miss_and_then_out_of_scope_are_two_in_a_row(talk, product):
    await talk(ActionNotUnderstood, "nlu_fallback", ranking=GUESSES)
    said = await talk(ActionSay, "out_of_scope", text="qwert")

    assert said[0]["text"] == product.texts.say("not_understood_twice_no_guess")


@pytest.mark.parametrize("intent", ["swearing", "greet", "thank", "ask_human_or_bot", "ask_who_sees_this"])
async def test_an_act_has_other_words_the_second_and_the_third_time(talk, product, intent):
    said = [(await talk(ActionSay, intent))[0]["text"] for _ in range(3)]

    assert tuple(said) == product.texts.ways(ACTS[intent].words)


async def test_a_miss_without_guesses_still_offers_something_to_tap(talk, product):
    first = await talk(ActionDefaultFallback, "no_such_intent")
    second = await talk(ActionDefaultFallback, "no_such_intent")

    assert first[0]["text"] == product.texts.say("not_understood")
    assert first[0]["buttons"]
    assert second[0]["text"] == product.texts.say("not_understood_twice_no_guess")
    assert [b["payload"] for b in second[0]["buttons"]] == ["/request_someone"]


@pytest.mark.parametrize("times", [2, 3, 4])
async def test_yes_to_the_offer_of_a_person_asks_whom(talk, product, times):
    for _ in range(times):
        await talk(ActionDefaultFallback, "no_such_intent", text="qwert")
    said = await talk(ActionYes, "affirm", text="yes please")
    with product.database.reading() as work:
        asked = work.requests.of_person("sam")

    assert said[0]["text"] == product.texts.say("ask_which")
    assert asked == []


async def test_yes_to_the_offer_of_a_person_works_also_when_it_was_said_again(talk, product):
    for _ in range(2):
        await talk(ActionDefaultFallback, "no_such_intent", text="qwert")
    await talk(ActionRepeat, "repeat")
    said = await talk(ActionYes, "affirm", text="yes")

    assert said[0]["text"] == product.texts.say("ask_which")


async def test_yes_later_on_does_not_ask_for_a_person(talk, product):
    for _ in range(2):
        await talk(ActionDefaultFallback, "no_such_intent", text="qwert")
    await talk(ActionSay, "thank")
    said = await talk(ActionYes, "affirm", text="yes")

    assert said[0]["text"] == product.texts.say("affirm_alone")


async def test_yes_to_guesses_and_a_person_is_not_taken_for_either(talk, product):
    for _ in range(2):
        await talk(ActionNotUnderstood, "nlu_fallback", text="the ting", ranking=GUESSES)
    said = await talk(ActionYes, "affirm", text="yes")

    assert said[0]["text"] == product.texts.say("affirm_alone")


async def test_say_that_again_says_the_last_answer_with_its_buttons(talk, product):
    first = await talk(ActionAnswer, "ask_visits")
    again = await talk(ActionRepeat, "repeat")
    and_again = await talk(ActionRepeat, "repeat")

    [(text, buttons)] = [(reply["text"], reply["buttons"]) for reply in first]
    opener = product.texts.say("again")
    assert [(reply["text"], reply["buttons"]) for reply in again] == [(text, buttons)]
    assert [(reply["text"], reply["buttons"]) for reply in and_again] == [(f"{opener}\n{text}", buttons)]


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


async def test_when_there_are_no_simpler_words_it_says_so_and_offers_a_person(talk, product):
    await talk(ActionAnswer, "ask_phone")
    await talk(ActionSaySimpler, "say_it_simpler")
    said = await talk(ActionSaySimpler, "say_it_simpler")

    assert said[0]["text"] == product.texts.say("simpler_no_more")
    assert said[0]["buttons"][0]["payload"] == "/request_someone"


async def test_simpler_after_other_words_says_those_again_and_not_an_older_answer(talk, product):
    await talk(ActionAnswer, "ask_visits")
    await talk(ActionSay, "ask_who_sees_this")
    said = await talk(ActionSaySimpler, "say_it_simpler")

    assert said[0]["text"] == product.texts.say("who_sees_this")


async def test_simpler_after_the_status_says_the_status_again(talk, product):
    await talk(ActionAnswer, "ask_canteen")
    await talk(ActionStatus, "request_status")
    said = await talk(ActionSaySimpler, "say_it_simpler")

    assert said[0]["text"] == product.texts.say("status_none")


async def test_simpler_after_thanks_is_about_the_answer(talk, product):
    await talk(ActionAnswer, "ask_visits")
    await talk(ActionSay, "thank")
    said = await talk(ActionSaySimpler, "say_it_simpler")

    assert said[0]["text"] == product.answers.get("visits").simpler


async def test_simpler_after_a_short_question_is_about_its_answer(talk, product):
    await talk(ActionAnswer, "ask_visits")
    await talk(ActionAnswer, "ask_visits", text="where", confidence=0.3)
    said = await talk(ActionSaySimpler, "say_it_simpler")
    then = await talk(ActionAnswer, "ask_court", text="how long", confidence=0.3)

    assert said[0]["text"] == product.answers.get("visits").simpler
    assert then[0]["text"].startswith(product.answers.get("visits").how_long)


async def test_simpler_after_an_answer_and_a_question_is_the_easy_answer_and_the_question(talk, product):
    needs = {"ask_visits": 0.9, "request_listener": 0.9}
    text = "how do i book a visit and i want a listener"
    await talk(ActionRequest, "request_listener", text=text, needs=needs)
    said = await talk(ActionSaySimpler, "say_it_simpler")
    done = await talk(ActionYes, "affirm")

    assert [reply["text"] for reply in said] == [
        product.answers.get("visits").simpler,
        product.texts.say("ask_confirm_listener"),
    ]
    assert done[1]["text"] == product.texts.say("ask_next")


async def test_simpler_after_an_answer_in_the_middle_of_asking_keeps_the_question(talk, product):
    await talk(ActionRequest, "request_listener")
    await talk(ActionAnswer, "ask_visits")
    said = await talk(ActionSaySimpler, "say_it_simpler")

    assert said[0]["text"] == product.answers.get("visits").simpler
    assert said[1]["text"].endswith(product.texts.say("ask_confirm_listener"))
    assert talk.slots["step"] == "confirm_request"


async def test_simpler_after_two_answers_is_both_in_easy_words(talk, product):
    needs = {"ask_phone": 0.9, "ask_visits": 0.9}
    await talk(ActionAnswer, "ask_phone", text="visits n phone", needs=needs)
    said = await talk(ActionSaySimpler, "say_it_simpler")

    assert [reply["text"] for reply in said] == [
        product.answers.get("phone").simpler,
        product.answers.get("visits").simpler,
    ]


async def test_simpler_after_danger_says_what_was_said_to_it(talk, product):
    await talk(ActionAnswer, "ask_visits")
    verdict = Verdict(Level.URGENT, (Risk.SUICIDE,), (), "en", "test")
    given = {"verdict": verdict.to_json(), "answered": True, "language": "en"}
    await talk(ActionDanger, "danger", text="words", metadata=given)
    said = await talk(ActionSaySimpler, "say_it_simpler")

    assert product.answers.get("visits").simpler not in [reply["text"] for reply in said]
    assert "bell" in said[0]["text"]


ALWAYS = [
    (ActionSay, "ask_human_or_bot", "human_or_bot"),
    (ActionSay, "ask_who_sees_this", "who_sees_this"),
]


@pytest.mark.parametrize(("action", "intent", "words"), ALWAYS)
async def test_what_always_works_works_in_the_middle_of_asking_and_loses_nothing(
    talk, product, action, intent, words
):
    await talk(ActionRequest, "request_listener")
    said = await talk(action, intent)
    done = await talk(ActionYes, "affirm")

    assert [reply["text"] for reply in said] == [
        product.texts.say(words),
        product.texts.say("ask_confirm_listener"),
    ]
    assert done[1]["text"] == product.texts.say("ask_next")


async def test_say_it_again_in_the_middle_of_asking_says_the_question_again(talk, product):
    await talk(ActionRequest, "request_listener")
    said = await talk(ActionRepeat, "repeat")
    done = await talk(ActionYes, "affirm")

    assert said[0]["text"] == product.texts.say("ask_confirm_listener")
    assert done[1]["text"] == product.texts.say("ask_next")


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
    await talk(ActionAnswer, "ask_phone")
    talk.product = replace(product, follow_ups=None)
    with capture_logs() as logs:
        said = await talk(ActionAnswer, "ask_visits", text="my secret words", confidence=0.3)

    assert said[0]["text"] == product.texts.say("something_broke")
    assert logs == [
        {"event": "action.failed", "action": "action_answer", "error": "AttributeError", "log_level": "error"}
    ]
    assert "secret" not in caplog.text
