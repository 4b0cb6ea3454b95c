"""A legal hold on the desk: placed in one step, lifted by a second person, and every showing written down."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.people.model import Staff, StaffRole
from bot.store import tables as t
from tests.support.desk import PASSWORD, PRISON, DeskKit, make_kit

WHY = "Inquest 12/2026 <script>"


@pytest.fixture
def kit(tmp_path: Path) -> DeskKit:
    kit = make_kit(tmp_path)
    kit.person("sam")
    with kit.product.database.writing() as work:
        hashed = kit.product.hasher.hash(PASSWORD)
        role = (StaffRole.DATA_PROTECTION,)
        work.staff.add(Staff("staff-dpo2", PRISON, "dpo2", "Officer Dpo2", hashed, role, ()))
        role = (StaffRole.DATA_PROTECTION,)
        work.staff.add(Staff("staff-dpob", PRISON, "dpob", "Officer Dpob", hashed, role, ("B",)))
    return kit


def place(kit: DeskKit, username: str = "dpo", **fields: str):  # type: ignore[no-untyped-def]
    return kit.post(
        username, "/holds", **{"number": "sam1", "reason": WHY, "begins": "", "ends": "", **fields}
    )


def the_hold(kit: DeskKit) -> str:
    with kit.product.database.reading() as work:
        (found,) = work.holds.list_of(PRISON)
    return found.id


def actions(kit: DeskKit) -> list[str]:
    with kit.product.database.reading() as work:
        return list(work.session.scalars(sa.select(t.audit.c.action).order_by(t.audit.c.seq)))


def test_it_is_placed_in_one_step_and_shown_with_its_reason(kit: DeskKit) -> None:
    assert place(kit, begins="2026-11-01", ends="2026-11-20").status_code == 303

    page = kit.signed_in("dpo").get("/holds").text
    assert "Sam, SAM1" in page
    assert "Inquest 12/2026 &lt;script&gt;" in page
    assert "From 1 November 2026 to 20 November 2026" in page
    assert "Somebody else must lift it" in page
    assert "hold_placed" in actions(kit)
    assert "holds_viewed" in actions(kit)


def test_the_last_day_is_held_whole(kit: DeskKit) -> None:
    place(kit, begins="2026-07-01", ends="2026-07-02")

    with kit.product.database.reading() as work:
        (found,) = work.holds.list_of(PRISON)
    assert found.begins_at is not None
    assert found.ends_at is not None
    assert found.begins_at.isoformat() == "2026-06-30T23:00:00+00:00", "British summer time"
    assert found.ends_at.isoformat() == "2026-07-02T23:00:00+00:00"


def test_only_a_second_person_lifts_it(kit: DeskKit) -> None:
    place(kit)
    held = the_hold(kit)

    assert kit.post("dpo", f"/holds/{held}/lift", reason="It is over").status_code == 403
    assert kit.post("dpo2", f"/holds/{held}/lift", reason="").status_code == 400
    assert kit.post("dpo2", f"/holds/{held}/lift", reason="It is over").status_code == 303
    assert kit.post("dpo2", f"/holds/{held}/lift", reason="Again").status_code == 409

    page = kit.signed_in("dpo").get("/holds").text
    assert "No hold is in force." in page
    assert "It is over" in page


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"number": "NOBODY"}, 404),
        ({"number": ""}, 404),
        ({"reason": " "}, 400),
        ({"begins": "2026-11-20", "ends": "2026-11-01"}, 400),
        ({"begins": "yesterday"}, 400),
        ({"ends": "9999-12-31"}, 400),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_stays_typed(
    kit: DeskKit, fields: dict[str, str], status: int
) -> None:
    answer = place(kit, **fields)

    assert answer.status_code == status
    assert 'role="alert"' in answer.text or "notice" in answer.text
    with kit.product.database.reading() as work:
        assert work.holds.list_of(PRISON) == []


def test_an_account_of_another_wing_sees_no_such_person(kit: DeskKit) -> None:
    assert place(kit, "dpob").status_code == 404


@pytest.mark.parametrize("username", ["wing", "orderly", "safer", "manager", "admin"])
def test_nobody_else_comes_in(kit: DeskKit, username: str) -> None:
    assert kit.signed_in(username).get("/holds").status_code == 403
    assert place(kit, username).status_code == 403
