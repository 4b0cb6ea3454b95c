"""The prison's own sentences at the desk: edited, added and taken away as answers and services are."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from bot.editions.model import ContentKind, EditionState
from tests.support.content_desk import HARD, audit, editions, opened, send
from tests.support.desk import DeskKit, make_kit
from tests.support.html_form import fields_of

LOCAL = "/content/local/visits"
PHONE = "/content/local/phone"
HERE = "Here: book visits on the new kiosk."


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def take_away(kit: DeskKit, address: str, who: str = "manager", **typed: Any) -> httpx.Response:
    page = kit.signed_in(who).get(f"{address}/remove")
    return kit.signed_in(who).post(f"{address}/remove", data={**fields_of(page.text, "remove"), **typed})


def test_the_list_has_every_topic_with_the_sentence_that_there_is_or_the_words_for_none(kit: DeskKit) -> None:
    page = kit.signed_in("manager").get("/content?show=local").text

    product = kit.product
    assert all(f"/content/local/{topic}" in page for topic in product.taxonomy.topics)
    assert all(text in page for text in product.prison.local.values())
    assert page.count("No sentence yet: people are told to ask staff") == 68 - len(product.prison.local)
    assert f"In this prison ({len(product.prison.local)})" in page
    assert "Review by" not in page


def test_every_sentence_goes_through_its_form_as_it_is(kit: DeskKit) -> None:
    answers = [send(kit, f"/content/local/{topic}", "publish") for topic in kit.product.prison.local]

    assert all("text that counts already" in answer.text for answer in answers)


def test_a_sentence_is_changed_and_live_at_once(kit: DeskKit) -> None:
    answer = send(kit, LOCAL, "publish", text=[f"  {HERE}\r\n "])

    assert answer.headers["location"] == f"{LOCAL}?done=published"
    assert kit.product.prison.local["visits"] == HERE
    assert audit(kit) == [("staff-manager", "content_published", "local:visits:1")]
    assert HERE in kit.signed_in("manager").get("/content?show=edited").text


def test_a_topic_without_one_gets_a_sentence(kit: DeskKit) -> None:
    empty = kit.signed_in("manager").get(PHONE).text

    answer = send(kit, PHONE, "publish", text=["Here: phones are on each landing."])

    assert fields_of(empty, "edit")["text"] == [""]
    assert "No sentence yet: people are told to ask staff" in empty
    assert f"{PHONE}/remove" not in empty
    assert answer.status_code == 303
    assert kit.product.prison.local["phone"] == "Here: phones are on each landing."
    assert audit(kit) == [("staff-manager", "content_added", "local:phone:1")]


def test_the_preview_is_the_topics_page_with_the_new_sentence_on_it(kit: DeskKit) -> None:
    page = send(kit, LOCAL, "preview", text=[HERE])

    shown = page.text[page.text.index("shadowrootmode") : page.text.index("</template>")]
    assert page.status_code == 200
    assert HERE in shown
    assert kit.product.answers.get("visits").steps[0] in shown
    assert kit.product.prison.local["visits"] not in shown
    assert "Reading age" in page.text
    assert (editions(kit, ContentKind.LOCAL), audit(kit)) == ([], [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The sentence: is empty"),
        ("H" * 201, "The sentence: has 201 letters; 200 at most"),
        ("H" * 10_000, "The sentence: has 10,000 letters; 200 at most"),
        ("Here: <b>ask</b>.", "The sentence: holds a mark of HTML or of a template: take out &lt; &gt;"),
        ("Here: {{ name }}.", "The sentence: holds a mark of HTML or of a template: take out { }"),
        ("Here: ask\u202e now.", "The sentence: holds a sign that cannot be seen (U+202E)"),
        ("Here: TBC.", "The sentence: holds the placeholder"),
        (HARD, "The sentence: is too hard: reading age"),
    ],
)
def test_what_no_sentence_may_be_is_refused_and_stays_typed(kit: DeskKit, text: str, said: str) -> None:
    page = send(kit, LOCAL, "publish", text=[text])

    assert page.status_code == 400
    assert said in page.text
    assert fields_of(page.text, "edit")["text"] == [text]
    assert editions(kit, ContentKind.LOCAL) == []


def test_it_is_taken_away_and_people_are_told_to_ask(kit: DeskKit) -> None:
    page = kit.signed_in("manager").get(f"{LOCAL}/remove").text
    answer = take_away(kit, LOCAL)

    assert "People are then told to ask staff how it is done here." in page
    assert 'id="named' not in page
    assert answer.headers["location"] == f"{LOCAL}?done=removed"
    assert "visits" not in kit.product.prison.local
    assert "visits_booking" in kit.product.prison.services, "a service is not a sentence"
    assert "People are told to ask staff." in kit.signed_in("manager").get(LOCAL).text
    assert LOCAL in kit.signed_in("manager").get("/content?show=removed").text
    assert audit(kit) == [("staff-manager", "content_removed", "local:visits:1")]


def test_taking_a_sentence_away_leaves_a_service_of_the_same_id(kit: DeskKit) -> None:
    take_away(kit, "/content/local/library")

    assert "library" not in kit.product.prison.local
    assert "library" in kit.product.prison.services


@pytest.mark.parametrize("version", ["0", "1"])
def test_it_can_be_gone_back_to_after_a_removal(kit: DeskKit, version: str) -> None:
    file = kit.product.prison.local["visits"]
    send(kit, LOCAL, "publish", text=[HERE])
    take_away(kit, LOCAL)

    answer = send(kit, LOCAL, "back", version=[version])
    history = kit.signed_in("manager").get(f"{LOCAL}/history").text

    assert answer.status_code == 303
    assert kit.product.prison.local["visits"] == (HERE if version == "1" else file)
    assert f'<ins dir="auto">{HERE}</ins>' in history


def test_a_sentence_that_no_file_has_has_no_way_back_to_one(kit: DeskKit) -> None:
    send(kit, PHONE, "publish", text=["Here: ask your wing."])

    assert send(kit, PHONE, "back", version=["0"]).status_code == 404
    assert take_away(kit, PHONE).status_code == 303
    assert "phone" not in kit.product.prison.local
    assert send(kit, PHONE, "publish").status_code == 303
    assert kit.product.prison.local["phone"] == "Here: ask your wing."


def test_the_second_editor_is_told_and_loses_nothing(kit: DeskKit) -> None:
    mine = opened(kit, LOCAL)
    send(kit, LOCAL, "publish", who="admin", text=["Here: ask them."])

    page = send(kit, LOCAL, "publish", mine, text=[HERE])

    assert page.status_code == 409
    assert "A colleague was faster. Version 1, published by Officer Admin" in page.text
    assert fields_of(page.text, "edit")["text"] == [HERE]
    assert kit.product.prison.local["visits"] == "Here: ask them."


def test_a_draft_shows_nowhere_until_it_is_published(kit: DeskKit) -> None:
    kept = send(kit, PHONE, "draft", text=["Here: ask your wing."])
    page = kit.signed_in("admin").get(PHONE).text

    assert kept.headers["location"] == f"{PHONE}?draft=1&done=draft"
    assert "phone" not in kit.product.prison.local
    assert fields_of(page, "edit")["text"] == ["Here: ask your wing."]
    assert send(kit, PHONE, "publish", fields_of(page, "edit"), "admin").status_code == 303
    assert kit.product.prison.local["phone"] == "Here: ask your wing."


def test_an_answer_and_its_sentence_lead_to_each_other(kit: DeskKit) -> None:
    manager = kit.signed_in("manager")

    assert f'href="{LOCAL}"' in manager.get("/content/answers/visits").text
    assert 'href="/content/answers/visits"' in manager.get(LOCAL).text


@pytest.mark.parametrize("who", ["wing", "orderly", "safer"])
def test_who_has_not_the_right_changes_no_sentence(kit: DeskKit, who: str) -> None:
    client, token = kit.signed_in(who), kit.token(who)

    answers = [client.get(LOCAL), client.post(f"{LOCAL}/publish", data={"token": token, "text": "Mine"})]
    answers += [client.post(f"{LOCAL}/remove", data={"token": token, "based_on": "0"})]

    assert {answer.status_code for answer in answers} == {403}
    assert audit(kit) == []


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_forged_form_changes_no_sentence(kit: DeskKit, token: str) -> None:
    answers = [
        send(kit, LOCAL, "publish", token=[token], text=["Mine"]),
        take_away(kit, LOCAL, token=[token]),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert audit(kit) == []


@pytest.mark.parametrize("key", ["nothing", "kit_change", "Visits", "text"])
def test_there_is_no_sentence_on_what_is_no_topic(kit: DeskKit, key: str) -> None:
    assert kit.signed_in("manager").get(f"/content/local/{key}").status_code == 404


def test_they_go_into_the_prisons_file_with_services_and_nothing_else_changes(kit: DeskKit) -> None:
    content = kit.product.settings.content_dir / "prisons" / "oakmoor.yml"
    before = content.read_text("utf-8").splitlines()
    send(kit, LOCAL, "publish", text=[HERE])
    send(kit, PHONE, "publish", text=["Here: phones are on each landing."])
    take_away(kit, "/content/local/faith")
    send(kit, "/content/services/kit_change", "publish", title=["Clean kit"])

    answer = kit.signed_in("manager").get("/content/export.zip")

    text = zipfile.ZipFile(io.BytesIO(answer.content)).read("content/prisons/oakmoor.yml").decode()
    after, old = text.splitlines(), kit.product.live.rules.local
    assert [line for line in after if line not in before] == [
        f'  visits: "{HERE}"',
        '  phone: "Here: phones are on each landing."',
        "    title: Clean kit",
    ]
    assert [line for line in before if line not in after] == [
        f'  visits: "{old["visits"]}"',
        f'  faith: "{old["faith"]}"',
        "    title: Kit change",
    ]
    keys = list(yaml.safe_load(text)["local"])
    assert keys[:4] == ["first_night", "visits", "video_calls", "phone"]
    assert editions(kit, ContentKind.LOCAL, "faith")[0].state is EditionState.REMOVED


def test_a_service_that_a_sentence_names_says_so_before_it_is_taken_away(kit: DeskKit) -> None:
    page = kit.signed_in("manager").get("/content/services/chaplaincy/remove").text

    named = page[page.index('id="named"') :]
    assert 'href="/content/local/faith"' in named
    assert kit.product.prison.local["faith"] in named
