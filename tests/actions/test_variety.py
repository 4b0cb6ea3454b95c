"""The same words are not said a third time: in one place, for whatever is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.acts import ACTS, ActionRepeat, ActionSay, ActionSaySimpler
from actions.misses import ActionNotUnderstood
from actions.progress import ActionCancel, ActionStatus
from actions.requests import ActionRequest
from actions.topics import ActionAnswer
from actions.turn import Reply
from actions.variety import MOST_TIMES, bare, fresh
from actions.yes_and_no import ActionNo, ActionYes

OPENERS = ("Once more:", "As I said before:", "Here it is again:")
STEPS = [
    (ActionSay, "greet"),
    (ActionSay, "swearing"),
    (ActionSay, "out_of_scope"),
    (ActionSay, "ask_who_sees_this"),
    (ActionSay, "feedback_bad"),
    (ActionAnswer, "ask_visits"),
    (ActionAnswer, "ask_phone"),
    (ActionSaySimpler, "say_it_simpler"),
    (ActionRepeat, "repeat"),
    (ActionNotUnderstood, "nlu_fallback"),
    (ActionRequest, "request_listener"),
    (ActionRequest, "request_someone"),
    (ActionStatus, "request_status"),
    (ActionCancel, "cancel_request"),
    (ActionNo, "deny"),
    (ActionYes, "affirm"),
]


@pytest.mark.parametrize(("action", "intent"), STEPS, ids=[intent for _, intent in STEPS])
@pytest.mark.parametrize("language", ["en", "pl"])
async def test_whatever_is_asked_again_and_again_is_never_answered_the_same_three_times(
    talk, action, intent, language
):
    said = []
    for _ in range(7):
        replies = await talk(action, intent, text=f"{intent} again", metadata={"language": language})
        said.append("\n".join(reply["text"] for reply in replies))

    assert all(len({said[i], said[i + 1], said[i + 2]}) > 1 for i in range(len(said) - 2))


async def test_a_topic_comes_first_whole_then_in_easier_words_then_in_more_with_a_person(talk, product):
    said = [(await talk(ActionAnswer, "ask_visits"))[0] for _ in range(4)]

    words, say = product.answers.get("visits"), product.texts.say
    assert said[0]["text"].startswith(words.short)
    assert said[1]["text"] == f"{say('topic_again')}\n{words.simpler}"
    assert said[2]["text"] == f"{say('topic_again_person')}\n{words.more}"
    assert "/request_someone" in [button["payload"] for button in said[2]["buttons"]]
    assert said[3]["text"].startswith(words.short)
    assert {reply["custom"]["topic"] for reply in said} == {"visits"}


async def test_other_topics_in_between_do_not_bring_back_the_same_words(talk, product):
    said = []
    for topic in ("visits", "phone", "visits", "canteen", "visits", "money"):
        said.append((await talk(ActionAnswer, f"ask_{topic}"))[0]["text"])

    assert len({said[0], said[2], said[4]}) == 3


async def test_a_language_without_other_words_begins_with_its_own_neutral_line(talk, product):
    polish = {"language": "pl"}
    said = [(await talk(ActionSay, "thank", metadata=polish))[0]["text"] for _ in range(4)]

    thanks = product.texts.say("thank", "pl")
    openers = product.texts.ways("again", "pl")
    assert said == [thanks, thanks, f"{openers[0]}\n{thanks}", f"{openers[1]}\n{thanks}"]


def test_every_act_has_other_words_in_english(shipped):
    alone = [act.words for act in ACTS.values() if len(shipped.texts.ways(act.words)) < 2]

    assert alone == []


KINDS = {
    "one": Reply("one"),
    "two": Reply("two", others=(Reply("two, again"),)),
    "three": Reply("three", others=(Reply("three, again"), Reply("three, at last"))),
}


@given(st.lists(st.sampled_from(sorted(KINDS)), min_size=3, max_size=80))
def test_no_kind_is_said_in_the_same_words_three_times_in_a_row(turns):
    said: list[str] = []
    by_kind: dict[str, list[str]] = {}
    for kind in turns:
        (reply,) = fresh((KINDS[kind],), said, OPENERS)
        said.append(reply.text)
        by_kind.setdefault(kind, []).append(reply.text)

    for texts in by_kind.values():
        assert all(len(set(texts[i : i + 3])) > 1 for i in range(len(texts) - 2))
        first = texts[: MOST_TIMES * (1 + len(OPENERS))]
        assert all(first.count(text) <= MOST_TIMES for text in first)


@given(st.integers(min_value=1, max_value=12))
def test_fixed_words_are_said_as_they_are(times):
    bell = Reply("Press your cell bell now.", is_fixed=True)

    (reply,) = fresh((bell,), [bell.text] * times, OPENERS)

    assert reply is bell


def test_an_opener_is_taken_off_before_another_is_put_on():
    assert bare("Once more:\nAs I said before:\nHello.", OPENERS) == "Hello."
