"""The keep-apart list at the desk: who keeps it, what it does at once, and that no reason lies about."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.queue import service
from bot.queue.model import Change, State
from bot.store.offer_tables import keep_apart
from bot.store.tables import audit
from tests.support.desk import DeskKit, make_kit
from tests.support.offering import offered

WHY = "She was threatened in 2019"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    made = make_kit(tmp_path)
    yield made
    made.product.database.close()


def add(kit: DeskKit, one: str = "ANN1", other: str = "LEE1", reason: str = WHY, by: str = "safer") -> str:
    answer = kit.post(by, "/keep-apart", one=one, other=other, reason=reason)
    return answer.headers.get("location", answer.text)


def entry_id(kit: DeskKit) -> str:
    with kit.product.database.session() as session:
        return str(session.scalar(sa.select(keep_apart.c.id)))


def audited(kit: DeskKit) -> list[str]:
    with kit.product.database.session() as session:
        rows = session.execute(sa.select(audit.c.action, audit.c.staff_id).order_by(audit.c.seq))
        return [f"{row.action} {row.staff_id}" for row in rows if row.action.startswith("keep_apart")]


@pytest.mark.parametrize(
    ("who", "status"), [("wing", 403), ("admin", 403), ("orderly", 200), ("manager", 200)]
)
def test_only_some_accounts_keep_the_list(kit: DeskKit, who: str, status: int) -> None:
    assert kit.signed_in(who).get("/keep-apart").status_code == status


def test_an_entry_withdraws_what_is_on_offer_and_shows_no_reason(kit: DeskKit) -> None:
    kit.supporter("lee")
    request = kit.ask(kit.person("ann"))

    assert add(kit) == "/keep-apart?done=added"

    page = kit.signed_in("safer").get("/keep-apart?done=added").text
    assert "kept apart from now on" in page
    assert "Ann, ANN1" in page
    assert WHY not in page
    with kit.product.database.reading() as work:
        assert [offer.state for offer in work.offers.of_request(request.id)] == ["withdrawn"]
    kit.offers_go_out()
    assert "1 kept apart." in kit.signed_in("orderly").get("/board").text


def test_only_who_keeps_the_list_reads_that_two_are_kept_apart(kit: DeskKit) -> None:
    kit.supporter("lee")
    request = kit.ask(kit.person("ann"))
    add(kit)
    kit.offers_go_out()

    pages = {
        who: [kit.signed_in(who).get(path).text for path in ("/board", f"/requests/{request.id}")]
        for who in ("wing", "orderly")
    }

    assert all("1 kept apart." in page for page in pages["orderly"])
    assert "Must be kept apart from this person" in pages["orderly"][1]
    assert all("1 by another rule." in page for page in pages["wing"])
    assert "A rule stands against it" in pages["wing"][1]
    assert not [page for page in pages["wing"] if "apart" in page.casefold()]


def test_the_reason_is_sealed_in_the_store_and_each_look_is_a_row_of_the_audit(kit: DeskKit) -> None:
    kit.supporter("lee")
    kit.person("ann")
    add(kit)

    page = kit.post("orderly", f"/keep-apart/{entry_id(kit)}/reason").text
    kit.post("manager", f"/keep-apart/{entry_id(kit)}/reason")

    assert WHY in page
    assert audited(kit) == [
        "keep_apart_added staff-safer",
        "keep_apart_reason_read staff-orderly",
        "keep_apart_reason_read staff-manager",
    ]
    database = Path(str(kit.product.database.engine.url.database))
    raw = b"".join(path.read_bytes() for path in database.parent.glob("desk.db*"))
    assert WHY.encode() not in raw


def test_what_is_accepted_and_not_met_is_handed_back_and_the_history_says_no_more(kit: DeskKit) -> None:
    kit.supporter("lee")
    request = kit.ask(kit.person("ann"))
    with kit.product.database.writing() as work:
        service.accept(work, request.id, "lee", deadlines=kit.product.prison, now=kit.clock.time)

    add(kit)

    with kit.product.database.reading() as work:
        found, events = work.requests.get(request.id), work.requests.events_of(request.id)
    assert found is not None
    assert (found.state, found.supporter_id) == (State.WAITING, None)
    last = [event for event in events if event.change is Change.HANDED_BACK][-1]
    assert (last.reason, last.note, last.offered) == ("", "", "")


def test_a_contact_under_way_stands_on_the_board_at_once(kit: DeskKit) -> None:
    kit.supporter("lee")
    request = kit.ask(kit.person("ann"))
    with kit.product.database.writing() as work:
        service.accept(work, request.id, "lee", deadlines=kit.product.prison, now=kit.clock.time)
    kit.post("wing", f"/requests/{request.id}/begun")

    add(kit)

    assert "must be kept apart, and the contact has begun" in kit.signed_in("orderly").get("/board").text
    board = kit.signed_in("wing").get("/board").text
    assert "A1-01: this contact must not go on. Go there now" in board
    assert "apart" not in board.casefold()
    with kit.product.database.reading() as work:
        found = work.requests.get(request.id)
    assert found is not None
    assert found.state is State.WITH_PERSON


def test_staff_cannot_send_one_to_the_other(kit: DeskKit) -> None:
    kit.supporter("lee")
    request = kit.ask(kit.person("ann"))
    add(kit)

    answer = kit.post("wing", f"/requests/{request.id}/supporters/lee/send", reason="I say so")

    assert answer.headers["location"].startswith(f"/requests/{request.id}?failed=rule")


def test_taken_off_with_a_reason_they_may_meet_again(kit: DeskKit) -> None:
    kit.supporter("lee")
    request = kit.ask(kit.person("ann"))
    add(kit)
    path = f"/keep-apart/{entry_id(kit)}"

    assert kit.post("safer", f"{path}/remove", reason=" ").status_code == 400
    assert kit.post("safer", f"{path}/remove", reason="They made it up").status_code == 303
    again = kit.post("safer", f"{path}/remove", reason="Once more")

    assert again.status_code == 409
    assert "A colleague was faster" in again.text
    assert "They made it up" in kit.post("safer", f"{path}/reason").text
    with kit.product.database.writing() as work:
        offered(work, request.id, "lee", now=kit.clock.time, prison=kit.product.prison)
    assert add(kit) == "/keep-apart?done=added"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"other": "ANN1"}, "one and the same person"),
        ({"reason": "  "}, "Say why."),
        ({"other": "NOBODY9"}, "Nobody with this prison number"),
    ],
)
def test_a_wrong_entry_is_refused_and_what_was_typed_stays(
    kit: DeskKit, fields: dict[str, str], said: str
) -> None:
    kit.supporter("lee")
    kit.person("ann")

    page = add(kit, **fields)

    assert said in page
    assert 'value="ANN1"' in page


def test_the_same_two_are_on_the_list_once_whichever_way_round(kit: DeskKit) -> None:
    kit.supporter("lee")
    kit.person("ann")
    add(kit)

    assert "on the list already" in add(kit, one="LEE1", other="ANN1")


def test_an_account_of_another_wing_finds_nothing(kit: DeskKit) -> None:
    kit.supporter("lee", wing="B")
    kit.person("ann", wing="B")
    add(kit)

    assert "ANN1" not in kit.signed_in("a_wing").get("/keep-apart").text
    assert kit.post("a_wing", f"/keep-apart/{entry_id(kit)}/reason").status_code == 404
    assert "Nobody with this prison number" in add(kit, by="a_wing")
