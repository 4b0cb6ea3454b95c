"""Was the screen right? Marks, reports of danger, lines for the next screen, and the page of alarms."""

import io
import re
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml

from bot.learning import service as learning
from bot.learning.danger_model import Standing
from bot.learning.model import Fate
from bot.learning.scrub import Known
from bot.people.model import Person
from bot.safety.message import Direction, Message
from bot.safety.model import Level, Risk
from bot.safety.record import Entry, EntryKind, SafetyRecord
from tests.support.builders import a_verdict
from tests.support.chain import head, verify, walk
from tests.support.desk import PRISON, DeskKit, make_kit

GRAVE = {"level": "emergency", "risk": "suicide", "words": "his brother died"}


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def entries(kit: DeskKit, record_id: str) -> list[Entry]:
    with kit.product.database.reading() as work:
        return list(work.safety.entries_of(record_id))


def records(kit: DeskKit) -> list[SafetyRecord]:
    with kit.product.database.reading() as work:
        return list(work.safety.list_of(PRISON))


def examples(kit: DeskKit, state: Standing = Standing.NEW):  # type: ignore[no-untyped-def]
    with kit.product.database.reading() as work:
        return work.danger_examples.list_of(PRISON, state)


def audit(kit: DeskKit) -> list[tuple[str, str]]:
    with kit.product.database.reading() as work:
        return [tuple(row) for row in work.session.execute(sa.text("SELECT staff_id, action FROM audit"))]


def noticed(kit: DeskKit, words: str = "dying of boredom", level: Level = Level.URGENT) -> Entry:
    return entries(kit, kit.say(kit.person(f"p{uuid.uuid4().hex[:6]}"), words, level))[-1]


def wrote(kit: DeskKit, person: Person, text: str) -> None:
    """Words in which nothing was noticed, and which were not understood."""
    message = Message(
        id=uuid.uuid4().hex,
        person_id=person.id,
        device_id="tablet",
        direction=Direction.FROM_PERSON,
        text=text,
        at=kit.clock.time,
        form_key=uuid.uuid4().hex,
    )
    line = learning.Missed(person.id, PRISON, text, "en", (), a_verdict(Level.NONE))
    with kit.product.database.writing() as work:
        work.messages.add(message)
        assert learning.keep(work, line, Known(), day=kit.clock.time.date())


def line_id(kit: DeskKit) -> str:
    with kit.product.database.reading() as work:
        return str(work.not_understood.list_of(PRISON, Fate.NEW)[0].id)


def test_a_mark_is_made_on_the_records_page_and_stands_in_its_history(kit: DeskKit) -> None:
    entry = noticed(kit)
    page = kit.signed_in("safer").get(f"/safety/{entry.record_id}").text

    answer = kit.post("safer", f"/verdicts/{entry.id}/mark", opinion="too_high", level="none", words="a joke")
    after = kit.signed_in("orderly").get(f"/safety/{entry.record_id}").text

    assert f'action="/verdicts/{entry.id}/mark"' in page
    assert answer.headers["location"].startswith(f"/safety/{entry.record_id}")
    assert "Officer Safer said whether the screen was right." in after
    assert "Too high" in after
    assert "Should have been: No danger" in after
    assert "a joke" in after
    with kit.product.database.reading() as work:
        assert verify(walk(work), head(work)) == 2


def test_marks_of_two_stand_beside_each_other(kit: DeskKit) -> None:
    entry = noticed(kit)
    kit.post("safer", f"/verdicts/{entry.id}/mark", opinion="right")
    kit.post("orderly", f"/verdicts/{entry.id}/mark", opinion="wrong_kind", risk="medical")

    page = kit.signed_in("safer").get(f"/verdicts/{entry.id}").text

    assert "Officer Safer: Right. Urgent, suicide" in page
    assert "Officer Orderly: Wrong kind. Urgent, medical emergency" in page
    assert ("staff-safer", "verdict_viewed") in audit(kit)


