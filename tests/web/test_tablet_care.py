"""After danger on the tablet: the words, one question, its answers, a Listener in one tap, a mistake."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.people.model import PeerRole, Person, StaffRole
from bot.queue.model import Kind, Urgency
from bot.safety.message import Message
from bot.safety.model import Level, Risk
from bot.safety.record import EntryKind, RecordState, SafetyRecord
from bot.web.desk.app import create_app as create_desk
from bot.web.tablet.app import create_app
from tests.support.builders import PRISON, a_staff_member, a_verdict
from tests.support.chain import head, verify, walk
from tests.support.desk import PASSWORD, sign_in
from tests.support.tablet_app import DANGER, Browser, World, opened

Between = Callable[[World, Person, Browser], None]
MUM = "wen is me mum alowed 2 visit"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


@pytest.fixture
def sam(world: World) -> Person:
    return world.add("sam")


@pytest.fixture
def tablet(world: World, sam: Person) -> Browser:
    """Sam's tablet, after a message in danger."""
    browser = world.signed_in(sam)
    browser.say(f"cant do this {DANGER}")
    return browser


def last(world: World, sam: Person) -> Message:
    return world.messages(sam)[-1]


def tap(world: World, sam: Person, tablet: Browser, title: str):  # type: ignore[no-untyped-def]
    """Presses a button that stands on the page."""
    page = tablet.get("/chat").text
    button = next(b for message in world.messages(sam)[::-1] for b in message.buttons if b.title == title)
    assert f'value="{button.payload}"' in page
    return tablet.submit("/chat", choice=button.payload)


def record_of(world: World) -> SafetyRecord:
    (record,) = world.read(lambda work: list(work.safety.list_of(PRISON)))
    return record


def kinds(world: World) -> list[EntryKind]:
    record = record_of(world)
    return [entry.kind for entry in world.read(lambda work: work.safety.entries_of(record.id))]


# -- the words


def test_the_bell_stands_first_then_what_was_done_then_who_else_then_one_question(
    world: World, sam: Person, tablet: Browser
) -> None:
    assert last(world, sam).text.split("\n") == [
        "Press your cell bell now. Tell anyone near you. I am really glad you told me.",
        "I have told staff what you wrote.",
        "You can ring Samaritans free from the phone.",
        "You can also ask for a Listener.",
        "Are you safe right now? You do not have to answer.",
    ]


def test_the_second_and_the_third_time_it_is_said_in_other_words(
    world: World, sam: Person, tablet: Browser
) -> None:
    first = last(world, sam).text.split("\n")
    tablet.say(f"i mean it {DANGER}")
    second = last(world, sam).text.split("\n")
    tablet.say(f"so {DANGER}")
    third = last(world, sam).text.split("\n")

    for one, other in ((first, second), (second, third)):
        assert len(one) == len(other) == 5
        assert not set(one) & set(other)
    assert all("cell bell now" in said[0] and "staff" in said[1] for said in (first, second, third))


def test_a_new_record_begins_with_the_first_words_again(world: World, sam: Person, tablet: Browser) -> None:
    first = last(world, sam).text
    with world.product.database.writing() as work:
        work.safety.save_record(replace(record_of(world), state=RecordState.REVIEWED))

    tablet.say(f"again {DANGER}")

    assert last(world, sam).text == first


@pytest.mark.parametrize("language", ["cy", "ar", "pl", "ro", "sq"])
def test_every_sentence_after_danger_is_in_the_persons_language(world: World, language: str) -> None:
    ali = world.add("ali")
    with world.product.database.writing() as work:
        work.persons.save(replace(ali, language=language))
    browser = world.signed_in(ali)

    browser.say(DANGER)

    reply, texts = last(world, ali), world.product.texts
    english = {texts.say(key) for key in ("danger_told", "danger_listener", "care_safe_question")}
    assert not english & set(reply.text.split("\n"))
    assert reply.buttons[0].title == texts.say("care_safe_yes", language) != "Yes, safe"


def test_a_prison_without_listeners_offers_none(world: World, sam: Person) -> None:
    roles = tuple(role for role in world.product.prison.peer_roles if role is not PeerRole.LISTENER)
    product = replace(world.product, prison=replace(world.product.prison, peer_roles=roles))
    world.app = create_app(product, world.judge, world.assistant)
    browser = world.signed_in(sam)

    browser.say(DANGER)

    reply = last(world, sam)
    assert "Listener" not in reply.text
    assert reply.text.split("\n")[2:4] == [
        "You can ring Samaritans free from the phone.",
        "You can also ask for the chaplain, or for someone to talk to.",
    ]
    assert [button.title for button in reply.buttons] == [
        "Yes, safe",
        "No, not safe",
        "I do not want to say",
        "Ask for someone to talk to",
        "It was a mistake",
    ]


