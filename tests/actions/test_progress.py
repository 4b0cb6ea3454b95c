"""What became of a request, and stopping one."""

import pytest

from actions.misses import ActionNotUnderstood
from actions.progress import ActionCancel, ActionStatus
from actions.requests import ActionRequest
from actions.topics import ActionAnswer
from actions.yes_and_no import ActionNo, ActionYes
from bot.people.model import Actor, ActorKind, Person, Place
from bot.queue import service as queue
from bot.queue.model import Change, Kind, NotAllowedNow, State
from bot.safety import intake
from bot.safety.intake import Arrival
from bot.safety.model import Level, Risk, Verdict

STAFF = Actor(ActorKind.STAFF, "officer")


@pytest.fixture
def ask(product, sam):
    def open_request(kind, person=sam, **more):
        with product.database.writing() as work:
            return queue.ask(work, person, kind, deadlines=product.prison, now=product.now(), **more)

    return open_request


@pytest.fixture
def change(product):
    def move(request, what, **more):
        with product.database.writing() as work:
            return queue.move(work, request.id, what, STAFF, now=product.now(), **more)

    return move


@pytest.fixture
def state_of(product):
    def read(request):
        with product.database.reading() as work:
            return work.requests.get(request.id).state

    return read


async def test_without_a_request_the_status_says_so_and_offers_a_person(talk, product):
    said = await talk(ActionStatus, "request_status")

    assert said[0]["text"] == product.texts.say("status_none")
    assert [b["payload"] for b in said[0]["buttons"]] == ["page:requests", "/request_someone"]


async def test_every_open_request_has_its_line_and_only_what_a_human_set(talk, product, ask, change):
    listener = ask(Kind.LISTENER)
    reader = ask(Kind.PEER, role="reading_mentor")
    change(reader, Change.SEEN)
    said = await talk(ActionStatus, "request_status")

    say = product.texts.say
    *lines, nobody = said[0]["text"].split("\n")
    # There is no reading mentor here.
    assert nobody.startswith(say("ask_nobody_now"))
    assert sorted(lines) == sorted(
        [
            f"{say('kind_listener')} ({listener.reference}): {say('state_waiting')}",
            f"{say('role_reading_mentor')} ({reader.reference}): {say('state_waiting_seen')}",
        ]
    )


async def test_the_chat_says_too_that_the_helper_had_to_stop(talk, product, ask, change):
    request = ask(Kind.LISTENER)
    change(request, Change.BEGUN)
    change(request, Change.HANDED_BACK, deadlines=product.prison)
    said = await talk(ActionStatus, "request_status")

    assert product.texts.say("state_waiting_stopped") in said[0]["text"]


async def test_a_request_that_could_not_be_met_is_told_with_its_reason(talk, product, ask, change):
    request = ask(Kind.LISTENER)
    words = queue.Words(reason="no_listener", offered="the Samaritans phone")
    change(request, Change.COULD_NOT, words=words)
    said = await talk(ActionStatus, "request_status")

    assert product.texts.say("reason_no_listener") in said[0]["text"]
    assert "the Samaritans phone" in said[0]["text"]


async def test_the_only_request_is_stopped_after_a_yes(talk, product, ask, state_of):
    request = ask(Kind.LISTENER)
    asked = await talk(ActionCancel, "cancel_request")
    before = state_of(request)
    done = await talk(ActionYes, "affirm")

    assert request.reference in asked[0]["text"]
    assert before is State.WAITING
    assert done[0]["text"] == product.texts.say("cancel_done")
    assert state_of(request) is State.CANCELLED


async def test_a_no_keeps_the_request(talk, product, ask, state_of):
    request = ask(Kind.LISTENER)
    await talk(ActionCancel, "cancel_request")
    said = await talk(ActionNo, "deny")

    assert said[0]["text"] == product.texts.say("cancel_kept")
    assert state_of(request) is State.WAITING


async def test_of_several_requests_one_is_chosen_by_its_button(talk, product, ask, state_of):
    listener, staff = ask(Kind.LISTENER), ask(Kind.STAFF)
    offered = await talk(ActionCancel, "cancel_request")
    await talk(ActionCancel, "cancel_request", entities={"reference": staff.reference})
    await talk(ActionYes, "affirm")

    assert {b["payload"] for b in offered[0]["buttons"]} == {
        f'/cancel_request{{"reference": "{request.reference}"}}' for request in (listener, staff)
    }
    assert state_of(staff) is State.CANCELLED
    assert state_of(listener) is State.WAITING


