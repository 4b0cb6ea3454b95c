"""Asking for a person, from the first word to the row in the queue."""

import asyncio
from dataclasses import replace

import pytest

from actions.acts import ActionSay
from actions.progress import ActionStatus
from actions.requests import ActionRequest
from actions.topics import ActionAnswer
from actions.wishes import role_named
from actions.yes_and_no import ActionNo, ActionYes
from bot.possible import possible_now
from bot.queue.model import Kind, State


def requests_of(product, person_id="sam"):
    with product.database.reading() as work:
        return list(work.requests.of_person(person_id))


def button(said, title):
    return next(b["payload"] for reply in said for b in reply["buttons"] if b["title"] == title)


async def test_a_listener_is_asked_for_in_two_steps_and_no_reason_is_wanted(talk, product):
    asked = await talk(ActionRequest, "request_listener", text="i want a listener")
    nobody_yet = requests_of(product)
    done = await talk(ActionYes, "affirm")

    [request] = requests_of(product)
    assert asked[0]["text"] == product.texts.say("ask_confirm_listener")
    assert nobody_yet == []
    assert (request.kind, request.role, request.state) == (Kind.LISTENER, "", State.WAITING)
    assert request.reference in done[0]["text"]
    assert done[1]["text"] == product.texts.say("ask_next")
    assert done[1]["buttons"][0]["payload"] == "page:requests"


@pytest.mark.parametrize("asked_before", [False, True])
async def test_where_nobody_can_be_asked_the_reply_says_so_in_the_words_of_the_page(
    talk, product, lee, asked_before
):
    with product.database.writing() as work:
        work.supporters.put(replace(lee, on_duty=False))
    for _ in range(1 + asked_before):
        await talk(ActionRequest, "request_listener")
        done = await talk(ActionYes, "affirm")
    status = await talk(ActionStatus, "ask_status")

    page = possible_now(product.texts, product.prison, requests_of(product), "en")
    assert page.startswith("No helper is free to be asked right now. Your request stays open.")
    assert done[1]["text"] == page
    assert done[1]["buttons"][0]["payload"] == "page:requests"
    assert status[0]["text"].split("\n")[1] == page


async def test_asking_for_staff_says_nothing_of_helpers(talk, product, lee):
    with product.database.writing() as work:
        work.supporters.put(replace(lee, on_duty=False))
    await talk(ActionRequest, "request_staff")
    done = await talk(ActionYes, "affirm")

    assert done[1]["text"] == product.texts.say("ask_next")


async def test_asking_for_a_listener_makes_no_safety_record(talk, product):
    await talk(ActionRequest, "request_listener")
    await talk(ActionYes, "affirm")

    with product.database.reading() as work:
        assert work.safety.open_of("sam") is None


async def test_a_no_asks_nobody(talk, product):
    await talk(ActionRequest, "request_staff")
    said = await talk(ActionNo, "deny")

    assert said[0]["text"] == product.texts.say("ask_stopped")
    assert requests_of(product) == []


async def test_nothing_of_the_flow_is_left_when_it_ends(talk):
    await talk(ActionRequest, "request_peer", entities={"role": "pid"})
    await talk(ActionYes, "affirm")

    flow = ("step", "request_kind", "request_role", "request_reference", "asides", "misses")
    assert {talk.slots[name] for name in flow} == {None}


async def test_a_peer_supporter_named_in_the_message_is_not_asked_for_again(talk, product):
    said = await talk(ActionRequest, "request_peer", text="can i see an insider please")

    who = product.texts.say("role_insider")
    assert said[0]["text"] == product.texts.say("ask_confirm_peer", who=who)


@pytest.mark.parametrize(("here", "shown", "more"), [(3, 2, False), (9, 8, False), (10, 7, True)])
async def test_without_a_role_those_of_the_prison_are_offered_but_not_the_listener(
    talk, product, here, shown, more
):
    roles = product.prison.peer_roles[:here]
    talk.product = replace(product, prison=replace(product.prison, peer_roles=roles))
    said = await talk(ActionRequest, "request_peer", text="want a peer supporter")

    offered = [b["payload"] for b in said[0]["buttons"]]
    expected = [f'/request_peer{{"role": "{role.value}"}}' for role in roles if role.value != "listener"]
    assert offered == expected[:shown] + ["page:ask"] * more


@pytest.mark.parametrize("role", ["governor", "", "../etc", "Pid", "'; drop table request; --"])
async def test_a_role_that_the_prison_does_not_have_is_never_asked_for(talk, product, role):
    said = await talk(ActionRequest, "request_peer", entities={"role": role, "sure": "yes"})

    assert said[0]["text"] == product.texts.say("ask_which")
    assert requests_of(product) == []


