"""Helpers whom a prison does not have, or not at this hour, in what the actions say and offer."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from actions import taps
from actions.acts import ActionSay
from actions.misses import ActionNotUnderstood
from actions.requests import ActionRequest
from actions.topics import ActionAnswer
from actions.yes_and_no import ActionYes
from bot.directory.model import Hours
from bot.people.model import PeerRole
from bot.prison_file import load_prison

# NOW is ten in the morning: these are over.
EARLY = Hours(week=(((time(7), time(9)),),) * 7, holiday=((time(7), time(9)),))
NOT_OFFERED = ["never", "now"]


@pytest.fixture(params=NOT_OFFERED)
def quiet(request, talk, product):
    """A conversation in a prison without Listeners, or without them at this hour. Gives the first words."""
    prison = product.prison
    if request.param == "never":
        roles = tuple(role for role in prison.peer_roles if role is not PeerRole.LISTENER)
        talk.product = replace(product, prison=replace(prison, peer_roles=roles))
    else:
        talk.product = replace(product, prison=replace(prison, peer_hours={PeerRole.LISTENER: EARLY}))
    talk.first = (
        "Not in this prison: A Listener." if request.param == "never" else "Not at this hour: A Listener."
    )
    return talk


def payloads(said):
    return [button["payload"] for reply in said for button in reply["buttons"]]


def requests_of(product):
    with product.database.reading() as work:
        return list(work.requests.of_person("sam"))


async def test_who_asks_for_a_listener_is_told_that_there_is_none_and_who_listens_instead(quiet):
    said = await quiet(ActionRequest, "request_listener", text="i want a listener")

    lines = said[0]["text"].split("\n")
    assert lines[0] == quiet.first
    assert lines[-3:] == [
        "You can ring Samaritans free from the phone.",
        "You can ask any officer for the chaplain.",
        "I can ask staff to see you.",
    ]
    assert payloads(said) == [
        '/request_someone{"kind": "someone"}',
        "/ask_samaritans_phone",
        "/request_staff",
    ]
    assert quiet.slots["step"] is None


@pytest.mark.parametrize("entities", [{"sure": "yes"}, {"kind": "listener", "sure": "yes"}])
async def test_a_yes_button_made_by_hand_asks_no_listener(quiet, product, entities):
    said = await quiet(ActionRequest, "request_listener", entities=entities)

    assert said[0]["text"].startswith(quiet.first)
    assert requests_of(product) == []


async def test_a_listener_asked_for_as_a_role_by_hand_is_refused_too(quiet, product):
    said = await quiet(ActionRequest, "request_peer", entities={"role": "listener", "sure": "yes"})

    assert said[0]["text"].startswith(quiet.first)
    assert requests_of(product) == []


async def test_a_yes_that_comes_when_the_hour_is_over_asks_nobody(talk, product):
    await talk(ActionRequest, "request_listener")
    talk.product = replace(product, prison=replace(product.prison, peer_hours={PeerRole.LISTENER: EARLY}))
    said = await talk(ActionYes, "affirm")

    assert said[0]["text"].startswith("Not at this hour: A Listener.")
    assert requests_of(product) == []


async def test_whom_do_you_want_to_see_leaves_the_listener_out(quiet):
    said = await quiet(ActionRequest, "request_someone", text="i need to talk to someone")

    assert payloads(said) == ["/request_peer", "/request_staff", '/request_someone{"kind": "someone"}']


async def test_without_any_peer_role_staff_and_someone_are_left(talk, product):
    talk.product = replace(product, prison=replace(product.prison, peer_roles=()))
    said = await talk(ActionRequest, "request_peer", text="want a peer supporter")

    assert payloads(said) == ["/request_staff", '/request_someone{"kind": "someone"}']


@pytest.mark.parametrize("intent", ["greet", "help_menu", "swearing", "affirm", "out_of_scope"])
async def test_the_first_choices_are_what_the_prison_has(quiet, intent):
    said = await quiet(ActionSay, intent)

    assert payloads(said) == ["page:topics", "/ask_samaritans_phone", "/request_someone"]


async def test_a_guess_is_never_a_listener(quiet):
    ranking = ("request_listener", "request_someone", "request_peer")
    said = await quiet(ActionNotUnderstood, "nlu_fallback", text="i need summat", ranking=ranking)

    assert payloads(said)[:2] == ["/request_someone", "/request_peer"]
    assert "Ask for a Listener" not in [b["title"] for reply in said for b in reply["buttons"]]


def test_without_any_peer_role_none_is_guessed(product):
    lacking = replace(product, prison=replace(product.prison, peer_roles=()))

    assert taps.guess(lacking, "request_peer", "en") is None


@pytest.mark.parametrize(
    "part", [{}, {"part": "more"}, {"part": "simpler"}, {"part": "who"}, {"part": "where"}]
)
async def test_an_answer_that_speaks_of_listeners_says_that_there_is_none(quiet, part):
    said = await quiet(ActionAnswer, "ask_about_listeners", entities=part)

    text = said[0]["text"]
    assert quiet.first in text
    assert "You can ring Samaritans free from the phone." in text
    assert "/request_staff" in payloads(said)
    assert "/request_listener" not in payloads(said)
    assert "You can ask here." not in text


async def test_an_answer_in_other_words_says_so_too(quiet):
    for _ in range(3):
        said = await quiet(ActionAnswer, "ask_bored_lonely")

        assert quiet.first in said[0]["text"]


async def test_the_second_of_two_answers_says_so_too(quiet):
    needs = {"ask_visits": 0.9, "ask_bored_lonely": 0.9}
    said = await quiet(ActionAnswer, "ask_visits", text="visits and im bored stiff", needs=needs)

    assert quiet.first not in said[0]["text"]
    assert quiet.first in said[1]["text"]


async def test_an_answer_about_something_else_says_nothing_of_it(quiet):
    said = await quiet(ActionAnswer, "ask_canteen")

    assert quiet.first not in said[0]["text"]


async def test_a_role_with_hours_is_refused_after_them_with_the_next_time(talk, product):
    talk.product = replace(
        product,
        prison=replace(product.prison, peer_hours={PeerRole.BUDDY: EARLY}),
        now=lambda: datetime(2026, 11, 23, 10, tzinfo=UTC),
    )
    said = await talk(ActionRequest, "request_peer", text="can i get a buddy")
    offered = await talk(ActionRequest, "request_peer", text="want a peer supporter")

    assert said[0]["text"].split("\n")[:2] == [
        "Not at this hour: A buddy, for help in the day.",
        "You can ask from 7:00 on Tuesday.",
    ]
    assert '/request_peer{"role": "buddy"}' not in payloads(said) + payloads(offered)
    assert '/request_peer{"role": "insider"}' in payloads(offered)


@pytest.mark.parametrize("prison_id", ["oakmoor", "fernhill", "larkmere"])
async def test_each_demonstration_prison_is_asked_only_for_whom_it_has(talk, product, prison_id):
    prison = load_prison(product.settings.content_dir, prison_id)
    talk.product = replace(product, prison=prison)
    said = [await talk(ActionAnswer, f"ask_{topic}") for topic in product.taxonomy.topics]
    said.append(await talk(ActionRequest, "request_peer", text="want a peer supporter"))
    buttons = [payload for replies in said for payload in payloads(replies)]

    absent = [role.value for role in PeerRole if role not in prison.peer_roles]
    assert "/request_listener" in buttons
    assert [b for b in buttons if any(f'"role": "{role}"' in b for role in absent)] == []
