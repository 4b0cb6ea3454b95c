"""Versions of answers and services at the desk: two editors, drafts, history, going back, upgrades."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.editions.model import EditionState
from bot.web.desk.app import create_app
from tests.support.content_desk import VISITS, audit, editions, opened, send
from tests.support.desk import DeskKit, make_kit
from tests.support.editions import an_edition
from tests.support.html_form import fields_of


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


# -- two editors


def test_the_second_editor_is_told_by_whom_and_when_and_loses_nothing(kit: DeskKit) -> None:
    mine, theirs = opened(kit, VISITS), opened(kit, VISITS, "admin")
    kit.clock.move(minutes=7)
    send(kit, VISITS, "publish", theirs, "admin", title=["Theirs"], simpler=["Ask them."])

    page = send(kit, VISITS, "publish", mine, title=["Mine"])

    assert page.status_code == 409
    assert "A colleague was faster. Version 1, published by Officer Admin at 10:07." in page.text
    kept = fields_of(page.text, "edit")
    assert (kept["title"], kept["based_on"]) == (["Mine"], ["1"])
    beside = page.text[page.text.index('id="beside"') : page.text.index('id="preview"')]
    assert '<del dir="auto">Theirs</del>' in beside
    assert '<ins dir="auto">Mine</ins>' in beside
    assert '<del dir="auto">Ask them.</del>' in beside
    assert kit.product.answers.get("visits").title == "Theirs"
    assert len(editions(kit)) == 1

    after = send(kit, VISITS, "publish", kept)
    assert after.status_code == 303
    assert [(each.body or {})["title"] for each in editions(kit)] == ["Mine", "Theirs"]


def test_a_form_sent_twice_is_published_once(kit: DeskKit) -> None:
    form = opened(kit, VISITS)

    answers = [send(kit, VISITS, "publish", form, title=["Visits here"]) for _ in range(2)]

    assert [answer.headers["location"] for answer in answers] == [f"{VISITS}?done=published"] * 2
    assert len(editions(kit)) == len(audit(kit)) == 1


def test_an_old_form_sent_again_after_somebody_went_back_is_refused(kit: DeskKit) -> None:
    form = opened(kit, VISITS)
    send(kit, VISITS, "publish", form, title=["Visits here"])
    send(kit, VISITS, "back", opened(kit, VISITS), who="admin", version=["0"], token=[kit.token("admin")])

    again = send(kit, VISITS, "publish", form, title=["Visits here"])

    assert again.status_code == 409
    assert "went back to the file&#39;s text" in again.text
    assert kit.product.answers.get("visits").title == "Visits"


# -- drafts, history, going back


def test_a_draft_shows_nowhere_until_somebody_publishes_it(kit: DeskKit) -> None:
    kept = send(kit, VISITS, "draft", title=["Not yet"])
    draft_page = kept.headers["location"]

    before = kit.product.answers.get("visits").title
    seen_by_colleague = kit.signed_in("admin").get(VISITS).text
    form = opened(kit, draft_page, "admin")
    published = send(kit, VISITS, "publish", form, "admin")

    assert draft_page == f"{VISITS}?draft=1&done=draft"
    assert before == "Visits"
    assert "Draft 1 by Officer Manager at 10:00. Nobody has published it." in seen_by_colleague
    assert form["title"] == ["Not yet"]
    assert published.status_code == 303
    assert kit.product.answers.get("visits").title == "Not yet"
    assert [action for _, action, _ in audit(kit)] == ["content_draft_kept", "content_published"]


def test_the_history_tells_who_when_and_what_changed(kit: DeskKit) -> None:
    send(kit, VISITS, "publish", title=["First"])
    kit.clock.move(minutes=3)
    send(kit, VISITS, "publish", who="admin", title=["Second"])

    page = kit.signed_in("manager").get(f"{VISITS}/history").text

    assert page.index("Version 2, published by Officer Admin at 10:03") < page.index(
        "Version 1, published by Officer Manager at 10:00"
    )
    second = page[page.index('id="version-2"') : page.index('id="version-1"')]
    assert '<del dir="auto">First</del>' in second
    assert '<ins dir="auto">Second</ins>' in second
    assert "Counts now" in second
    assert 'id="back-2"' not in page
    assert 'id="back-1"' in page
    assert 'id="back-0"' in page


def test_going_back_publishes_an_earlier_text_anew(kit: DeskKit) -> None:
    send(kit, VISITS, "publish", title=["First"])
    send(kit, VISITS, "publish", title=["Second"])

    answer = send(kit, VISITS, "back", version=["1"])
    history = kit.signed_in("manager").get(f"{VISITS}/history").text

    assert answer.headers["location"] == f"{VISITS}?done=back"
    assert kit.product.answers.get("visits").title == "First"
    assert "Version 3, by Officer Manager at 10:00: went back to version 1" in history
    assert audit(kit)[-1] == ("staff-manager", "content_went_back", "answer:visits:3")


def test_going_back_to_the_file_brings_its_own_text(kit: DeskKit) -> None:
    send(kit, VISITS, "publish", title=["First"])

    send(kit, VISITS, "back", version=["0"])

    assert kit.product.answers.get("visits").title == "Visits"
    assert editions(kit)[0].state is EditionState.WITHDRAWN
    assert opened(kit, VISITS)["based_on"] == ["2"]


def test_nobody_goes_back_over_what_a_colleague_published_meanwhile(kit: DeskKit) -> None:
    send(kit, VISITS, "publish", title=["First"])
    mine = opened(kit, VISITS)
    send(kit, VISITS, "publish", who="admin", title=["Theirs"])

    page = send(kit, VISITS, "back", mine, version=["0"])

    assert page.status_code == 409
    assert "A colleague was faster. Version 2, published by Officer Admin" in page.text
    assert kit.product.answers.get("visits").title == "Theirs"


@pytest.mark.parametrize("version", ["", "x", "-1", "9", "99999999999"])
def test_there_is_no_way_back_to_what_never_was(kit: DeskKit, version: str) -> None:
    send(kit, VISITS, "publish", title=["First"])

    answer = send(kit, VISITS, "back", version=[version])

    assert answer.status_code in (404, 413)
    assert kit.product.answers.get("visits").title == "First"


# -- after an upgrade


def _stored(kit: DeskKit, **changes: Any) -> None:
    with kit.product.database.writing() as work:
        work.editions.add(an_edition(staff_id="staff-admin", **changes))
    kit.product.live.look_again()


def test_an_edition_of_an_older_form_is_told_and_the_files_text_stays(kit: DeskKit) -> None:
    _stored(kit, body={"title": "Old", "colour": "red"})
    manager = kit.signed_in("manager")

    listed, form = manager.get("/content?show=edited").text, manager.get(VISITS)
    history = manager.get(f"{VISITS}/history").text

    assert kit.product.answers.get("visits").title == "Visits"
    assert "cannot be read any more" in listed
    assert "Version 1 was published, but it cannot be read any more" in form.text
    assert fields_of(form.text, "edit")["title"] == ["Visits"]
    assert "cannot be read any more" in history
    assert send(kit, VISITS, "publish", title=["Anew"]).status_code == 303
    assert kit.product.answers.get("visits").title == "Anew"
    assert send(kit, VISITS, "back", version=["1"]).status_code == 409


def test_a_newer_text_in_the_file_is_told(kit: DeskKit) -> None:
    send(kit, VISITS, "publish", title=["Here"])
    book = kit.product.live.rules.answers
    newer = {**book, "visits": replace(book["visits"], simpler="A newer text.")}
    product = kit.product
    upgraded = replace(product, answers=replace(product.answers, by_language={"en": newer}))
    kit.app, kit.product = create_app(upgraded), upgraded
    kit._clients.clear()

    listed = kit.signed_in("manager").get("/content?show=edited").text
    form = kit.signed_in("manager").get(VISITS).text

    assert "the file has a newer text" in listed
    assert "The file has a newer text than the one that was edited here" in form
    assert upgraded.answers.get("visits").title == "Here"
