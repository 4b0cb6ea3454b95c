"""The prison's directory at the desk: a service is added, taken away, and brought back."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from bot.editions.bodies import body_of
from bot.editions.model import ContentKind, EditionState
from tests.support.content_desk import HARD, KIT, VISITS, audit, editions, opened, send
from tests.support.desk import DeskKit, make_kit
from tests.support.editions import an_edition
from tests.support.html_form import fields_of

NEW = "/content/new-service"
EYES = "/content/services/eye_tests"
TYPED: dict[str, Any] = {
    "title": ["Eye tests"],
    "place": ["The quiet room on B1."],
    "icon": ["dentist_optician"],
    "topics": ["dentist_optician"],
    "hours": ["known"],
    "hours__friday": ["9:00 to 11:00"],
    "reach__0__way": ["app"],
    "reach__0__name": ["Eye test"],
    "who__team": ["Opticians"],
    "owner": ["healthcare"],
}


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def add(kit: DeskKit, step: str = "publish", who: str = "manager", **typed: Any) -> httpx.Response:
    return send(kit, NEW, step, who=who, **{**TYPED, **typed})


def take_away(kit: DeskKit, address: str, who: str = "manager", **typed: Any) -> httpx.Response:
    page = kit.signed_in(who).get(f"{address}/remove")
    form = {**fields_of(page.text, "remove"), **typed}
    return kit.signed_in(who).post(f"{address}/remove", data=form)


# -- adding


def test_a_service_is_added_in_the_same_form_and_is_live_at_once(kit: DeskKit) -> None:
    before = list(kit.product.prison.services)

    answer = add(kit)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{EYES}?done=added")
    services = kit.product.prison.services
    after = list(services)
    assert [key for key in after if key != "eye_tests"] == before
    assert after.index("eye_tests") == after.index("dentist") + 1
    assert (services["eye_tests"].title, services["eye_tests"].place) == (
        "Eye tests",
        "The quiet room on B1.",
    )
    assert audit(kit) == [("staff-manager", "content_added", "service:eye_tests:1")]
    page = kit.signed_in("manager").get(answer.headers["location"]).text
    assert "Added. The tablets show it within seconds." in page
    assert "Version 1, published by Officer Manager at 10:00" in page


def test_times_over_midnight_are_typed_as_two_days(kit: DeskKit) -> None:
    times = {"hours__weekday": ["20:00-24:00, 0:00-2:00"], "hours__weekend": ["0:00-2:00"]}

    turned = add(kit, **{**times, "hours__friday": ["20:00-02:00"]})
    out_of_order = add(kit, **{**times, "hours__friday": ["24:00-2:00"]})
    add(kit, **{**times, "hours__weekday": ["0:00-2:00, 20:00-24:00"], "hours__friday": [""]})

    assert "up to 24:00, and from 00:00 on the next day" in turned.text
    assert out_of_order.status_code == 400
    hours = body_of(kit.product.prison.services["eye_tests"])["hours"]
    assert hours == {
        "weekday": [["00:00", "02:00"], ["20:00", "24:00"]],
        "weekend": [["00:00", "02:00"]],
    }
    assert fields_of(kit.signed_in("manager").get(EYES).text, "edit")["hours.weekday"] == [
        "00:00-02:00, 20:00-24:00"
    ]


def test_the_empty_form_says_what_it_is_and_chooses_nothing_for_anybody(kit: DeskKit) -> None:
    page = kit.signed_in("manager").get(NEW).text

    form = fields_of(page, "edit")
    assert "A new service" in page
    assert (form["title"], form["icon"], form["hours"]) == ([""], [""], ["unknown"])
    assert (form["reviewed"], form["review_by"]) == (["2026-11-23"], ["2027-05-24"])
    assert "/history" not in page
    assert "/remove" not in page
    assert NEW in kit.signed_in("manager").get("/content?show=service").text


def test_the_preview_shows_it_as_the_tablet_will_and_stores_nothing(kit: DeskKit) -> None:
    page = add(kit, "preview")

    shown = page.text[page.text.index("shadowrootmode") : page.text.index("</template>")]
    assert page.status_code == 200
    assert "Eye tests" in shown
    assert "The quiet room on B1." in shown
    assert "Reading age" in page.text
    assert "eye_tests" not in kit.product.prison.services
    assert audit(kit) == []


def test_what_is_too_hard_is_refused_and_what_was_typed_stays(kit: DeskKit) -> None:
    page = add(kit, note=[HARD])

    assert page.status_code == 400
    assert "Good to know: is too hard: reading age" in page.text
    kept = fields_of(page.text, "edit")
    assert (kept["title"], kept["note"], kept["hours.friday"]) == (["Eye tests"], [HARD], ["9:00 to 11:00"])
    assert 'action="/content/new-service/preview#preview"' in page.text


def test_the_id_stays_when_the_title_changes(kit: DeskKit) -> None:
    add(kit)

    send(kit, EYES, "publish", title=["Glasses and eye tests"])

    assert kit.product.prison.services["eye_tests"].title == "Glasses and eye tests"
    assert [each.version for each in editions(kit, ContentKind.SERVICE, "eye_tests")] == [2, 1]


@pytest.mark.parametrize(
    ("title", "made"),
    [("Dentist", "dentist_2"), ("No", "service_no"), ("24 hour desk", "service_24_hour_desk")],
)
def test_no_two_services_have_one_id_and_none_has_one_that_is_none(
    kit: DeskKit, title: str, made: str
) -> None:
    answer = add(kit, title=[title])

    assert answer.headers["location"] == f"/content/services/{made}?done=added"
    assert kit.product.prison.services[made].title == title


def test_the_id_of_what_was_taken_away_is_not_used_again(kit: DeskKit) -> None:
    add(kit)
    take_away(kit, EYES)

    answer = add(kit)

    assert answer.headers["location"] == "/content/services/eye_tests_2?done=added"
    assert "eye_tests" not in kit.product.prison.services


def test_the_same_form_sent_twice_adds_one_service(kit: DeskKit) -> None:
    form = {**opened(kit, NEW), **{name.replace("__", "."): value for name, value in TYPED.items()}}

    answers = [send(kit, NEW, "publish", form) for _ in range(2)]

    assert [answer.headers["location"] for answer in answers] == [f"{EYES}?done=added"] * 2
    assert len(audit(kit)) == 1


def test_two_who_add_the_same_each_have_their_own(kit: DeskKit) -> None:
    add(kit)
    add(kit, who="admin")

    assert {"eye_tests", "eye_tests_2"} <= set(kit.product.prison.services)


def test_a_draft_of_a_new_service_waits_in_the_list_and_shows_nowhere(kit: DeskKit) -> None:
    kept = add(kit, "draft")
    listed = kit.signed_in("admin").get("/content?show=edited").text
    page = kit.signed_in("admin").get(EYES).text

    assert kept.headers["location"] == f"{EYES}?draft=1&done=draft"
    assert "eye_tests" not in kit.product.prison.services
    assert "Not published yet" in listed
    assert "draft by Officer Manager" in listed
    assert fields_of(page, "edit")["title"] == ["Eye tests"]
    assert kit.signed_in("admin").get(f"{EYES}/history").status_code == 200
    assert kit.signed_in("admin").get(f"{EYES}/remove").status_code == 404

    published = send(kit, EYES, "publish", fields_of(page, "edit"), "admin")

    assert published.status_code == 303
    assert kit.product.prison.services["eye_tests"].title == "Eye tests"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": ["<script>alert(1)</script>"]}, "Title: "),
        ({"title": ["{{ 7 * 7 }}"]}, "Title: "),
        ({"title": ["{% include 'x' %}"]}, "Title: "),
        ({"title": ["Eye\u202e tests"]}, "Title: "),
        ({"title": ["Eye\u200b tests"]}, "Title: "),
        ({"title": ["\ufdfa" * 61]}, "Title: "),
        ({"title": [""]}, "Title: "),
        ({"icon": [""]}, "Picture: "),
        ({"topics": []}, "Topics: "),
        ({"who__team": [""]}, "Team, by its own name: "),
        ({"reach__0__way": [""], "reach__0__name": [""]}, "needs one way at least"),
    ],
)
def test_what_no_service_may_be_is_refused_by_its_field_and_makes_none(
    kit: DeskKit, typed: dict[str, list[str]], said: str
) -> None:
    before = set(kit.product.prison.services)

    page = add(kit, **typed)

    assert page.status_code == 400
    assert said in page.text
    assert "<script>alert" not in page.text
    assert set(kit.product.prison.services) == before
    assert audit(kit) == []


def test_a_title_in_another_alphabet_gets_a_plain_id(kit: DeskKit) -> None:
    answer = add(kit, title=["مكتبة"])

    assert answer.headers["location"] == "/content/services/service?done=added"
    assert kit.product.prison.services["service"].title == "مكتبة"


# -- taking away


def test_a_service_is_taken_away_and_said_where_people_will_miss_it(kit: DeskKit) -> None:
    page = kit.signed_in("manager").get(f"{KIT}/remove").text
    answer = take_away(kit, KIT)

    assert f"{kit.product.answers.get('kit_laundry').title}: nothing is left." in page
    named = page[page.index('id="named"') :]
    assert '<a href="/content/answers/kit_laundry">' in named
    assert answer.headers["location"] == f"{KIT}?done=removed"
    assert "kit_change" not in kit.product.prison.services
    assert kit.product.prison.services_for("kit_laundry") == ()
    assert audit(kit) == [("staff-manager", "content_removed", "service:kit_change:1")]
    (edition,) = editions(kit, ContentKind.SERVICE, "kit_change")
    assert edition.body == body_of(kit.product.live.rules.services["kit_change"])


def test_what_is_left_under_a_topic_is_named(kit: DeskKit) -> None:
    page = kit.signed_in("manager").get("/content/services/visits_booking/remove").text

    assert "these are left: Video calls, Family worker." in page


def test_what_was_taken_away_has_a_list_of_its_own_and_its_page_says_so(kit: DeskKit) -> None:
    take_away(kit, KIT)
    manager = kit.signed_in("manager")

    services, gone = manager.get("/content?show=service").text, manager.get("/content?show=removed").text
    page = manager.get(f"{KIT}?done=removed").text

    assert KIT not in services
    assert "Taken away (1)" in services
    assert "Version 1, taken away by Officer Manager at 10:00" in gone
    assert KIT in gone
    assert "Taken away. The tablets show it no more" in page
    assert "The tablets do not show this." in page
    assert f"{KIT}/remove" not in page
    assert fields_of(page, "edit")["title"] == ["Kit change"]
    assert manager.get(f"{KIT}/remove").headers["location"] == KIT


def test_publishing_its_form_brings_it_back(kit: DeskKit) -> None:
    take_away(kit, KIT)

    answer = send(kit, KIT, "publish")

    assert answer.status_code == 303
    assert kit.product.prison.services["kit_change"].title == "Kit change"
    assert list(kit.product.prison.services) == list(kit.product.live.rules.services)
    assert [action for _, action, _ in audit(kit)] == ["content_removed", "content_added"]


@pytest.mark.parametrize("version", ["0", "1"])
def test_a_removal_can_be_gone_back_from_in_the_history(kit: DeskKit, version: str) -> None:
    send(kit, KIT, "publish", title=["Clean kit"])
    take_away(kit, KIT)
    history = kit.signed_in("manager").get(f"{KIT}/history").text

    answer = send(kit, KIT, "back", version=[version])

    assert "Version 2, taken away by Officer Manager" in history
    assert 'id="back-2"' not in history
    assert answer.headers["location"] == f"{KIT}?done=back"
    assert kit.product.prison.services["kit_change"].title == (
        "Clean kit" if version == "1" else "Kit change"
    )


def test_an_added_service_has_no_way_back_to_a_file(kit: DeskKit) -> None:
    add(kit)
    take_away(kit, EYES)

    history = kit.signed_in("manager").get(f"{EYES}/history").text

    assert 'id="version-0"' not in history
    assert send(kit, EYES, "back", version=["0"]).status_code == 404
    assert send(kit, EYES, "back", version=["1"]).status_code == 303
    assert kit.product.prison.services["eye_tests"].title == "Eye tests"


def test_the_second_editor_is_told_that_it_was_taken_away_and_loses_nothing(kit: DeskKit) -> None:
    mine = opened(kit, KIT)
    take_away(kit, KIT, "admin")

    page = send(kit, KIT, "publish", mine, title=["Mine"])

    assert page.status_code == 409
    assert "A colleague was faster. Version 1, taken away by Officer Admin" in page.text
    assert fields_of(page.text, "edit")["title"] == ["Mine"]
    assert "kit_change" not in kit.product.prison.services


def test_nobody_takes_away_what_a_colleague_changed_meanwhile(kit: DeskKit) -> None:
    seen = fields_of(kit.signed_in("manager").get(f"{KIT}/remove").text, "remove")
    send(kit, KIT, "publish", who="admin", title=["Theirs"])

    page = kit.signed_in("manager").post(f"{KIT}/remove", data=seen)

    assert page.status_code == 409
    assert "A colleague was faster. Version 1, published by Officer Admin" in page.text
    assert kit.product.prison.services["kit_change"].title == "Theirs"
    assert take_away(kit, KIT).status_code == 303


def test_a_removal_sent_twice_is_one(kit: DeskKit) -> None:
    seen = fields_of(kit.signed_in("manager").get(f"{KIT}/remove").text, "remove")

    answers = [kit.signed_in("manager").post(f"{KIT}/remove", data=seen) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(editions(kit, ContentKind.SERVICE, "kit_change")) == 1


def test_an_answer_cannot_be_taken_away(kit: DeskKit) -> None:
    manager = kit.signed_in("manager")

    answers = [
        manager.get(f"{VISITS}/remove"),
        manager.post(f"{VISITS}/remove", data={"token": kit.token("manager"), "based_on": "0"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert f"{VISITS}/remove" not in manager.get(VISITS).text
    assert kit.product.answers.get("visits").title == "Visits"


# -- who may, and what is forged


@pytest.mark.parametrize("who", ["wing", "orderly", "safer"])
def test_who_has_not_the_right_neither_adds_nor_takes_away(kit: DeskKit, who: str) -> None:
    client, token = kit.signed_in(who), kit.token(who)

    answers = [client.get(NEW), client.get(f"{KIT}/remove")]
    answers += [
        client.post(f"{NEW}/{step}", data={"token": token}) for step in ("preview", "draft", "publish")
    ]
    answers += [client.post(f"{KIT}/remove", data={"token": token, "based_on": "0"})]

    assert {answer.status_code for answer in answers} == {403}
    assert audit(kit) == []


@pytest.mark.parametrize("token", ["", "forged", "theirs"])
def test_a_forged_form_adds_and_takes_away_nothing(kit: DeskKit, token: str) -> None:
    token = kit.token("admin") if token == "theirs" else token

    answers = [add(kit, token=[token]), take_away(kit, KIT, token=[token])]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "kit_change" in kit.product.prison.services
    assert audit(kit) == []


@pytest.mark.parametrize("based_on", ["", "x", "-1", "²", "7"])
def test_a_removal_of_a_version_that_never_was_is_refused(kit: DeskKit, based_on: str) -> None:
    answer = take_away(kit, KIT, based_on=[based_on])

    assert answer.status_code in (404, 409)
    assert "kit_change" in kit.product.prison.services


@pytest.mark.parametrize(
    "address", ["/content/services/nothing", "/content/services/new-service", f"{NEW}/history"]
)
def test_what_nobody_added_is_not_there(kit: DeskKit, address: str) -> None:
    manager = kit.signed_in("manager")

    assert manager.get(address).status_code == 404
    assert manager.get(f"{address}/remove").status_code == 404


# -- as files, and after an upgrade


def test_what_was_done_to_the_directory_goes_into_the_prisons_file(kit: DeskKit) -> None:
    add(kit)
    take_away(kit, KIT)

    answer = kit.signed_in("manager").get("/content/export.zip")

    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert packed.namelist() == ["content/prisons/oakmoor.yml"]
    services = yaml.safe_load(packed.read("content/prisons/oakmoor.yml"))["services"]
    assert list(services) == list(kit.product.prison.services)
    assert services["eye_tests"]["reach"] == [{"way": "app", "name": "Eye test"}]


def test_a_service_that_the_file_lost_is_said_to_be_lost_and_can_be_published_or_taken_away(
    kit: DeskKit,
) -> None:
    body = {**body_of(kit.product.live.rules.services["dentist"]), "title": "Lost"}
    lost = an_edition(
        kind=ContentKind.SERVICE, key="lost", body=body, staff_id="staff-admin", file_mark="mark"
    )
    with kit.product.database.writing() as work:
        work.editions.add(lost)
    kit.product.live.look_again()
    manager = kit.signed_in("manager")

    listed, page = manager.get("/content?show=service").text, manager.get("/content/services/lost").text

    assert "lost" not in kit.product.prison.services
    assert "no file has it any more: people do not see it" in listed
    assert "Version 1 was published, but people do not see it" in page
    assert send(kit, "/content/services/lost", "publish").status_code == 303
    assert kit.product.prison.services["lost"].title == "Lost"
    assert take_away(kit, "/content/services/lost").status_code == 303
    assert editions(kit, ContentKind.SERVICE, "lost")[0].state is EditionState.REMOVED


def test_no_page_of_the_directory_holds_what_jinja_left_open(kit: DeskKit) -> None:
    add(kit)
    manager = kit.signed_in("manager")

    pages = [manager.get(each).text for each in (NEW, EYES, f"{EYES}/remove", f"{EYES}/history", "/content")]

    assert [page for page in pages if re.search(r"\{\{|\{%", page)] == []