def test_it_asks_about_the_other_person_when_only_the_other_is_in_danger(world: World, sam: Person) -> None:
    verdict = a_verdict(Level.URGENT, Risk.CONCERN_FOR_OTHER)
    world.judge.judge = lambda text, before=(): verdict  # type: ignore[method-assign]

    world.signed_in(sam).say("my padmate is not right")

    assert last(world, sam).text.endswith("Are they safe right now? You do not have to answer.")


# -- the question


@pytest.mark.parametrize(("typed", "answer"), [("yes", "yes"), ("no", "no")])
def test_an_answer_is_to_the_question_that_stands_on_the_page_and_not_to_the_one_before(
    world: World, sam: Person, typed: str, answer: str
) -> None:
    verdict = a_verdict(Level.URGENT, Risk.CONCERN_FOR_OTHER)
    world.judge.judge = lambda text, before=(): verdict  # type: ignore[method-assign]
    browser = world.signed_in(sam)
    browser.say("my mate next door is bad")
    verdict = a_verdict(Level.URGENT, Risk.SUICIDE)
    browser.say("its me too i wana end it")
    assert "are you safe right now?" in last(world, sam).text.lower()

    verdict = a_verdict(Level.NONE)
    browser.say(typed)

    entries = world.read(lambda work: work.safety.entries_of(record_of(world).id))
    asked = [entry.body["question"] for entry in entries if entry.kind is EntryKind.ASKED]
    assert asked == ["they_safe_now", "safe_now"]
    assert entries[-1].body == {"question": "safe_now", "answer": answer}


def test_a_question_may_stay_unanswered_and_the_record_says_that_it_was_asked(
    world: World, sam: Person, tablet: Browser
) -> None:
    before = record_of(world)

    tablet.say(MUM)

    assert record_of(world) == before
    assert kinds(world) == [EntryKind.NOTICED, EntryKind.ASKED]
    assert last(world, sam).text == "An answer."


@pytest.mark.parametrize(
    ("title", "answer", "words"),
    [
        ("Yes, safe", "yes", "Thank you for telling me. If that changes, press your cell bell."),
        ("I do not want to say", "not_said", "That is all right. You can tell me at any time."),
    ],
)
def test_yes_and_not_saying_change_nothing_but_are_kept(
    world: World, sam: Person, tablet: Browser, title: str, answer: str, words: str
) -> None:
    before, heard = record_of(world), len(world.assistant.heard)

    tap(world, sam, tablet, title)

    entry = world.read(lambda work: work.safety.entries_of(before.id))[-1]
    assert record_of(world) == before
    assert (entry.kind, entry.body["answer"], entry.words["text"]) == (EntryKind.ANSWERED, answer, title)
    assert last(world, sam).text == words
    assert "No, not safe" not in tablet.get("/chat").text.split('id="replies"')[1]
    assert len(world.assistant.heard) == heard


def test_no_strengthens_the_open_record_and_sounds_again(world: World, sam: Person) -> None:
    verdict = a_verdict(Level.CONCERN, Risk.NOT_EATING)
    world.judge.judge = lambda text, before=(): verdict  # type: ignore[method-assign]
    browser = world.signed_in(sam)
    browser.say("cant face food")
    with world.product.database.writing() as work:
        work.safety.save_record(replace(record_of(world), state=RecordState.ACKNOWLEDGED))

    tap(world, sam, browser, "No, not safe")

    record, reply = record_of(world), last(world, sam)
    (request,) = world.read(lambda work: work.requests.of_person(sam.id))
    assert (record.level, record.state, record.times) == (Level.URGENT, RecordState.OPEN, 2)
    assert record.risks == ("not_eating",)
    assert request.urgency is Urgency.URGENT
    assert kinds(world)[-2:] == [EntryKind.STRENGTHENED, EntryKind.ANSWERED]
    assert reply.tone == "danger"
    assert reply.text.startswith("Press your cell bell now.")
    assert "I have told staff that you said no." in reply.text


def test_no_is_never_slowed(world: World, sam: Person, tablet: Browser) -> None:
    for number in range(25):
        tablet.say(f"hello {number}")
    tablet.say(f"and {DANGER}")

    assert tap(world, sam, tablet, "No, not safe").status_code == 303
    assert record_of(world).times == 3


