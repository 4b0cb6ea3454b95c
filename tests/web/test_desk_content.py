"""Answers and services at the desk: edited in plain fields, seen as on the tablet, published, taken back."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from structlog.testing import capture_logs

from bot.editions.model import ContentKind
from tests.support.content_desk import HARD, KIT, VISITS, audit, editions, opened, send
from tests.support.desk import DeskKit, make_kit
from tests.support.html_form import fields_of


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


# -- the list


def test_the_list_names_every_answer_and_every_service_with_owner_and_dates(kit: DeskKit) -> None:
    manager = kit.signed_in("manager")

    answers, services = manager.get("/content").text, manager.get("/content?show=service").text

    product = kit.product
    assert all(f"/content/answers/{topic}" in answers for topic in product.taxonomy.topics)
    assert all(f"/content/services/{key}" in services for key in product.prison.services)
    assert "From the file" in answers
    assert "22/05/2027" in answers
    assert "Review by" in answers


def test_what_is_past_its_date_is_marked_and_has_a_list_of_its_own(kit: DeskKit) -> None:
    manager = kit.signed_in("manager")
    before = manager.get("/content?show=due").text

    kit.clock.move(days=300)
    kit._clients.clear()
    after = kit.signed_in("manager").get("/content?show=due").text

    assert "past its date" not in before
    assert "past its date" in after
    assert VISITS in after


def test_the_list_says_what_was_edited_by_whom_and_what_waits_as_a_draft(kit: DeskKit) -> None:
    send(kit, VISITS, "publish", title=["Visits here"])
    send(kit, KIT, "draft", who="admin", title=["Clean kit"])

    page = kit.signed_in("manager").get("/content?show=edited").text

    assert "Version 1, published by Officer Manager at 10:00" in page
    assert "Visits here" in page
    assert "draft by Officer Admin" in page
    assert "Edited here (2)" in page


# -- the form


def test_every_form_sends_back_exactly_the_text_that_it_was_opened_with(kit: DeskKit) -> None:
    addresses = [f"/content/answers/{topic}" for topic in kit.product.taxonomy.topics]
    addresses += [f"/content/services/{key}" for key in kit.product.prison.services]

    answers = {address: send(kit, address, "publish") for address in addresses}

    strange = {address for address, each in answers.items() if "text that counts already" not in each.text}
    assert strange == set()


def test_what_is_typed_is_published_and_in_the_audit(kit: DeskKit) -> None:
    with capture_logs() as logs:
        answer = send(
            kit, VISITS, "publish", title=["Visits here"], steps=["  Ask  staff. \r\n\r\n Then book.  "]
        )

    assert (answer.status_code, answer.headers["location"]) == (303, f"{VISITS}?done=published")
    (edition,) = editions(kit)
    assert edition.staff_id == "staff-manager"
    assert (edition.body or {})["steps"] == ["Ask staff.", "Then book."]
    assert kit.product.answers.get("visits").title == "Visits here"
    assert "Published." in kit.signed_in("manager").get(answer.headers["location"]).text
    assert audit(kit) == [("staff-manager", "content_published", "answer:visits:1")]
    assert [entry["piece"] for entry in logs if entry["event"] == "content.published"] == ["answer:visits"]
    assert "Then book" not in str(logs)


def test_a_service_is_edited_in_plain_fields(kit: DeskKit) -> None:
    form = opened(kit, "/content/services/wing_office")
    typed = {
        "hours__weekday": ["9:00 to 10.30 and 14:00–16:00"],
        "hours__friday": ["closed"],
        "bank_holidays": ["open"],
        "bank_holidays__open": ["10:00-11:00"],
        "reach__2__way": ["extension"],
        "reach__2__number": ["4100"],
        "who__team": ["Wing team"],
        "languages": ["pl", "", "cy"],
        "note": ["Knock first."],
    }

    answer = send(kit, "/content/services/wing_office", "publish", form, **typed)

    assert answer.status_code == 303
    (edition,) = editions(kit, ContentKind.SERVICE, "wing_office")
    body = edition.body or {}
    assert body["hours"]["weekday"] == [["09:00", "10:30"], ["14:00", "16:00"]]
    assert body["hours"]["friday"] == []
    assert body["bank_holidays"] == {"open": [["10:00", "11:00"]]}
    assert body["reach"][2] == {"way": "extension", "number": "4100"}
    assert body["who"] == {"staff_roles": ["wing"], "team": "Wing team"}
    assert (body["languages"], body["note"]) == (["pl", "cy"], "Knock first.")
    assert kit.product.prison.services["wing_office"].note == "Knock first."


def test_times_that_nobody_knows_are_left_out_and_a_way_can_be_taken_away(kit: DeskKit) -> None:
    form = opened(kit, "/content/services/wing_office")
    typed = {"hours": ["unknown"], "place": [""], "reach__0__way": [""], "reach__0__say": [""]}

    answer = send(kit, "/content/services/wing_office", "publish", form, **typed)

    assert answer.status_code == 303
    service = kit.product.prison.services["wing_office"]
    assert (service.hours, service.place, len(service.reach)) == (None, "", 1)


# -- the preview


def test_the_preview_is_the_tablets_own_page_with_figures_and_stores_nothing(kit: DeskKit) -> None:
    page = send(kit, VISITS, "preview", title=["Visits here"], more=["More words stand here."])

    assert page.status_code == 200
    shown = page.text[page.text.index("shadowrootmode") : page.text.index("</template>")]
    assert "<span>Visits here</span>" in shown
    assert "In this prison." in shown
    assert "More words stand here." in shown
    assert "How long?" in shown
    assert 'href="/' not in shown.replace('href="/static/', "")
    assert "Reading age" in page.text
    assert "80 at most" in page.text
    assert fields_of(page.text, "edit")["title"] == ["Visits here"]
    assert (editions(kit), audit(kit)) == ([], [])


def test_the_preview_of_a_service_says_how_it_stands_now(kit: DeskKit) -> None:
    page = send(kit, KIT, "preview", hours=["always"]).text

    shown = page[page.index("shadowrootmode") : page.index("</template>")]
    assert "#state-open" in shown
    assert "Kit change" in shown


def test_a_text_that_is_too_hard_is_shown_with_its_figures_and_not_published(kit: DeskKit) -> None:
    shown = send(kit, VISITS, "preview", short=[HARD])
    refused = send(kit, VISITS, "publish", short=[HARD], steps=[f"Ask staff.\r\n{'go ' * 21}."])

    assert shown.status_code == 200
    assert "too hard" in shown.text
    assert refused.status_code == 400
    assert 'href="#f-short">First words: is too hard: reading age' in refused.text
    assert 'href="#f-steps">Steps: line 2: is too hard: reading age' in refused.text
    assert "longest sentence 21 words" in refused.text
    assert editions(kit) == []


# -- what is refused


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": ["<script>alert(1)</script>"]}, "Title: holds a mark of HTML"),
        ({"short": ["Dear {{ name }}"]}, "First words: holds a mark of HTML or of a template"),
        ({"more": ["See \u202etxt.exe"]}, "More: holds a sign that cannot be seen"),
        ({"simpler": ["Ask\u200b staff."]}, "Simpler: holds a sign that cannot be seen"),
        ({"how_long": ["TBC"]}, "How long?: holds the placeholder"),
        ({"title": [""]}, "Title: is empty"),
        ({"short": ["go " * 90]}, "First words: "),
        ({"related": ["nothing"]}, "Other topics: "),
        ({"people": ["plumber"]}, "Whom to ask, best first: "),
        ({"sources": ["No address"]}, "Sources: "),
        ({"sources": ["Rules | javascript:alert(1)"]}, "Sources: "),
        ({"reviewed": ["soon"]}, "Reviewed on: should be a date"),
    ],
)
def test_what_no_file_may_hold_is_refused_with_the_fields_name(
    kit: DeskKit, typed: dict[str, list[str]], said: str
) -> None:
    page = send(kit, VISITS, "publish", **typed)

    assert page.status_code == 400
    assert said in page.text
    assert "<script>alert" not in page.text
    assert editions(kit) == []
    name, values = next(iter(typed.items()))
    if name not in ("related", "people"):
        assert fields_of(page.text, "edit")[name] == [" ".join(value.split()) for value in values]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"hours__tuesday": ["noon"]}, "Tuesday: write times such as"),
        ({"hours__tuesday": ["16:00-14:00"]}, "Tuesday: the span 16:00 to 14:00 ends before it begins"),
        ({"hours__tuesday": ["14:00-16:00, 15:00-17:00"]}, "Tuesday: the span 15:00 to 17:00 overlaps"),
        ({"hours__tuesday": ["25:00-26:00"]}, "Tuesday: "),
        ({"hours__tuesday": [""], "hours__thursday": [""]}, "Opening times: is never open"),
        ({"hours": ["sometimes"]}, "Opening times: choose one from the list"),
        ({"hours": ["unknown"], "hours__friday": ["9:00-10:00"]}, "Opening times: you typed times below"),
        ({"hours": ["always"], "hours__tuesday": ["noon"]}, "Opening times: you typed times below"),
        ({"bank_holidays__open": ["9:00-10:00"]}, "On a bank holiday: you typed times below"),
        ({"bank_holidays": ["as:someday"]}, "On a bank holiday: choose one from the list"),
        ({"topics": ["nothing"]}, "Topics: "),
        ({"icon": ["car"]}, "Picture: "),
        ({"reach__0__way": ["pigeon"]}, "How: "),
        ({"reach__1__way": ["extension"], "reach__1__number": ["12"]}, "Number: "),
        ({"reach__1__say": ["By letter."]}, "Way to reach it 2, How: choose one from the list"),
        ({"who__team": [""]}, "Team, by its own name: somebody must answer"),
        ({"who__peer_roles": ["plumber"]}, "Peer supporters: "),
        ({"title": ["T" * 61]}, "Title: has 61 letters; 60 at most"),
        ({"place": ["Room <2>"]}, "Place: holds a mark of HTML"),
        ({"languages": ["xx"]}, "Languages: "),
        ({"review_by": ["2020-01-01"]}, "Review by: is not after"),
    ],
)
def test_what_no_prisons_file_may_hold_is_refused_with_the_fields_name(
    kit: DeskKit, typed: dict[str, list[str]], said: str
) -> None:
    page = send(kit, KIT, "publish", **typed)

    assert page.status_code == 400
    assert said in page.text
    assert editions(kit, ContentKind.SERVICE, "kit_change") == []


@pytest.mark.parametrize("step", ["preview", "publish", "draft"])
def test_a_text_that_is_too_long_comes_back_whole_and_a_body_above_the_limit_ends_in_words(
    kit: DeskKit, step: str
) -> None:
    form = opened(kit, VISITS)

    answers = [send(kit, VISITS, step, form, more=["x" * size]) for size in (4_001, 10_000, 200_000)]
    beyond = send(kit, VISITS, step, form, more=["x" * 600_000])

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert "More: has 10,000 letters; 4,000 at most" in answers[1].text
    assert [len(fields_of(answer.text, "edit")["more"][0]) for answer in answers] == [4_001, 10_000, 200_000]
    assert beyond.status_code == 413
    assert "Nothing was stored" in beyond.text
    assert editions(kit) == []


def test_control_signs_and_lone_surrogates_are_taken_off(kit: DeskKit) -> None:
    form = {**opened(kit, VISITS), "simpler": ["Ask\x00 staff\x1b."]}
    body = "&".join(f"{name}={_quoted(value)}" for name, values in form.items() for value in values)

    answer = kit.signed_in("manager").post(
        f"{VISITS}/publish",
        content=f"{body}&owner=%ED%A0%80content".encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert answer.status_code in (303, 400)
    assert all((each.body or {})["simpler"] == "Ask staff." for each in editions(kit))


def _quoted(value: str) -> str:
    from urllib.parse import quote

    return quote(value)


def test_a_form_of_another_page_or_without_a_token_changes_nothing(kit: DeskKit) -> None:
    form = opened(kit, VISITS)

    answers = [send(kit, VISITS, "publish", {**form, "token": [token]}) for token in ("", "forged")]
    answers.append(send(kit, VISITS, "publish", {**form, "token": [kit.token("admin")]}))

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert editions(kit) == []


@pytest.mark.parametrize("who", ["wing", "orderly", "safer"])
def test_who_has_not_the_right_neither_sees_nor_changes_content(kit: DeskKit, who: str) -> None:
    client = kit.signed_in(who)
    token = kit.token(who)

    answers = [client.get("/content"), client.get(VISITS), client.get("/content/export.zip")]
    answers += [client.post(f"{VISITS}/publish", data={"token": token, "title": "Mine"})]
    answers += [client.post(f"{VISITS}/back", data={"token": token, "version": "0", "based_on": "0"})]

    assert {answer.status_code for answer in answers} == {403}
    assert "Answers and services" not in client.get("/board").text
    assert editions(kit) == []


@pytest.mark.parametrize(
    "address",
    [
        "/content/answers/nothing",
        "/content/services/visits",
        "/content/answers/kit_change",
        "/content/answers/UPPER",
        "/content/answers/..%2f..%2fetc",
        "/content/messages/visits",
        "/content/answers/visits?draft=1",
        "/content/answers/visits?draft=99999999999999999999",
        "/content/answers/visits?draft=x",
    ],
)
def test_what_is_not_there_is_said_to_be_not_there(kit: DeskKit, address: str) -> None:
    assert kit.signed_in("manager").get(address).status_code == 404


@pytest.mark.parametrize("based_on", ["", "x", "-1", "7", "999999999", "²"])
def test_a_forged_version_overwrites_nothing_and_breaks_nothing(kit: DeskKit, based_on: str) -> None:
    send(kit, VISITS, "publish", title=["First"])
    form = {**opened(kit, VISITS), "based_on": [based_on]}

    published = send(kit, VISITS, "publish", form, title=["Mine"])
    drafted = send(kit, VISITS, "draft", form, title=["Mine"])
    back = send(kit, VISITS, "back", form, version=["0"])

    assert published.status_code == 409
    assert drafted.status_code in (303, 404)
    assert back.status_code in (404, 409)
    assert kit.product.answers.get("visits").title == "First"


# -- as files


def test_what_is_published_can_be_taken_along_as_files(kit: DeskKit) -> None:
    send(kit, VISITS, "publish", title=["Visits here"])
    send(kit, KIT, "publish", title=["Clean kit"])
    send(kit, "/content/answers/phone", "draft", title=["Not yet"])

    answer = kit.signed_in("manager").get("/content/export.zip")

    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert answer.headers["content-disposition"] == 'attachment; filename="content.zip"'
    assert sorted(packed.namelist()) == ["content/answers/en/visits.yml", "content/prisons/oakmoor.yml"]
    visits = yaml.safe_load(packed.read("content/answers/en/visits.yml"))
    prison = yaml.safe_load(packed.read("content/prisons/oakmoor.yml"))
    assert visits["title"] == "Visits here"
    assert prison["services"]["kit_change"]["title"] == "Clean kit"
    assert audit(kit)[-1][:2] == ("staff-manager", "content_downloaded")


def test_the_way_to_the_files_shows_only_when_there_are_any(kit: DeskKit) -> None:
    before = kit.signed_in("manager").get("/content").text
    send(kit, VISITS, "publish", title=["Visits here"])
    after = kit.signed_in("manager").get("/content").text

    assert "export.zip" not in before
    assert "export.zip" in after