@pytest.mark.parametrize(
    "fields",
    [{}, {"opinion": "missed"}, {"opinion": "too_low"}, {"opinion": "too_high", "level": "emergency"}],
)
def test_a_mark_that_is_not_whole_stores_nothing_and_keeps_what_was_typed(
    kit: DeskKit, fields: dict[str, str]
) -> None:
    entry = noticed(kit)

    answer = kit.post("safer", f"/verdicts/{entry.id}/mark", words="my own words", **fields)

    assert answer.status_code == 400
    assert "Nothing was stored yet" in answer.text
    assert ">my own words</textarea>" in answer.text
    assert len(entries(kit, entry.record_id)) == 1


def test_wing_staff_report_danger_from_the_alert_but_mark_nothing(kit: DeskKit) -> None:
    entry = noticed(kit, level=Level.CONCERN)
    alert = kit.signed_in("wing").get(f"/alerts/{entry.record_id}").text
    page = kit.signed_in("wing").get(f"/verdicts/{entry.id}").text

    refused = kit.post("wing", f"/verdicts/{entry.id}/mark", opinion="right")
    answer = kit.post("wing", f"/verdicts/{entry.id}/danger", **GRAVE)
    after = kit.signed_in("wing").get(answer.headers["location"]).text

    assert f"/verdicts/{entry.id}" in alert
    assert "/mark" not in page
    assert refused.status_code == 403
    assert answer.headers["location"] == f"/alerts/{entry.record_id}"
    assert "his brother died" in after
    (record,) = records(kit)
    assert (record.level, record.times, record.is_sounding) == (Level.EMERGENCY, 2, True)


def test_a_report_needs_level_and_kind_and_is_taken_once(kit: DeskKit) -> None:
    entry = noticed(kit)

    empty = kit.post("wing", f"/verdicts/{entry.id}/danger", level="none", risk="suicide")
    kit.post("wing", f"/verdicts/{entry.id}/danger", **GRAVE)
    again = kit.post("wing", f"/verdicts/{entry.id}/danger", **GRAVE)

    assert (empty.status_code, again.status_code) == (400, 409)
    assert len(entries(kit, entry.record_id)) == 2