def test_when_a_no_cannot_be_kept_the_person_is_told_that_nobody_knows(
    world: World, sam: Person, tablet: Browser
) -> None:
    payload, token = last(world, sam).buttons[1].payload, tablet.token()
    world.database.fails_writing = True

    answer = tablet.post("/chat", data={"form": token, "choice": payload})

    assert answer.status_code == 503
    assert "I could not reach staff from here." in answer.text
    assert "I have told staff that you said no." not in answer.text


@pytest.mark.parametrize("typed", ["no", "No.", "nah not really", "nie"])
def test_a_no_that_is_typed_counts_as_the_tap(world: World, sam: Person, tablet: Browser, typed: str) -> None:
    tablet.say(typed)

    assert record_of(world).times == 2
    assert kinds(world)[-1] is EntryKind.ANSWERED
    assert "I have told staff that you said no." in last(world, sam).text


def test_a_no_to_another_question_is_an_ordinary_no(world: World, sam: Person, tablet: Browser) -> None:
    tablet.say(MUM)

    tablet.say("no")

    assert record_of(world).times == 1
    assert last(world, sam).text == "An answer."


def listener_asked_for(world: World, sam: Person, tablet: Browser) -> None:
    """The large button at the side, which adds a line to the conversation."""
    tablet.submit("/ask/listener", page="/chat")
    assert last(world, sam).text.startswith("I have asked.")


def slow_answer(world: World, sam: Person, tablet: Browser, words: str = "Visits are on Sunday.") -> None:
    """The engine's answer to words from before the danger, stored after what was said to the danger."""
    earlier = world.messages(sam)[0]
    with world.product.database.writing() as work:
        answer = replace(last(world, sam), id="late", text=words, buttons=(), form_key="late", tone="")
        work.messages.add(replace(answer, reply_to=earlier.id))
    assert last(world, sam).text == words


@pytest.mark.parametrize("between", [listener_asked_for, slow_answer])
@pytest.mark.parametrize("typed", ["no", "nah not really"])
def test_a_typed_no_counts_also_when_something_was_said_after_the_question(
    world: World, sam: Person, tablet: Browser, between: Between, typed: str
) -> None:
    between(world, sam, tablet)

    tablet.say(typed)

    assert record_of(world).times == 2
    assert kinds(world) == [
        *(EntryKind.NOTICED, EntryKind.ASKED),
        *(EntryKind.STRENGTHENED, EntryKind.ANSWERED),
    ]
    assert "I have told staff that you said no." in last(world, sam).text


@pytest.mark.parametrize("between", [listener_asked_for, slow_answer])
def test_a_typed_yes_counts_where_nothing_else_was_asked_since(
    world: World, sam: Person, tablet: Browser, between: Between
) -> None:
    between(world, sam, tablet)

    tablet.say("yes")

    entry = world.read(lambda work: work.safety.entries_of(record_of(world).id))[-1]
    assert (entry.kind, entry.body["answer"], entry.said()) == (EntryKind.ANSWERED, "yes", "yes")


@pytest.mark.parametrize("asked", ["Do you want to book a visit?", "هل تريد زيارة؟"])
def test_a_typed_yes_after_another_question_is_no_word_that_somebody_is_safe(
    world: World, sam: Person, tablet: Browser, asked: str
) -> None:
    slow_answer(world, sam, tablet, asked)

    tablet.say("yes")

    assert kinds(world) == [EntryKind.NOTICED, EntryKind.ASKED]
    assert last(world, sam).text == "An answer."


def test_a_typed_no_after_another_question_is_heard_all_the_same(
    world: World, sam: Person, tablet: Browser
) -> None:
    slow_answer(world, sam, tablet, "Do you want to book a visit?")

    tablet.say("no")

    assert record_of(world).times == 2


def test_the_same_tap_sent_twice_counts_once(world: World, sam: Person, tablet: Browser) -> None:
    form = {"form": tablet.token(), "choice": last(world, sam).buttons[1].payload}

    codes = [tablet.post("/chat", data=form).status_code for _ in range(2)]

    assert codes == [303, 303]
    assert record_of(world).times == 2
    assert kinds(world).count(EntryKind.ANSWERED) == 1


@pytest.mark.parametrize("deed", ["safe_no", "mistake", "listener", "nothing"])
def test_a_tap_that_was_never_shown_to_this_person_does_nothing(
    world: World, sam: Person, tablet: Browser, deed: str
) -> None:
    before, other = record_of(world), world.signed_in(world.add("ali"), "A2-15")

    answers = [
        other.submit("/chat", choice=f"care:{deed}:{before.id}"),
        tablet.submit("/chat", choice=f"care:{deed}:{'0' * 32}"),
        tablet.submit("/chat", choice=f"care:{deed}:'; DROP TABLE message"),
    ]

    assert [answer.status_code for answer in answers] == [409] * 3
    assert record_of(world) == before
    assert kinds(world) == [EntryKind.NOTICED, EntryKind.ASKED]


