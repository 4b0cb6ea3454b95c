"""Looking after supporters at the desk: talks, reports of pressure, turns, applications, letters, rotas."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.people import applying, care, own_record, pressure, swaps
from bot.people.model import PeerRole, Supporter
from bot.people.rota import Span, read_spans
from bot.queue import service as queue
from bot.store import tables as t
from tests.support.desk import PRISON, DeskKit, make_kit
from tests.support.offering import offered

WORDS = "he wants me to carry a phone to B wing"
MORNING = Span(9 * 60, 12 * 60)


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    made = make_kit(tmp_path)
    for name in ("lee", "mo"):
        made.supporter(name)
    yield made
    made.product.database.close()


def page(kit: DeskKit, user: str = "safer", path: str = "/coordinator") -> str:
    answer = kit.signed_in(user).get(path)
    assert answer.status_code == 200
    return answer.text


def audit(kit: DeskKit) -> list[str]:
    with kit.product.database.session() as session:
        return list(session.scalars(sa.select(t.audit.c.action).order_by(t.audit.c.seq)))


def talk(kit: DeskKit, name: str = "lee") -> str:
    with kit.product.database.writing() as work:
        return care.ask_to_talk(work, name, now=kit.clock.time).id


def reported(kit: DeskKit, name: str = "lee") -> str:
    sealer = kit.app.state.desk.sealer
    with kit.product.database.writing() as work:
        return pressure.report(work, PRISON, name, sealer.seal(WORDS), "form", now=kit.clock.time).id


def agreed(kit: DeskKit) -> str:
    tomorrow = kit.clock.time.date() + timedelta(days=1)
    zone, now = kit.product.prison.zone, kit.clock.time
    with kit.product.database.writing() as work:
        for name, text in (("lee", "09:00-12:00"), ("mo", "14:00-16:00")):
            work.rotas.put_week(PRISON, name, [read_spans(text)] * 7, now)
        swap = swaps.ask(work, zone, "lee", tomorrow, MORNING, asked_of=None, now=now)
        swaps.agree(work, zone, swap.id, "mo", now=now)
    return swap.id


def applied(kit: DeskKit) -> str:
    with kit.product.database.writing() as work:
        sam = work.people.lock("sam")
        return applying.apply(work, sam, PeerRole.LISTENER, now=kit.clock.time).id


# -- the page


def test_talks_stand_first_and_an_empty_page_says_so(kit: DeskKit) -> None:
    text = page(kit)

    places = [
        text.index(f'id="h-{name}"') for name in ("debriefs", "reports", "swaps", "applications", "letters")
    ]
    assert places == sorted(places)
    assert "No supporter is waiting for a talk." in text


def test_the_bar_counts_who_wants_to_talk_and_open_reports(kit: DeskKit) -> None:
    talk(kit)
    reported(kit)

    assert "Care of supporters (2)" in page(kit, path="/board")


def test_the_bar_of_an_account_of_some_wings_counts_their_supporters_only(kit: DeskKit) -> None:
    kit.supporter("kay", wing="B")
    for name in ("lee", "kay"):
        talk(kit, name)
    reported(kit, "kay")

    assert "Care of supporters (1)" in page(kit, "a_wing", "/board")
    assert "Care of supporters (3)" in page(kit, "safer", "/board")


def test_a_talk_is_arranged_and_took_place(kit: DeskKit) -> None:
    debrief = talk(kit)
    kit.clock.move(minutes=20)
    assert "Samaritans branch" in page(kit)

    first = kit.post("safer", f"/coordinator/debriefs/{debrief}/arranged")
    again = kit.post("safer", f"/coordinator/debriefs/{debrief}/arranged")
    kit.post("safer", f"/coordinator/debriefs/{debrief}/done")
    over = kit.post("safer", f"/coordinator/debriefs/{debrief}/done")

    assert first.headers["location"] == "/coordinator?done=arranged"
    assert (again.status_code, over.status_code) == (409, 409)
    assert "No supporter is waiting for a talk." in page(kit)
    assert audit(kit)[-2:] == ["debrief_arranged", "debrief_done"]


def test_the_list_for_the_branch_has_first_names_and_counts_of_listeners_only(kit: DeskKit) -> None:
    talk(kit)
    jo = kit.person("jo")
    with kit.product.database.writing() as work:
        work.supporters.put(Supporter(jo.id, PRISON, (PeerRole.BUDDY,)))
    talk(kit, "jo")

    answer = kit.signed_in("safer").get("/coordinator/branch.csv")

    assert answer.headers["content-type"].startswith("text/csv")
    assert "Lee" in answer.text
    assert "Jo" not in answer.text
    assert "A1-01" not in answer.text
    assert "in the last 30 days: 1" in answer.text
    assert "branch_list_exported" in audit(kit)


# -- reports of pressure


def test_a_report_is_sealed_in_the_store_read_and_closed_with_what_was_done(kit: DeskKit) -> None:
    report = reported(kit)
    assert WORDS not in page(kit)

    shown = page(kit, path=f"/coordinator/reports/{report}")
    empty = kit.post("safer", f"/coordinator/reports/{report}", done=" ")
    closed = kit.post("safer", f"/coordinator/reports/{report}", done="moved to C wing")
    again = kit.post("safer", f"/coordinator/reports/{report}", done="once more")
    after = page(kit, "manager", f"/coordinator/reports/{report}")

    assert WORDS in shown
    assert (empty.status_code, again.status_code) == (400, 409)
    assert closed.headers["location"] == "/coordinator?done=closed"
    assert "moved to C wing" in after
    assert "First read by Officer Safer" in after
    # One entry for each look at the words: two by hand, and the two pages that came back with a notice.
    assert audit(kit).count("pressure_report_viewed") == 4
    with kit.product.database.session() as session:
        stored = session.execute(sa.text("SELECT words, done FROM pressure_report")).one()
    assert not any(WORDS in each or "wing" in each for each in stored)


def test_words_whose_key_is_gone_are_said_to_be_so(kit: DeskKit) -> None:
    with kit.product.database.writing() as work:
        report = pressure.report(work, PRISON, "lee", "gAAAAnot-ours", "form", now=kit.clock.time).id

    assert "sealed with a key that is not in the settings" in page(kit, path=f"/coordinator/reports/{report}")


@pytest.mark.parametrize("user", ["wing", "orderly", "admin"])
def test_who_does_not_look_after_supporters_reads_no_report(kit: DeskKit, user: str) -> None:
    report = reported(kit)

    for path in ("/coordinator", f"/coordinator/reports/{report}", "/rotas/lee"):
        assert kit.signed_in(user).get(path).status_code == 403


def test_an_account_of_one_wing_sees_nobody_of_another(kit: DeskKit) -> None:
    kit.supporter("bea", "B")
    debrief, report = talk(kit, "bea"), reported(kit, "bea")

    assert "Bea" not in page(kit, "a_wing")
    assert kit.signed_in("a_wing").get(f"/coordinator/reports/{report}").status_code == 404
    assert kit.post("a_wing", f"/coordinator/debriefs/{debrief}/done").status_code == 404
    assert kit.signed_in("a_wing").get("/rotas/bea").status_code == 404


# -- turns


def test_a_turn_is_confirmed_and_both_rotas_change(kit: DeskKit) -> None:
    swap = agreed(kit)
    assert "Lee, A1-01" in page(kit)

    answer = kit.post("safer", f"/coordinator/swaps/{swap}/confirm")
    again = kit.post("manager", f"/coordinator/swaps/{swap}/refuse")

    assert answer.headers["location"] == "/coordinator?done=confirm"
    assert (again.status_code, "Somebody was faster" in again.text) == (409, True)
    assert "09:00-12:00, 14:00-16:00" in page(kit, path="/rotas/mo")


def test_a_turn_of_a_suspended_supporter_is_off_the_list(kit: DeskKit) -> None:
    swap = agreed(kit)

    kit.post("safer", "/supporters/lee/suspend")

    assert f'id="swap-{swap}"' not in page(kit)
    assert kit.post("safer", f"/coordinator/swaps/{swap}/confirm").status_code == 409


# -- applications and letters


def test_an_application_goes_through_the_prisons_steps_to_a_yes(kit: DeskKit) -> None:
    kit.person("sam")
    application = applied(kit)
    path = f"/coordinator/applications/{application}"
    steps = kit.product.prison.help.steps_to("listener")
    early = kit.post("safer", f"{path}/yes")

    for done in range(len(steps)):
        assert steps[done].replace("'", "&#39;") in page(kit)
        kit.post("safer", f"{path}/step", done=str(done))
    twice = kit.post("safer", f"{path}/step", done="0")
    answer = kit.post("safer", f"{path}/yes")

    assert (early.status_code, "A yes comes after the last step" in early.text) == (409, True)
    assert twice.status_code == 409
    assert answer.headers["location"] == "/coordinator?done=yes"
    with kit.product.database.reading() as work:
        made = work.supporters.find("sam")
    assert made is not None
    assert (made.roles, made.on_duty) == ((PeerRole.LISTENER,), False)


def test_a_no_may_come_at_any_step_and_gives_no_role(kit: DeskKit) -> None:
    kit.person("sam")
    application = applied(kit)

    kit.post("safer", f"/coordinator/applications/{application}/no")

    assert "Nobody is applying." in page(kit)
    with kit.product.database.reading() as work:
        assert work.supporters.find("sam") is None


def test_a_letter_is_there_only_while_it_is_asked_for(kit: DeskKit) -> None:
    with kit.product.database.writing() as work:
        work.spells.begin("lee", kit.clock.time)
        letter = own_record.ask_for_letter(work, PRISON, "lee", now=kit.clock.time)
        care.begin(work, "lee", now=kit.clock.time)
    kit.clock.move(hours=5)

    shown = page(kit, path=f"/coordinator/letters/{letter.id}")
    given = kit.post("safer", f"/coordinator/letters/{letter.id}/given")
    gone = kit.signed_in("safer").get(f"/coordinator/letters/{letter.id}")

    assert "Hours on duty: 5. Contacts: 1." in shown
    assert given.headers["location"] == "/coordinator?done=given"
    assert gone.status_code == 404


def test_a_letter_that_was_taken_back_cannot_be_printed(kit: DeskKit) -> None:
    with kit.product.database.writing() as work:
        letter = own_record.ask_for_letter(work, PRISON, "lee", now=kit.clock.time)
        own_record.take_back(work, "lee", now=kit.clock.time)

    assert kit.signed_in("safer").get(f"/coordinator/letters/{letter.id}").status_code == 404
    assert kit.post("safer", f"/coordinator/letters/{letter.id}/given").status_code == 404


def test_no_page_of_the_desk_counts_what_a_supporter_has_done(kit: DeskKit) -> None:
    with kit.product.database.writing() as work:
        for _ in range(37):
            care.begin(work, "lee", now=kit.clock.time)

    for path in ("/coordinator", "/supporters", "/rotas/lee"):
        # What is shown, and not what is in a tag: a token is of any letters and numbers.
        shown = re.sub(r"<[^>]*>", " ", page(kit, path=path).partition("<main")[2])
        assert not re.search(r"(?<![/\d])37(?!\d)", shown)


def test_who_rests_or_takes_a_break_is_not_shown_as_if_free(kit: DeskKit) -> None:
    with kit.product.database.writing() as work:
        lee, mo = work.supporters.get("lee"), work.supporters.get("mo")
        assert lee
        assert mo
        work.supporters.put(replace(lee, rest_until=kit.clock.time + timedelta(minutes=5)))
        work.supporters.put(replace(mo, paused_at=kit.clock.time))

    now = page(kit, path="/supporters")
    kit.clock.move(minutes=6)
    later = page(kit, path="/supporters")

    assert "Resting until 10:05" in now
    assert "On a break" in now
    assert "Resting" not in later
    assert "On a break" in later


def test_a_contact_that_staff_note_as_over_counts_for_the_supporter_and_asks_how_it_was(kit: DeskKit) -> None:
    request = kit.ask(kit.person("sam"))
    with kit.product.database.writing() as work:
        offered(work, request.id, "lee", now=kit.clock.time, prison=kit.product.prison)
        queue.accept(work, request.id, "lee", deadlines=kit.product.prison, now=kit.clock.time)

    for change in ("arranged", "begun", "finished"):
        kit.post("wing", f"/requests/{request.id}/{change}")

    with kit.product.database.reading() as work:
        assert work.checks.times_of("lee") == [kit.clock.time]
        assert work.checks.unanswered_of("lee", kit.clock.time) is not None


# -- rotas


def save_week(kit: DeskKit, **days: str):  # type: ignore[no-untyped-def]
    return kit.post("safer", "/rotas/lee", **days)


def test_a_week_is_saved_and_holds_at_once(kit: DeskKit) -> None:
    answer = save_week(kit, monday="14:00-16:00", tuesday="9:00-12:00")
    shown = page(kit, path="/rotas/lee")

    assert answer.headers["location"] == "/rotas/lee?done=week"
    assert 'value="09:00-12:00"' in shown
    assert "By the rota: off duty since 12:00, Tue 17 Nov." in shown
    save_week(kit, monday="09:30-16:00")
    assert "By the rota: on duty since 09:30." in page(kit, path="/rotas/lee")


def test_all_that_is_wrong_is_said_and_nothing_typed_is_lost(kit: DeskKit) -> None:
    answer = save_week(kit, monday="22:00-06:00", tuesday="mornings", friday="09:00-12:00")

    assert answer.status_code == 400
    assert "2 of the days cannot be read" in answer.text
    assert "A turn over midnight is two days" in answer.text
    for typed in ("22:00-06:00", "mornings", "09:00-12:00"):
        assert f'value="{typed}"' in answer.text
    with kit.product.database.reading() as work:
        assert work.rotas.get("lee") is None


def test_a_day_that_differs_is_set_and_taken_off(kit: DeskKit) -> None:
    day = (kit.clock.time + timedelta(days=3)).date().isoformat()
    save_week(kit, thursday="09:00-12:00")

    kit.post("safer", "/rotas/lee/days", day=day, spans="")
    shown = page(kit, path="/rotas/lee")
    kit.post("safer", f"/rotas/lee/days/{day}/remove")
    gone = kit.post("safer", f"/rotas/lee/days/{day}/remove")

    assert "Thursday 26 November 2026" in shown
    assert gone.status_code == 404
    assert "No day differs." in page(kit, path="/rotas/lee")


@pytest.mark.parametrize("day", ["", "2026-02-30", "2026-11-22", "2030-01-01"])
def test_a_day_that_is_none_or_over_is_refused_with_what_was_typed(kit: DeskKit, day: str) -> None:
    answer = kit.post("safer", "/rotas/lee/days", day=day, spans="10:00-11:00")

    assert answer.status_code == 400
    assert 'value="10:00-11:00"' in answer.text


def test_a_day_off_today_takes_off_duty_at_once(kit: DeskKit) -> None:
    save_week(kit, monday="09:00-12:00")

    kit.post("safer", "/rotas/lee/days", day=kit.clock.time.date().isoformat(), spans="off")

    with kit.product.database.reading() as work:
        lee = work.supporters.find("lee")
    assert lee is not None
    assert not lee.on_duty


def test_a_rota_is_taken_away_and_duty_is_by_hand(kit: DeskKit) -> None:
    save_week(kit, monday="09:00-12:00")

    kit.post("safer", "/rotas/lee/remove")

    assert "There is no rota: duty is by hand." in page(kit, path="/rotas/lee")
    done = [action for action in audit(kit) if not action.endswith("_viewed")]
    assert done[-2:] == ["rota_week_set", "rota_removed"]


def test_who_is_no_supporter_has_no_rota(kit: DeskKit) -> None:
    kit.person("sam")

    assert kit.signed_in("safer").get("/rotas/sam").status_code == 404
    assert kit.post("safer", "/rotas/sam", monday="09:00-12:00").status_code == 404


def test_the_words_for_times_are_those_that_the_rota_refuses_with(kit: DeskKit) -> None:
    for why in ("times", "order", "overlap", "many", "day"):
        assert kit.product.desk_texts.has(f"rota_error_{why}")
