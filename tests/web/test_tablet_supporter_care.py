"""The supporter's own pages: a break, limits, three questions, rota, swaps, reports, record, applying."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.people import applying, duty, swaps
from bot.people.care import DebriefState, Felt
from bot.people.model import PeerRole, Supporter
from bot.people.rota import read_spans
from tests.support.builders import NOW, PRISON, a_staff_member
from tests.support.refusing import refuse_nul
from tests.support.tablet_app import DANGER, Browser, World, opened

TOMORROW = NOW.date() + timedelta(days=1)
PRESSED = "he says carry the phone or else"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


@pytest.fixture
def lee(world: World) -> Browser:
    return world.signed_in(world.add("lee", PeerRole.LISTENER), "A1-02")


def of(world: World, name: str = "lee") -> Supporter:
    found = world.read(lambda work: work.supporters.find(name))
    assert found is not None
    return found


def finish_one(world: World, lee: Browser) -> str:
    """A contact from asking to done. Gives the address of the questions after it."""
    sam = world.signed_in(world.add("sam"))
    sam.submit("/ask/listener")
    (request,) = world.read(lambda work: work.requests.of_person("sam"))
    for step in ("accept", "begin", "finish"):
        answer = lee.submit(f"/supporter/requests/{request.id}/{step}", page="/supporter")
    return str(answer.headers["location"])


def put_rotas(world: World, **rotas: str) -> None:
    with world.product.database.writing() as work:
        for name, text in rotas.items():
            work.rotas.put_week(PRISON, name, [read_spans(text)] * 7, NOW)


# -- a break, limits


def test_a_break_is_one_press_and_so_is_coming_back(world: World, lee: Browser) -> None:
    answer = lee.submit("/supporter/pause", page="/supporter", on="yes")
    page = lee.get(answer.headers["location"]).text

    assert of(world).paused_at == NOW
    assert "Nobody asks why." in page
    assert of(world).on_duty
    lee.submit("/supporter/pause", page="/supporter", on="no")
    assert of(world).paused_at is None


def test_a_break_can_be_taken_off_duty_too(world: World, lee: Browser) -> None:
    lee.submit("/supporter/duty", page="/supporter", on="no")
    off = lee.get("/supporter").text

    lee.submit("/supporter/pause", page="/supporter", on="yes")
    on_a_break = lee.get("/supporter").text

    assert "You are off duty" in off
    assert "Take a break" in off
    assert of(world).paused_at == NOW
    assert not of(world).on_duty
    assert "Nobody asks why." in on_a_break
    assert "I am back" in on_a_break


def test_a_suspended_supporter_finds_none_of_these_pages(world: World, lee: Browser) -> None:
    with world.product.database.writing() as work:
        duty.suspend(work, "lee", "officer", suspended=True, now=NOW)

    for path in ("rota", "record", "card", "pressure", "limits"):
        assert lee.get(f"/supporter/{path}").status_code == 403


def test_ones_own_limits_are_kept_and_asking_for_more_is_refused(world: World, lee: Browser) -> None:
    good = lee.submit("/supporter/limits", cap="1", rest="24")
    bad = [
        lee.submit("/supporter/limits", cap=cap, rest=rest).headers["location"]
        for cap, rest in (("3", ""), ("0", ""), ("", "6"), ("", "999"), ("-1", ""), ("x", ""), ("", "1e3"))
    ]

    assert good.headers["location"] == "/supporter/limits?said=kept"
    assert set(bad) == {"/supporter/limits?said=wrong"}
    assert (of(world).own_cap, of(world).own_rest_hours) == (1, 24)
    assert "You are helping 0. At most 1 at once." in lee.get("/supporter").text
    lee.submit("/supporter/limits", cap="", rest="")
    assert (of(world).own_cap, of(world).own_rest_hours) == (None, None)


# -- after a contact


def test_a_hard_contact_gives_rest_and_a_talk_if_wanted(world: World, lee: Browser) -> None:
    after = finish_one(world, lee)
    assert "How are you after that?" in lee.get(after).text

    lee.submit(after, step="felt", answer="hard")
    page = lee.get(after).text
    lee.submit(after, step="talk", answer="yes")

    assert "You rest now until 22:00." in page
    assert "Do you want to talk to somebody?" in page
    assert of(world).rest_until == NOW + timedelta(hours=12)
    debrief = world.read(lambda work: work.debriefs.open_of("lee"))
    assert (debrief.state, debrief.for_branch) == (DebriefState.ASKED, True)
    assert "Staff who look after helpers see it first on their page." in lee.get(after).text


def test_ones_own_rest_is_longer_where_one_chose_so(world: World, lee: Browser) -> None:
    lee.submit("/supporter/limits", cap="", rest="48")
    after = finish_one(world, lee)

    lee.submit(after, step="felt", answer="hard")

    assert of(world).rest_until == NOW + timedelta(hours=48)


def test_a_contact_that_was_all_right_asks_three_questions_and_changes_nothing(
    world: World, lee: Browser
) -> None:
    after = finish_one(world, lee)
    asked = []
    for step, answer in (("felt", "all_right"), ("rest", "no"), ("talk", "no")):
        asked.append(lee.get(after).text.partition('id="question">')[2].partition("<")[0])
        lee.submit(after, step=step, answer=answer)

    assert asked == ["How are you after that?", "Do you want to rest?", "Do you want to talk to somebody?"]
    assert of(world).rest_until is None
    assert world.read(lambda work: work.debriefs.open_of("lee")) is None


def test_rest_that_is_wanted_is_given_without_a_hard_contact(world: World, lee: Browser) -> None:
    after = finish_one(world, lee)
    lee.submit(after, step="felt", answer="heavy")
    lee.submit(after, step="rest", answer="yes")

    assert of(world).rest_until == NOW + timedelta(hours=12)


def test_the_questions_can_be_skipped_at_any_step_and_are_offered_for_a_day(
    world: World, lee: Browser
) -> None:
    after = finish_one(world, lee)
    assert after in lee.get("/supporter").text

    answer = lee.submit(after, skip="yes")

    assert answer.headers["location"] == "/supporter"
    assert after not in lee.get("/supporter").text


def test_a_question_of_yesterday_is_not_asked_any_more(world: World, lee: Browser) -> None:
    after = finish_one(world, lee)
    world.later(hours=25)
    lee = world.signed_in(lee_person(world), "A1-02")

    assert after not in lee.get("/supporter").text


def lee_person(world: World):  # type: ignore[no-untyped-def]
    return world.read(lambda work: work.persons.get("lee"))


def test_an_answer_counts_once_and_for_nobody_else(world: World, lee: Browser) -> None:
    after = finish_one(world, lee)
    lee.submit(after, step="felt", answer="all_right")

    again = lee.submit(after, step="felt", answer="hard")
    mo = world.signed_in(world.add("mo", PeerRole.LISTENER), "A1-03")
    other = mo.submit(after, page="/supporter", step="rest", answer="yes")

    assert again.headers["location"].endswith("?said=changed")
    assert mo.get(after).status_code == 404
    assert other.headers["location"].endswith("?said=changed")
    assert of(world).rest_until is None
    (check,) = world.read(lambda work: [work.checks.find("lee", after.rpartition("/")[2])])
    assert check.felt is Felt.ALL_RIGHT


def test_nothing_of_a_contact_can_be_written_or_is_kept(world: World, lee: Browser) -> None:
    after = finish_one(world, lee)

    page = lee.get(after).text.partition("<main")[2].partition("</main")[0]

    assert "<textarea" not in page
    assert 'type="text"' not in page
    with world.product.database._database.session() as session:
        row = session.execute(sa.text("SELECT * FROM contact_check")).mappings().one()
    assert set(row) == {"id", "person_id", "at", "felt", "wants_rest", "wants_talk", "closed_at"}


def test_somebody_to_talk_to_can_be_asked_for_at_any_time_and_once(world: World, lee: Browser) -> None:
    for _ in range(2):
        answer = lee.submit("/supporter/talk", page="/supporter")

    page = lee.get(answer.headers["location"]).text
    assert "Staff who look after helpers see it first on their page." in page
    assert "before other work" not in page
    assert world.read(lambda work: len(work.debriefs.open_in(PRISON))) == 1


# -- the rota


def test_the_week_is_shown_and_a_turn_is_asked_of_one_by_first_name(world: World, lee: Browser) -> None:
    mo = world.signed_in(world.add("mo", PeerRole.LISTENER), "A1-03")
    world.add("jo", PeerRole.INSIDER)
    put_rotas(world, lee="09:00-12:00", mo="14:00-16:00", jo="14:00-16:00")
    page = lee.get("/supporter/rota").text
    assert "Tuesday 24 November" in page
    assert '<option value="mo">Mo</option>' in page
    assert "Jo" not in page
    assert "MO1" not in page

    asked = lee.submit(
        "/supporter/rota/ask", page="/supporter/rota", day=TOMORROW.isoformat(), turn="09:00-12:00", of="mo"
    )
    (swap,) = world.read(lambda work: work.swaps.open_in(PRISON))
    seen = mo.get("/supporter/rota").text
    said = mo.submit(f"/supporter/swaps/{swap.id}/agree", page="/supporter/rota")

    assert asked.headers["location"].endswith("said=asked")
    assert "Lee asks you: can you do Tuesday 24 November, 09:00-12:00?" in seen
    assert said.headers["location"].endswith("said=agreed")
    assert "Mo can do it. Staff still need to say yes." in lee.get("/supporter/rota").text
    with world.product.database.writing() as work:
        work.staff.add(a_staff_member())
        swaps.decide(work, world.product.prison.zone, swap.id, "officer", yes=True, now=NOW)
    assert "staff said yes. Mo does it." in lee.get("/supporter/rota").text


def test_a_turn_may_be_asked_of_anybody_and_of_two_who_can_one_has_it(world: World, lee: Browser) -> None:
    mo = world.signed_in(world.add("mo", PeerRole.LISTENER), "A1-03")
    jo = world.signed_in(world.add("jo", PeerRole.LISTENER), "A1-09")
    put_rotas(world, lee="09:00-12:00", mo="14:00-16:00", jo="14:00-16:00")
    lee.submit("/supporter/rota/ask", page="/supporter/rota", day=TOMORROW.isoformat(), turn="09:00-12:00")
    (swap,) = world.read(lambda work: work.swaps.open_in(PRISON))
    tokens = [browser.token("/supporter/rota") for browser in (mo, jo)]

    places = [
        browser.post(f"/supporter/swaps/{swap.id}/agree", data={"form": token}).headers["location"]
        for browser, token in zip((mo, jo), tokens, strict=True)
    ]

    assert places == ["/supporter/rota?said=agreed", "/supporter/rota?said=gone"]
    assert "Somebody else may have been faster." in jo.get(places[1]).text


@pytest.mark.parametrize(
    ("day", "turn", "said"),
    [
        (TOMORROW.isoformat(), "09:00-11:00", "no_turn"),
        ("2026-13-01", "09:00-12:00", "no_turn"),
        ((NOW.date() + timedelta(days=30)).isoformat(), "09:00-12:00", "no_turn"),
        (NOW.date().isoformat(), "09:00-12:00", "late"),
        (TOMORROW.isoformat(), "", "no_turn"),
    ],
)
def test_a_turn_that_is_none_cannot_be_given_away(
    world: World, lee: Browser, day: str, turn: str, said: str
) -> None:
    put_rotas(world, lee="09:00-12:00")

    answer = lee.submit("/supporter/rota/ask", page="/supporter", day=day, turn=turn)

    assert answer.headers["location"] == f"/supporter/rota?said={said}"


@pytest.mark.parametrize("of", ["\x00", "mo\x00", "MO", "m-o", "m" * 33, " mo"])
def test_a_form_that_asks_no_helper_there_can_be_never_reaches_the_store(
    world: World, lee: Browser, of: str
) -> None:
    put_rotas(world, lee="09:00-12:00")
    refuse_nul(world.product.database._database.engine)

    answer = lee.submit(
        "/supporter/rota/ask", page="/supporter/rota", day=TOMORROW.isoformat(), turn="09:00-12:00", of=of
    )

    assert answer.headers["location"] == "/supporter/rota?said=cannot"


def test_who_was_asked_is_named_also_when_that_one_has_no_rota_any_more(world: World, lee: Browser) -> None:
    world.add("mo", PeerRole.LISTENER)
    put_rotas(world, lee="09:00-12:00", mo="14:00-16:00")
    where = {"page": "/supporter/rota", "day": TOMORROW.isoformat(), "turn": "09:00-12:00"}
    lee.submit("/supporter/rota/ask", of="mo", **where)
    with world.product.database.writing() as work:
        duty.suspend(work, "mo", "officer", suspended=True, now=NOW)

    assert "You asked Mo. It is still your turn." in lee.get("/supporter/rota").text


def test_the_page_says_that_only_a_whole_turn_changes_hands(world: World, lee: Browser) -> None:
    put_rotas(world, lee="09:00-12:00")

    assert "take a whole turn from you, not a part of it" in lee.get("/supporter/rota").text


def test_a_swap_that_ran_out_or_was_taken_back_says_so(world: World, lee: Browser) -> None:
    put_rotas(world, lee="09:00-12:00")
    ask = {"day": TOMORROW.isoformat(), "turn": "09:00-12:00"}
    lee.submit("/supporter/rota/ask", page="/supporter/rota", **ask)
    (swap,) = world.read(lambda work: work.swaps.open_in(PRISON))
    back = lee.submit(f"/supporter/swaps/{swap.id}/withdraw", page="/supporter/rota")
    assert "It is your turn again." in lee.get(back.headers["location"]).text

    lee.submit("/supporter/rota/ask", page="/supporter/rota", **ask)
    world.later(hours=24)
    with world.product.database.writing() as work:
        swaps.expire(work, world.product.prison.zone, PRISON, now=world.time[0])
    lee = world.signed_in(lee_person(world), "A1-02")

    assert "nobody took it in time. It stayed your turn." in lee.get("/supporter/rota").text


def test_without_a_rota_the_page_says_that_duty_is_by_hand(lee: Browser) -> None:
    assert "You have no rota." in lee.get("/supporter/rota").text


# -- pressure


def test_a_report_is_sealed_and_stands_in_no_conversation(world: World, lee: Browser) -> None:
    answer = lee.submit("/supporter/pressure", words=PRESSED)
    page = lee.get(answer.headers["location"]).text

    (report,) = world.read(lambda work: work.pressure.of_person("lee"))
    assert "10:00: not read yet" in page
    assert PRESSED not in page
    assert PRESSED not in report.words
    assert world.app.state.parts.sealer.open(report.words) == PRESSED
    assert world.messages(lee_person(world)) == []
    assert world.judge.judged == [PRESSED]


def test_a_report_stands_on_the_page_for_fifteen_minutes_and_never_again(world: World, lee: Browser) -> None:
    lee.submit("/supporter/pressure", words=PRESSED)

    world.later(minutes=14)
    still = lee.get("/supporter/pressure").text
    world.later(minutes=2)
    after = lee.get("/supporter/pressure").text
    world.later(days=-1)
    before = lee.get("/supporter/pressure").text

    assert "10:00: not read yet" in still
    for page in (after, before):
        assert "not read yet" not in page
        assert "What you sent just now" not in page
        assert "for 15 minutes only. To ask about older ones, talk to staff." in page


def test_danger_in_a_report_reaches_staff_and_the_supporter_is_told(world: World, lee: Browser) -> None:
    answer = lee.submit("/supporter/pressure", words=f"{PRESSED} {DANGER}")

    assert answer.status_code == 200
    assert "Press your cell bell now." in answer.text
    assert "told staff" in answer.text
    (alert,) = world.read(lambda work: work.safety.alerts_in(PRISON, ()))
    assert alert.person_id == "lee"
    assert len(world.read(lambda work: work.pressure.of_person("lee"))) == 1
    assert "Press your cell bell now." in lee.get("/chat").text


def test_the_same_report_sent_twice_is_one_also_in_danger(world: World, lee: Browser) -> None:
    form = {"form": lee.token("/supporter/pressure"), "words": DANGER}

    answers = [lee.post("/supporter/pressure", data=form) for _ in range(2)]

    assert all("Press your cell bell now." in answer.text for answer in answers)
    assert len(world.read(lambda work: work.pressure.of_person("lee"))) == 1
    (alert,) = world.read(lambda work: work.safety.alerts_in(PRISON, ()))
    assert alert.times == 1


def test_a_report_that_cannot_be_stored_says_so_and_stays_in_the_box(world: World, lee: Browser) -> None:
    form = {"form": lee.token("/supporter/pressure")}
    world.database.fails_writing = True

    plain = lee.post("/supporter/pressure", data={**form, "words": PRESSED})
    danger = lee.post("/supporter/pressure", data={**form, "words": DANGER})

    assert (plain.status_code, danger.status_code) == (503, 503)
    assert PRESSED in plain.text
    assert world.product.texts.say("danger_not_told").split(".")[0] in danger.text
    assert DANGER in danger.text


@pytest.mark.parametrize(("words", "status"), [("", 400), ("   ", 400), ("x" * 4001, 400)])
def test_a_report_without_words_or_too_long_is_refused(lee: Browser, words: str, status: int) -> None:
    assert lee.submit("/supporter/pressure", words=words).status_code == status


def test_when_the_screen_breaks_a_report_counts_as_urgent(world: World, lee: Browser) -> None:
    world.judge.broken = True

    answer = lee.submit("/supporter/pressure", words=PRESSED)

    assert answer.status_code == 200
    assert len(world.read(lambda work: work.safety.alerts_in(PRISON, ()))) == 1


def test_a_flood_of_reports_is_slowed_and_danger_never_is(world: World, lee: Browser) -> None:
    answers = [lee.submit("/supporter/pressure", words=f"{PRESSED} {n}").status_code for n in range(21)]
    danger = lee.submit("/supporter/pressure", words=DANGER)

    assert answers == [303] * 20 + [429]
    assert "Press your cell bell now." in danger.text


# -- record, letter


def test_the_record_counts_ones_own_hours_and_contacts(world: World, lee: Browser) -> None:
    lee.submit("/supporter/duty", page="/supporter", on="yes")
    finish_one(world, lee)
    world.later(hours=3)
    lee = world.signed_in(lee_person(world), "A1-02")

    page = lee.get("/supporter/record").text

    assert "Hours on duty: 3" in page
    assert "Contacts: 1" in page
    assert "You have helped since 23 November 2026." in page
    assert "Staff see these numbers only if you ask for a letter." in page


def test_a_letter_is_asked_for_and_taken_back(world: World, lee: Browser) -> None:
    lee.submit("/supporter/letter", page="/supporter/record", ask="yes")
    lee.submit("/supporter/letter", page="/supporter/record", ask="yes")
    assert len(world.read(lambda work: work.letters.open_in(PRISON))) == 1
    assert "You have asked for a letter. Staff can see that." in lee.get("/supporter/record").text

    lee.submit("/supporter/letter", page="/supporter/record", ask="no")
    assert world.read(lambda work: work.letters.open_in(PRISON)) == []


# -- applying


def test_an_application_is_made_once_shown_and_taken_back(world: World) -> None:
    sam = world.signed_in(world.add("sam"))
    assert "/apply" in sam.get("/ask").text
    assert "People from Samaritans meet you" in sam.get("/apply").text

    for _ in range(2):
        answer = sam.submit("/apply/listener", page="/apply")
    assert "Come back to this page to see how far it is." in sam.get(answer.headers["location"]).text
    (application,) = world.read(lambda work: work.applications.of_person("sam"))
    assert "You have asked. Staff can see it." in sam.get("/apply").text
    sam.submit(f"/apply/{application.id}/withdraw", page="/apply")
    late = sam.submit(f"/apply/{application.id}/withdraw", page="/apply")

    assert late.headers["location"] == "/apply?said=changed"
    assert "You have asked." not in sam.get("/apply").text


def test_the_applicant_sees_each_step_and_the_answer(world: World) -> None:
    sam = world.signed_in(world.add("sam"))
    sam.submit("/apply/listener", page="/apply")
    (application,) = world.read(lambda work: work.applications.of_person("sam"))
    steps = world.product.prison.help.steps_to("listener")
    with world.product.database.writing() as work:
        work.staff.add(a_staff_member())
        where = {"prison_id": PRISON, "now": NOW}
        applying.step_done(work, application.id, "officer", steps, done=0, **where)
    assert f"{steps[0]} <strong>(done)</strong>" in sam.get("/apply").text

    with world.product.database.writing() as work:
        applying.decide(work, application.id, "officer", steps, yes=False, **where)
    page = sam.get("/apply").text
    assert "The answer is no this time." in page
    assert 'action="/apply/listener"' in page


def test_a_role_that_one_has_or_that_is_not_here_cannot_be_asked_for(world: World, lee: Browser) -> None:
    assert lee.submit("/apply/listener", page="/ask").headers["location"] == "/apply?said=has"
    assert lee.submit("/apply/king", page="/ask").status_code == 404


def test_what_is_english_only_is_marked_so_on_a_page_in_another_language(world: World) -> None:
    sam = world.signed_in(world.add("sam"))
    sam.submit("/apply/listener", page="/apply")
    steps = world.product.prison.help.steps_to("listener")
    (application,) = world.read(lambda work: work.applications.of_person("sam"))
    with world.product.database.writing() as work:
        work.staff.add(a_staff_member())
        where = {"prison_id": PRISON, "now": NOW}
        applying.step_done(work, application.id, "officer", steps, done=0, **where)
    english = sam.get("/apply").text
    sam.submit("/language", page="/chat", language="ar", back="/apply")
    arabic = sam.get("/apply").text

    hint, done = (world.product.texts.say(f"page_{key}", "ar") for key in ("card_english", "apply_done"))
    assert hint in arabic
    assert f'<ol class="steps" lang="en" dir="ltr"><li class="done">{steps[0]} ' in arabic
    assert f'<strong lang="ar" dir="rtl">({done})</strong>' in arabic
    assert '<ul lang="en" dir="ltr"><li>' in arabic
    assert "This card is in English only so far." not in english
    assert 'class="steps" lang' not in english


def test_days_are_named_in_the_visitors_language(world: World, lee: Browser) -> None:
    put_rotas(world, lee="09:00-12:00")
    lee.submit("/language", page="/chat", language="pl", back="/supporter")

    assert "wtorek" in lee.get("/supporter/rota").text.lower()