# -- a Listener


def test_a_listener_is_asked_for_in_one_tap_even_when_the_engine_is_down(
    world: World, sam: Person, tablet: Browser
) -> None:
    world.assistant.down = True
    entries = kinds(world)

    tap(world, sam, tablet, "Ask for a Listener")

    requests = world.read(lambda work: work.requests.of_person(sam.id))
    (listener,) = [request for request in requests if request.kind is Kind.LISTENER]
    assert (listener.record_id, listener.urgency) == (None, Urgency.NORMAL)
    assert listener.reference in last(world, sam).text
    assert kinds(world) == entries
    assert [m.record_id for m in world.messages(sam) if m.text == "Ask for a Listener"] == [None]


def test_the_question_stays_after_a_listener_was_asked_for(
    world: World, sam: Person, tablet: Browser
) -> None:
    tap(world, sam, tablet, "Ask for a Listener")

    assert last(world, sam).text.endswith("Can I ask again: are you safe right now?")
    tap(world, sam, tablet, "No, not safe")
    assert record_of(world).times == 2


# -- a mistake


def test_a_mistake_is_believed_and_noted_and_closes_nothing(
    world: World, sam: Person, tablet: Browser
) -> None:
    before = record_of(world)

    tap(world, sam, tablet, "It was a mistake")

    assert record_of(world) == before
    assert record_of(world).is_sounding
    assert kinds(world)[-1] is EntryKind.DENIED
    assert last(world, sam).text.startswith("Thank you for telling me. I believe you.")
    assert [request.is_open for request in world.read(lambda w: w.requests.of_person(sam.id))] == [True]


@pytest.mark.parametrize("typed", ["I didn't mean it", "sorry mate it was a mistake", "only joking"])
def test_a_mistake_may_be_typed_also_after_other_words(
    world: World, sam: Person, tablet: Browser, typed: str
) -> None:
    tablet.say(MUM)

    tablet.say(typed)

    entry = world.read(lambda work: work.safety.entries_of(record_of(world).id))[-1]
    assert (entry.kind, entry.words["text"]) == (EntryKind.DENIED, typed)
    assert "I believe you" in last(world, sam).text


def test_a_day_later_forget_it_is_about_something_else(world: World, sam: Person, tablet: Browser) -> None:
    world.later(hours=13)
    browser = world.signed_in(sam)

    browser.say("forget it")

    assert EntryKind.DENIED not in kinds(world)


def test_danger_in_the_same_words_as_a_mistake_is_danger(world: World, sam: Person, tablet: Browser) -> None:
    tablet.say(f"it was a mistake {DANGER}")

    assert record_of(world).times == 2
    assert EntryKind.DENIED not in kinds(world)


def test_danger_after_a_mistake_strengthens_the_record_that_stayed_open(
    world: World, sam: Person, tablet: Browser
) -> None:
    tap(world, sam, tablet, "It was a mistake")

    tablet.say(f"no i mean it {DANGER}")

    assert record_of(world).times == 2


# -- the whole path, to the desk


def officer_of(world: World) -> TestClient:
    officer = a_staff_member("safer", password_hash=f"hash of {PASSWORD}", roles=(StaffRole.SAFER_CUSTODY,))
    with world.product.database.writing() as work:
        work.staff.add(officer)
    client = TestClient(create_desk(world.product), follow_redirects=False)
    assert sign_in(client, "safer").status_code == 303
    return client


def test_what_a_person_says_after_danger_can_be_read_by_staff(
    world: World, sam: Person, tablet: Browser
) -> None:
    desk, record = officer_of(world), record_of(world)
    silent = desk.get(f"/safety/{record.id}").text

    tap(world, sam, tablet, "I do not want to say")
    tablet.say(f"sorry {DANGER}")
    tablet.say("no")
    tablet.say("i didnt mean it")
    alert, log = desk.get(f"/alerts/{record.id}").text, desk.get(f"/safety/{record.id}").text

    assert "are you safe right now?" in silent
    for page in (alert, log):
        assert "Answer: does not want to say" in page
        assert "answered &#34;no&#34; to: are you safe right now?" in page
        assert "it was a mistake" in page
        assert "i didnt mean it" in page
    assert record_of(world).is_sounding
    assert desk.get("/board").status_code == 200
    assert world.read(lambda work: verify(walk(work), head(work))) == 8