def test_a_message_of_another_wing_or_of_no_record_is_not_there(kit: DeskKit) -> None:
    other = entries(kit, kit.say(kit.person("bea", wing="B"), "help"))[0]
    mine = noticed(kit)
    kit.post("wing", f"/alerts/{mine.record_id}/acknowledge")
    acknowledged = entries(kit, mine.record_id)[-1]

    answers = [
        kit.signed_in("a_wing").get(f"/verdicts/{other.id}"),
        kit.post("a_wing", f"/verdicts/{other.id}/danger", **GRAVE),
        kit.post("a_wing", f"/verdicts/{other.id}/mark", opinion="right"),
        kit.signed_in("safer").get(f"/verdicts/{acknowledged.id}"),
        kit.signed_in("safer").get("/verdicts/nothing"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5


def test_danger_in_words_without_a_writer_sends_somebody_and_tells_the_person(kit: DeskKit) -> None:
    sam = kit.person("sam")
    wrote(kit, sam, "tell Sam im off to see me nan 2nite, she passed in 2019")
    shown = kit.signed_in("admin").get("/not-understood").text

    answer = kit.post("admin", f"/not-understood/{line_id(kit)}/danger", **GRAVE)
    after = kit.signed_in("admin").get(answer.headers["location"]).text

    (record,) = records(kit)
    (entry,) = entries(kit, record.id)
    assert "tell [name] im off" in shown
    assert (record.person_id, record.level) == ("sam", Level.EMERGENCY)
    assert entry.words["text"] == "tell Sam im off to see me nan 2nite, she passed in 2019"
    assert entry.actor_id == "staff-admin"
    assert "The alert is raised" in after
    assert "she passed" not in after
    assert "sam" not in after.lower().replace("same", "")
    with kit.product.database.reading() as work:
        (_, told) = work.messages.latest("sam")
    assert told.text == kit.product.texts.say("danger_told", "en")
    assert ("staff-admin", "danger_reported") in audit(kit)


def test_whoever_wrote_the_same_words_is_gone_to_as_well(kit: DeskKit) -> None:
    for name in ("sam", "ali", "bob"):
        wrote(kit, kit.person(name), "im off to see me nan")

    kit.post("manager", f"/not-understood/{line_id(kit)}/danger", **GRAVE)

    assert {record.person_id for record in records(kit)} == {"sam", "ali", "bob"}


def test_where_the_writer_cannot_be_found_the_page_says_so_plainly(kit: DeskKit) -> None:
    line = learning.Missed("sam", PRISON, "im off to see me nan", "en", (), a_verdict(Level.NONE))
    with kit.product.database.writing() as work:
        assert learning.keep(work, line, Known(), day=kit.clock.time.date())

    answer = kit.post("manager", f"/not-understood/{line_id(kit)}/danger", **GRAVE)
    after = kit.signed_in("manager").get(answer.headers["location"]).text

    assert "Nobody was alerted. Tell safer custody now" in after
    assert records(kit) == []
    assert [example.text for example in examples(kit)] == ["im off to see me nan"]


def test_an_incomplete_report_of_a_line_raises_nothing(kit: DeskKit) -> None:
    wrote(kit, kit.person("sam"), "im off to see me nan")

    answer = kit.post("manager", f"/not-understood/{line_id(kit)}/danger", level="urgent")

    assert answer.status_code == 400
    assert "No alert was raised yet" in answer.text
    assert records(kit) == []


def test_a_second_person_decides_and_the_line_is_downloaded(kit: DeskKit) -> None:
    entry = noticed(kit, "I told Barry im dying of boredom in 1999")
    kit.post("safer", f"/verdicts/{entry.id}/mark", opinion="too_high", level="none")
    (example,) = examples(kit)
    own = kit.signed_in("safer").get("/danger-examples").text
    page = kit.signed_in("admin").get("/danger-examples").text
    fields = {"text": example.text, "level": "none", "risk": "", "manner": "idiom"}

    refused = kit.post("safer", f"/danger-examples/{example.id}/accept", **fields)
    done = kit.post("admin", f"/danger-examples/{example.id}/accept", **fields)
    packed = kit.signed_in("admin").get("/danger-examples/examples.zip")

    assert example.text == "I told name im dying of boredom in number"
    assert "You proposed this one" in own
    assert "Officer Safer: Too high. No danger" in page
    assert (refused.status_code, done.headers["location"]) == (403, "/danger-examples?done=accepted")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as file:
        assert file.namelist() == ["data/screen/en/added.yml"]
        data = yaml.safe_load(file.read("data/screen/en/added.yml"))
    assert data == {"language": "en", "by_risk": {"none": {"idiom": [example.text]}}}
    seen = audit(kit)
    assert ("staff-admin", "danger_examples_viewed") in seen
    assert ("staff-admin", "danger_examples_downloaded") in seen
    assert entries(kit, entry.record_id)[0].words["text"] == "I told Barry im dying of boredom in 1999"


def test_a_line_that_does_not_fit_together_is_refused_with_what_was_chosen(kit: DeskKit) -> None:
    entry = noticed(kit)
    kit.post("safer", f"/verdicts/{entry.id}/mark", opinion="right")
    (example,) = examples(kit)

    answer = kit.post(
        "manager", f"/danger-examples/{example.id}/accept", text="mended", level="urgent", manner="joke"
    )

    assert answer.status_code == 400
    assert "do not go together" in answer.text
    assert 'value="mended"' in answer.text
    assert '<option value="joke" selected>' in answer.text


def test_a_line_is_declined_or_taken_back_and_the_second_is_told(kit: DeskKit) -> None:
    entry = noticed(kit)
    kit.post("safer", f"/verdicts/{entry.id}/mark", opinion="right")
    (example,) = examples(kit)
    address = f"/danger-examples/{example.id}"
    kit.post("manager", f"{address}/accept", text="bored", level="urgent", risk="suicide", manner="terse")

    late = kit.post("admin", f"{address}/decline")
    kit.post("admin", f"{address}/take-back")
    kit.post("admin", f"{address}/decline")

    assert late.status_code == 409
    assert [found.state for found in examples(kit, Standing.DECLINED)] == [Standing.DECLINED]
    assert kit.post("admin", "/danger-examples/nothing/decline").status_code == 404


def cells(page: str, table: str) -> list[list[str]]:
    body = page[page.index(f'id="h-{table}"') :]
    rows = re.findall(r"<tr>(.*?)</tr>", body[: body.index("</table>")], re.DOTALL)
    return [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row) for row in rows]


def test_who_reviews_sees_every_number_and_others_no_small_one(kit: DeskKit) -> None:
    for number in range(7):
        noticed(kit, f"words {number}", Level.URGENT if number else Level.EMERGENCY)
    entry = noticed(kit)
    kit.post("safer", f"/verdicts/{entry.id}/mark", opinion="right")

    full = cells(kit.signed_in("safer").get("/alarms").text, "by-week")
    partly = kit.signed_in("admin").get("/alarms").text

    assert full[0][:5] == ["Week of", "Alarms", "Emergency", "Urgent", "Concern"]
    assert full[1] == ["23 Nov", "8", "1", "7", "0", "0", "0", "1", "100%", "0", "0", "0", "test"]
    assert cells(partly, "by-week")[1][:5] == ["23 Nov", "8", "…", "…", "0"]
    assert "Numbers below 5 are not shown here" in partly


def test_weeks_are_shown_with_misses_and_mistaken_alarms_and_the_screen_in_use(kit: DeskKit) -> None:
    entry = noticed(kit)
    kit.post("wing", f"/alerts/{entry.record_id}/acknowledge")
    kit.post("safer", f"/verdicts/{entry.id}/mark", opinion="too_high", level="none")
    kit.post("wing", f"/verdicts/{entry.id}/danger", **GRAVE)
    kit.clock.move(days=7)

    # A week on: signed in anew.
    page = replace(kit, _clients={}).signed_in("safer").get("/alarms?weeks=26").text
    kinds = cells(page, "by-risks")

    assert len(cells(page, "by-week")) == 27
    assert cells(page, "by-week")[2] == [
        *("23 Nov", "1", "0", "1", "0", "1", "1", "1", "0%", "1", "0", "0", "test")
    ]
    assert kinds[0] == ["Week of", "suicide"]
    assert cells(page, "missed-by-level")[0] == ["Week of", "Emergency", "Urgent", "Concern"]
    assert sum(int(count) for count in cells(page, "missed-by-level")[2][1:]) == 1
    assert cells(page, "missed-by-risks")[2][1:] == ["1"]
    assert cells(page, "missed-by-languages")[:3:2] == [["Week of", "English"], ["23 Nov", "1"]]
    assert "<svg" in page
    assert '<circle class="missed"' in page


def test_of_misses_too_nobody_else_sees_a_small_number(kit: DeskKit) -> None:
    entry = noticed(kit)
    kit.post("wing", f"/verdicts/{entry.id}/danger", **GRAVE)

    page = kit.signed_in("admin").get("/alarms").text

    for table in ("missed-by-level", "missed-by-risks", "missed-by-languages"):
        assert set(cells(page, table)[1][1:]) == {"…"}


def test_a_wings_account_counts_its_own_wing(kit: DeskKit) -> None:
    kit.say(kit.person("ann", wing="A"), "help")
    kit.say(kit.person("bea", wing="B"), "help")

    page = kit.signed_in("a_wing").get("/alarms").text

    assert cells(page, "by-week")[1][1] == "1"


def test_what_staff_reported_is_no_alarm_of_the_screen(kit: DeskKit) -> None:
    wrote(kit, kit.person("sam"), "im off to see me nan")
    kit.post("manager", f"/not-understood/{line_id(kit)}/danger", **GRAVE)

    row = cells(kit.signed_in("safer").get("/alarms").text, "by-week")[1]

    assert (row[1], row[6]) == ("0", "1")
    assert [entry.kind for entry in entries(kit, records(kit)[0].id)] == [EntryKind.NOTICED]
    assert records(kit)[0].risks == (Risk.SUICIDE.value,)