async def test_a_role_that_this_prison_lacks_is_not_taken_from_an_old_slot(talk, product):
    await talk(ActionRequest, "request_peer", entities={"role": "pid"})
    talk.product = replace(product, prison=replace(product.prison, peer_roles=()))
    said = await talk(ActionYes, "affirm")

    assert said[0]["text"].split("\n") == [
        "Not in this prison: An information desk worker.",
        product.texts.say("ask_which"),
    ]
    assert requests_of(product) == []


async def test_a_listener_asked_for_as_a_peer_is_a_listener_request(talk, product):
    await talk(ActionRequest, "request_peer", entities={"role": "listener"})
    await talk(ActionYes, "affirm")

    assert requests_of(product)[0].kind is Kind.LISTENER


async def test_who_does_not_say_whom_is_offered_four_ways_and_not_sure_is_one(talk, product):
    offered = await talk(ActionRequest, "request_someone", text="i need to talk to someone")
    not_sure = button(offered, product.texts.say("ask_not_sure"))
    await talk(ActionRequest, "request_someone", entities={"kind": "someone"})
    await talk(ActionYes, "affirm")

    assert len(offered[0]["buttons"]) == 4
    assert not_sure == '/request_someone{"kind": "someone"}'
    assert requests_of(product)[0].kind is Kind.SOMEONE


@pytest.mark.parametrize(
    ("intent", "entities"),
    [
        ("request_listener", {}),
        ("request_staff", {}),
        ("request_someone", {"kind": "someone"}),
        ("request_peer", {"role": "buddy"}),
    ],
)
async def test_the_yes_button_asks_for_exactly_what_stands_above_it(talk, product, intent, entities):
    said = await talk(ActionRequest, intent, entities=entities)
    yes = button(said, product.texts.say("ask_yes"))
    talk.slots.clear()
    await talk(ActionRequest, intent, entities={**entities, "sure": "yes"})

    [request] = requests_of(product)
    assert yes.startswith(f"/{intent}{{")
    assert '"sure": "yes"' in yes
    assert request.role == entities.get("role", "")


async def test_asking_twice_makes_one_request_and_says_so(talk, product):
    for _ in range(2):
        await talk(ActionRequest, "request_staff")
        said = await talk(ActionYes, "affirm")

    [request] = requests_of(product)
    assert said[0]["text"] == product.texts.say("ask_again_done", reference=request.reference)


async def test_five_at_the_same_moment_make_one_request(talk, product):
    await asyncio.gather(*(talk(ActionRequest, "request_staff", entities={"sure": "yes"}) for _ in range(5)))

    assert len(requests_of(product)) == 1


async def test_a_sender_who_is_nobody_here_gets_answers_but_no_request(talk, product):
    talk.sender = "rasa-shell"
    answered = await talk(ActionAnswer, "ask_visits")
    await talk(ActionRequest, "request_listener")
    refused = await talk(ActionYes, "affirm")

    assert answered[0]["text"].startswith(product.answers.get("visits").short)
    assert refused[0]["text"] == product.texts.say("ask_not_here")


async def test_a_person_who_has_left_cannot_ask(talk, product, sam):
    with product.database.writing() as work:
        work.people.save(replace(sam, active=False))
    said = await talk(ActionRequest, "request_listener", entities={"sure": "yes"})

    assert said[0]["text"] == product.texts.say("ask_not_here")
    assert requests_of(product) == []


async def test_a_question_in_between_is_answered_and_the_open_question_asked_once_more(talk, product):
    await talk(ActionRequest, "request_listener")
    first = await talk(ActionAnswer, "ask_visits")
    await talk(ActionYes, "affirm")

    assert first[-1]["text"] == product.texts.say("ask_confirm_listener")
    assert len(requests_of(product)) == 1


async def test_after_a_second_thing_in_between_the_open_question_lapses(talk, product):
    await talk(ActionRequest, "request_listener")
    await talk(ActionAnswer, "ask_visits")
    second = await talk(ActionSay, "thank")

    assert [reply["text"] for reply in second] == [product.texts.say("thank")]
    assert talk.slots["step"] is None


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("get the info desk guy over", "pid"),
        ("PID PLEASE", "pid"),
        ("can a shannon trust mentor come to my door", "reading_mentor"),
        ("want a word with the diversity rep", "equality_rep"),
        ("lissener", "listener"),
        ("insider or a buddy, whoever is free", ""),
        ("i want it rapid", ""),
        ("", ""),
    ],
)
def test_a_role_is_read_from_words_only_when_one_is_named(text, role):
    found = role_named(text)

    assert found == role