async def test_the_stop_button_stops_what_it_names_and_an_old_one_nothing(talk, product, ask, state_of):
    request = ask(Kind.STAFF)
    sure = {"reference": request.reference, "sure": "yes"}
    first = await talk(ActionCancel, "cancel_request", entities=sure)
    again = await talk(ActionCancel, "cancel_request", entities=sure)

    assert first[0]["text"] == product.texts.say("cancel_done")
    assert again[0]["text"] == product.texts.say("cancel_too_late")
    assert state_of(request) is State.CANCELLED


async def test_somebody_elses_request_cannot_be_stopped_or_seen(talk, product, ask, state_of):
    other = Person("alex", product.prison.id, "A0002AA", "Alex", Place("B", "B1", "B1-01"), pin_hash="x")
    with product.database.writing() as work:
        work.people.add(other)
    theirs = ask(Kind.STAFF, person=other)
    entities = {"reference": theirs.reference, "sure": "yes"}
    said = await talk(ActionCancel, "cancel_request", entities=entities)
    status = await talk(ActionStatus, "request_status")

    assert said[0]["text"] == product.texts.say("cancel_too_late")
    assert state_of(theirs) is State.WAITING
    assert status[0]["text"] == product.texts.say("status_none")


async def test_a_request_that_a_danger_raised_cannot_be_silenced_from_the_cell(talk, product, sam, state_of):
    verdict = Verdict(Level.URGENT, (Risk.SELF_HARM,), (), "en", "test")
    with product.database.writing() as work:
        intake.receive(
            work, Arrival(sam.id, "tablet", "words", "key"), verdict, prison=product.prison, now=product.now()
        )
        [raised] = work.requests.of_person(sam.id)
    said = await talk(ActionCancel, "cancel_request")
    await talk(ActionCancel, "cancel_request", entities={"reference": raised.reference, "sure": "yes"})

    assert said[0]["text"] == product.texts.say("cancel_none")
    assert state_of(raised) is State.WAITING


async def test_a_request_in_which_danger_was_found_since_is_refused_by_the_queue_itself(product, sam):
    verdict = Verdict(Level.URGENT, (Risk.SELF_HARM,), (), "en", "test")
    with product.database.writing() as work:
        arrival = Arrival(sam.id, "tablet", "words", "key")
        intake.receive(work, arrival, verdict, prison=product.prison, now=product.now())
        [raised] = work.requests.of_person(sam.id)
        by = Actor(ActorKind.PERSON, sam.id)

        with pytest.raises(NotAllowedNow):
            queue.move(work, raised.id, Change.CANCELLED, by, now=product.now())


async def test_not_needed_any_more_answers_the_question_that_stands_open(talk, product):
    await talk(ActionRequest, "request_listener")
    said = await talk(ActionCancel, "cancel_request", text="dont need it any more")

    assert said[0]["text"] == product.texts.say("ask_stopped")
    assert talk.slots["step"] is None


@pytest.fixture
async def after_canteen(talk, ask):
    """A Listener was asked for, and the last answer is about something else."""
    request = ask(Kind.LISTENER)
    await talk(ActionAnswer, "ask_canteen", text="when is canteen")
    return request


@pytest.mark.parametrize(
    ("text", "confidence"), [("when will they come", 0.96), ("how long will they be", 0.61)]
)
async def test_after_the_status_a_short_question_is_about_the_request(
    talk, product, after_canteen, text, confidence
):
    await talk(ActionStatus, "request_status", text="is anyone coming")
    said = await talk(ActionStatus, "request_status", text=text, confidence=confidence)

    assert after_canteen.reference in said[0]["text"]
    assert said[0]["custom"] == {}


async def test_why_after_shall_i_stop_it_is_not_about_the_last_topic(talk, product, after_canteen):
    await talk(ActionCancel, "cancel_request", text="dont need them now")
    said = await talk(ActionNotUnderstood, "nlu_fallback", text="why", confidence=0.3)

    assert said[0]["text"] in product.texts.ways("not_understood")
    assert said[1]["text"] == product.texts.say("cancel_confirm", reference=after_canteen.reference)


