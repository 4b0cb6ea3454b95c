"""Who tries doors is seen: a refused page is a row of the audit, and several kinds stand out."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store import tables as t
from bot.web.access import TABLE, App
from tests.support.desk import DeskKit, make_kit

NOBODY = "0" * 32


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def refused(kit: DeskKit) -> list[tuple[str, str]]:
    with kit.product.database.reading() as work:
        rows = work.session.execute(
            sa.select(t.audit.c.staff_id, t.audit.c.ref).where(t.audit.c.action == "page_refused")
        )
        return [(staff, ref) for staff, ref in rows]


def test_a_page_and_a_form_without_the_right_are_written_down_with_who_asked(kit: DeskKit) -> None:
    client = kit.signed_in("wing")

    assert client.get("/reading").status_code == 403
    assert client.post("/accounts", data={"username": "mine"}).status_code == 403

    assert refused(kit) == [("staff-wing", "GET /reading"), ("staff-wing", "POST /accounts")]


def test_an_id_that_is_not_there_for_the_account_is_written_down_without_the_id(kit: DeskKit) -> None:
    sam = kit.person("sam", wing="B")
    record = kit.say(sam, "the words")
    with kit.product.database.writing() as work:
        work.session.execute(sa.update(t.staff).where(t.staff.c.username == "wing").values(wings=["A"]))
    client = kit.signed_in("wing")

    assert client.get(f"/alerts/{record}").status_code == 404
    assert client.get(f"/people/{NOBODY}").status_code == 404

    assert refused(kit) == [
        ("staff-wing", "GET /alerts/{record_id}"),
        ("staff-wing", "GET /people/{person_id}"),
    ]


def test_what_is_allowed_mistyped_or_late_is_no_refusal(kit: DeskKit) -> None:
    client = kit.signed_in("wing")

    assert client.get("/board").status_code == 200
    assert client.get("/no/such/page").status_code == 404
    assert client.post("/sign-out", data={"token": "of yesterday"}).status_code == 403

    assert refused(kit) == []


def test_nobody_is_written_down_who_is_not_signed_in(kit: DeskKit) -> None:
    assert kit.anybody().get("/reading", follow_redirects=False).status_code == 303

    assert refused(kit) == []


def test_pressing_again_and_again_does_not_fill_the_audit(kit: DeskKit) -> None:
    client = kit.signed_in("wing")
    for _ in range(20):
        client.get("/reading")
    kit.clock.time += timedelta(minutes=11)
    client = kit.signed_in("wing")
    client.get("/reading")

    assert len(refused(kit)) == 2


def test_what_could_not_be_written_is_written_the_next_time(
    kit: DeskKit, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = kit.signed_in("wing")

    def full(*_args: object, **_more: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("bot.store.audit_log.AuditLog.put", full)
        # The answer has gone out by then, and shows nothing.
        assert client.get("/reading").status_code == 403
    assert refused(kit) == []
    assert client.get("/reading").status_code == 403

    assert refused(kit) == [("staff-wing", "GET /reading")]


def test_the_data_protection_officer_sees_who_tries_doors(kit: DeskKit) -> None:
    client = kit.signed_in("wing")
    for path in ("/reading", "/holds", "/accounts"):
        assert client.get(path).status_code == 403
    one_slip = kit.signed_in("orderly")
    one_slip.get("/holds")

    page = kit.signed_in("dpo").get("/reading").text

    assert "3 different kinds of page refused" in page
    assert page.count("different kinds of page refused, last at") == 1
    assert "Refused: GET /accounts" in page


def test_every_page_fits_into_its_row() -> None:
    longest = max(len(f"{rule.method} {rule.path}") for rule in TABLE if rule.app is App.DESK)

    assert longest <= t.audit.c.ref.type.length  # type: ignore[attr-defined]
