"""All that is wrong in a form is said at once, beside its field, and nothing that was typed is ever lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.web.desk.app import create_app
from tests.support.content_desk import HARD, KIT, VISITS, audit, editions, opened, send
from tests.support.desk import DeskKit, make_kit
from tests.support.html_form import Fields, fields_of
from tests.support.tablet_app import BreakingDatabase


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    database = kit.product.database
    yield kit
    database.close()


def said(page: str) -> list[str]:
    """The list of what is wrong, at the top of the page."""
    part = page[page.index('id="wrong"') : page.index("</ul>", page.index('id="wrong"'))]
    return [line.split("</a>")[0].rpartition(">")[2] for line in part.split("</li>") if "<li>" in line]


def beside(page: str, field: str) -> str:
    """What stands beside one field."""
    start = page.index(f'id="f-{field}-wrong"')
    return page[start : page.index("</span>", start)]


# -- all at once


def test_all_that_is_wrong_in_an_answer_is_said_at_once_and_beside_its_field(kit: DeskKit) -> None:
    page = send(
        kit,
        VISITS,
        "publish",
        title=[""],
        short=[HARD],
        steps=["Ask staff.\nFill in <b>this</b>.\n" + "go " * 21 + "."],
        more=["See TBC and {name}."],
        simpler=["Ask\u200b staff."],
        how_long=["go " * 41],
        sources=["No address\nRules | ftp://rules"],
        owner=[""],
        reviewed=[""],
        review_by=["2020-01-01"],
        related=["nothing", "phone"],
    )

    assert page.status_code == 400
    assert [line.split(":")[0] for line in said(page.text)] == [
        *("Title", "First words", "Steps", "Steps", "More", "More", "Simpler", "How long?"),
        *("Other topics", "Sources", "Sources", "Owner", "Reviewed on"),
    ]
    assert "is empty" in beside(page.text, "title")
    assert "line 2: holds a mark of HTML or of a template: take out &lt;</strong>" in beside(
        page.text, "steps"
    )
    assert "line 3: is too hard: reading age" in beside(page.text, "steps")
    assert "take out { }" in beside(page.text, "more")
    assert "holds the placeholder" in beside(page.text, "more")
    assert "(U+200B) after &#39;Ask&#39;: delete it there" in beside(page.text, "simpler")
    assert "line 1: needs a title and an address" in beside(page.text, "sources")
    assert "line 2: &#39;ftp://rules&#39; is no address" in beside(page.text, "sources")
    assert "choose a day" in beside(page.text, "reviewed")
    assert editions(kit) == []


def test_all_that_is_wrong_in_a_service_is_said_at_once_and_beside_its_field(kit: DeskKit) -> None:
    page = send(
        kit,
        KIT,
        "publish",
        title=["T" * 61],
        place=["Room <2>"],
        note=[HARD],
        icon=["car"],
        topics=["nothing"],
        hours__tuesday=["noon"],
        hours__thursday=["16:00-14:00"],
        bank_holidays=["open"],
        reach__0__way=["pigeon"],
        reach__1__way=["extension"],
        reach__1__number=["12"],
        reach__1__name=["Kit"],
        reach__2__say=["By letter."],
        who__team=[""],
        languages=["xx"],
        review_by=["2020-01-01"],
    )

    assert page.status_code == 400
    assert [line.rpartition(": ")[0].split(": ")[0] for line in said(page.text)] == [
        *("Title", "Place", "Good to know", "Picture", "Topics", "Tuesday", "Thursday", "Its own times"),
        *("Way to reach it 1, How", "Way to reach it 2, Name of the app form", "Way to reach it 2, Number"),
        *("Way to reach it 3, How", "Team, by its own name", "Languages", "Review by"),
    ]
    assert "does not belong to a way of this kind (extension)" in beside(page.text, "reach-1-name")
    assert "choose one from the list" in beside(page.text, "reach-2-way")
    assert "write times such as" in beside(page.text, "bank_holidays-open")
    assert audit(kit) == []


def test_what_was_typed_stands_in_the_form_again(kit: DeskKit) -> None:
    typed: dict[str, Any] = {
        "title": ["<script>alert(1)</script>"],
        "hours__tuesday": ["noon-ish"],
        "reach__0__say": ["{{ 7 * 7 }}"],
        "note": ["\u202eevil"],
    }

    page = send(kit, KIT, "publish", **typed)

    kept = fields_of(page.text, "edit")
    assert {name: kept[name.replace("__", ".")] for name in typed} == typed
    assert "<script>alert" not in page.text
    assert ">49<" not in page.text


def test_one_fault_is_not_said_twice_in_other_words(kit: DeskKit) -> None:
    page = send(kit, KIT, "publish", hours__tuesday=["noon"], hours__thursday=[""])

    assert len(said(page.text)) == 1


def test_the_browser_does_not_stop_at_the_first_field_itself(kit: DeskKit) -> None:
    page = kit.signed_in("manager").get(VISITS).text

    form = page[page.index('id="edit"') - 200 : page.index('id="edit"') + 50]
    assert "novalidate" in form
    assert "maxlength" not in page[page.index('id="edit"') :], "what is too long is told, not cut"


def test_a_preview_says_the_same(kit: DeskKit) -> None:
    page = send(kit, VISITS, "preview", title=[""], owner=[""])

    assert page.status_code == 400
    assert said(page.text) == ["Title: is empty", "Owner: is empty"]
    assert 'id="preview"' not in page.text


# -- nothing is lost


def _sign_out(kit: DeskKit) -> None:
    kit.post("manager", "/sign-out")
    kit._clients.clear()


def test_a_form_of_an_earlier_session_comes_back_and_is_not_stored(kit: DeskKit) -> None:
    form = {**opened(kit, VISITS), "title": ["Visits here"]}
    _sign_out(kit)

    page = send(kit, VISITS, "publish", form)
    again = send(kit, VISITS, "publish", fields_of(page.text, "edit"))

    assert page.status_code == 403
    assert "Nothing was changed. What you typed is below" in page.text
    assert fields_of(page.text, "edit")["title"] == ["Visits here"]
    assert again.status_code == 303
    assert kit.product.answers.get("visits").title == "Visits here"


@pytest.mark.parametrize("token", ["", "forged", "W10.x.y"])
def test_a_form_that_is_none_of_ours_comes_back_nowhere(kit: DeskKit, token: str) -> None:
    page = send(kit, VISITS, "publish", {**opened(kit, VISITS), "token": [token]}, title=["Theirs"])

    assert page.status_code == 403
    assert "Theirs" not in page.text


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_forged_form_of_somebody_who_is_not_signed_in_is_not_kept_either(kit: DeskKit, token: str) -> None:
    page = kit.anybody().post(f"{VISITS}/publish", data={"token": token, "title": "Theirs"})

    assert (page.status_code, page.headers["location"]) == (303, "/sign-in")
    assert "Theirs" not in page.text


@pytest.mark.parametrize("address", [VISITS, KIT, "/content/new-service"])
def test_who_was_signed_out_meanwhile_gets_the_text_back_after_signing_in(kit: DeskKit, address: str) -> None:
    form: Fields = {**opened(kit, address), "title": ['Mine </textarea><script>alert("x")</script>']}
    form["owner"] = ["\n two lines\nand <b>more</b> "]
    _sign_out(kit)

    page = kit.anybody().post(f"{address}/publish", data=form)
    kept = fields_of(page.text, "kept")
    back = kit.signed_in("manager").post(f"{address}/preview", data=kept)

    assert page.status_code == 401
    assert "You are signed out" in page.text
    assert 'href="/sign-in" target="_blank"' in page.text
    assert f'action="{address}/preview#preview"' in page.text
    assert "<script>alert" not in page.text
    assert kept["title"] == form["title"]
    assert back.status_code == 403
    assert fields_of(back.text, "edit")["title"] == form["title"]
    assert audit(kit) == []


def test_what_holds_no_text_just_asks_to_sign_in(kit: DeskKit) -> None:
    token = kit.token("manager")
    _sign_out(kit)

    answers = [
        kit.anybody().post(f"{KIT}/remove", data={"token": token, "based_on": "0"}),
        kit.anybody().post(f"{VISITS}/back", data={"token": token, "version": "0", "based_on": "1"}),
        kit.anybody().get(VISITS),
    ]

    assert [answer.headers["location"] for answer in answers] == ["/sign-in"] * 3


def _breaking(kit: DeskKit) -> BreakingDatabase:
    database = BreakingDatabase(kit.product.database)  # type: ignore[arg-type]
    product = replace(kit.product, database=database)  # type: ignore[arg-type]
    kit.app, kit.product = create_app(product), product
    kit._clients.clear()
    return database


@pytest.mark.parametrize("part", ["writing", "reading"])
def test_when_the_store_fails_the_text_is_kept_on_the_page(kit: DeskKit, part: str) -> None:
    database = _breaking(kit)
    client, form = kit.signed_in("manager"), {**opened(kit, VISITS), "title": ["Visits here"]}

    setattr(database, f"fails_{part}", True)
    page = client.post(f"{VISITS}/publish", data=form)
    setattr(database, f"fails_{part}", False)
    kept = fields_of(page.text, "kept")
    back = client.post(f"{VISITS}/preview", data=kept)

    assert page.status_code == 503
    assert "It could not be stored" in page.text
    assert kept["title"] == ["Visits here"]
    assert (back.status_code, fields_of(back.text, "edit")["title"]) == (200, ["Visits here"])
    assert editions(kit) == []


def test_two_tabs_of_one_editor_do_not_overwrite_each_other(kit: DeskKit) -> None:
    one, two = opened(kit, VISITS), opened(kit, VISITS)
    send(kit, VISITS, "publish", one, title=["One"])

    page = send(kit, VISITS, "publish", two, title=["Two"])

    assert page.status_code == 409
    assert fields_of(page.text, "edit")["title"] == ["Two"]
    assert kit.product.answers.get("visits").title == "One"