@pytest.mark.parametrize("text", ["why", "why?", "but how long", "who to", "how come"])
async def test_a_question_after_shall_i_stop_it_is_no_yes_whatever_the_model_says(
    talk, product, after_canteen, state_of, text
):
    await talk(ActionCancel, "cancel_request", text="dont need them now")
    said = await talk(ActionYes, "affirm", text=text, confidence=0.986)

    assert state_of(after_canteen) is State.WAITING
    assert said[-1]["text"] == product.texts.say("cancel_confirm", reference=after_canteen.reference)


@pytest.mark.parametrize("text", ["yes", "y", "yeah when they can", "why not", "si", "go on", "/affirm"])
async def test_a_yes_with_a_question_word_in_it_is_a_yes(talk, after_canteen, state_of, text):
    await talk(ActionCancel, "cancel_request", text="dont need them now")
    await talk(ActionYes, "affirm", text=text)

    assert state_of(after_canteen) is State.CANCELLED


@pytest.mark.parametrize("entities", [{}, {"reference": "L-0000", "sure": "yes"}])
async def test_after_nothing_could_be_stopped_how_long_is_not_about_the_last_topic(talk, product, entities):
    await talk(ActionAnswer, "ask_canteen")
    await talk(ActionCancel, "cancel_request", entities=entities)
    said = await talk(ActionNotUnderstood, "nlu_fallback", text="how long", confidence=0.3)

    assert said[0]["text"] in product.texts.ways("not_understood")


async def test_after_a_tapped_yes_how_long_is_not_about_the_last_topic(talk, product):
    await talk(ActionAnswer, "ask_canteen")
    await talk(ActionRequest, "request_listener", text="/request_listener", entities={"sure": "yes"})
    said = await talk(ActionNotUnderstood, "nlu_fallback", text="how long", confidence=0.3)

    assert said[0]["text"] in product.texts.ways("not_understood")


async def test_how_long_right_after_an_answer_is_about_it_also_where_it_looks_like_a_status(talk, product):
    await talk(ActionAnswer, "ask_visits")
    said = await talk(ActionStatus, "request_status", text="how long will it be", confidence=0.99)

    assert said[0]["text"].startswith(product.answers.get("visits").how_long)


async def test_what_else_a_message_wants_beside_stopping_is_offered(talk, product):
    needs = {"cancel_request": 0.9, "ask_visits": 0.9}
    text = "cancel my request and how do i book a visit"
    said = await talk(ActionCancel, "cancel_request", text=text, needs=needs)

    assert [reply["text"] for reply in said] == [
        product.texts.say("cancel_none"),
        product.texts.say("needs_more"),
    ]
    assert [b["payload"] for b in said[1]["buttons"]] == ["/ask_visits"]


async def test_what_else_a_message_wants_is_offered_before_the_question_about_stopping(
    talk, product, ask, state_of
):
    request = ask(Kind.STAFF)
    needs = {"cancel_request": 0.9, "request_listener": 0.9}
    text = "cancel the officer n get me a listener"
    said = await talk(ActionCancel, "cancel_request", text=text, needs=needs)
    await talk(ActionYes, "affirm")

    assert [b["payload"] for b in said[0]["buttons"]] == ["/request_listener"]
    assert said[1]["text"] == product.texts.say("cancel_confirm", reference=request.reference)
    assert state_of(request) is State.CANCELLED


async def test_who_asks_about_a_request_is_told_and_asked_for_nobody_new(talk, product, ask):
    request = ask(Kind.STAFF)
    needs = {"request_staff": 0.9, "request_status": 0.9}
    text = "still waiting on that officer. is anyone coming"
    said = await talk(ActionStatus, "request_status", text=text, needs=needs)

    assert request.reference in said[0]["text"]
    assert [b["payload"] for b in said[1]["buttons"]] == ["/request_staff"]
    assert talk.slots["step"] is None


async def test_stopping_is_offered_beside_the_status(talk, ask):
    request = ask(Kind.STAFF)
    needs = {"request_status": 0.9, "cancel_request": 0.9}
    said = await talk(ActionStatus, "request_status", text="is anyone coming. or just leave it", needs=needs)

    assert request.reference in said[0]["text"]
    assert [b["payload"] for b in said[1]["buttons"]] == ["/cancel_request"]
