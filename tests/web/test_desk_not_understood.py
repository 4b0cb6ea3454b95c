"""The page of messages that were not understood: who sees it, what can be done, and what is written down."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml

from bot.learning import service
from bot.learning.model import Fate, Guess, NotUnderstood
from bot.learning.scrub import Known
from bot.safety.model import Level
from tests.support.builders import a_verdict
from tests.support.desk import PRISON, DeskKit, make_kit

GUESSES = (Guess("ask_visits", 0.31), Guess("request_staff", 0.2), Guess("nlu_fallback", 0.1))


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def missed(kit: DeskKit, text: str = "wen is da ting", prison: str = PRISON, language: str = "en") -> None:
    line = service.Missed("sam", prison, text, language, GUESSES, a_verdict(Level.NONE))
    with kit.product.database.writing() as work:
        assert service.keep(work, line, Known(), day=kit.clock.time.date())


def lines(kit: DeskKit, state: Fate = Fate.NEW) -> list[NotUnderstood]:
    with kit.product.database.reading() as work:
        return list(work.not_understood.list_of(PRISON, state))


def audit(kit: DeskKit) -> list[tuple[str, str, str]]:
    with kit.product.database.reading() as work:
        rows = work.session.execute(sa.text("SELECT staff_id, action, ref FROM audit ORDER BY seq")).all()
    return [(row[0], row[1], row[2]) for row in rows]


def add(kit: DeskKit, intent: str, text: str, line_id: str = "", seen: str = "new"):  # type: ignore[no-untyped-def]
    which = line_id or lines(kit)[0].id
    return kit.post("manager", f"/not-understood/{which}/add", intent=intent, text=text, seen=seen)


def test_a_content_owner_sees_words_counts_and_guesses(kit: DeskKit) -> None:
    kit.person("sam")
    for _ in range(3):
        missed(kit, "tell sam wen <b>da ting</b>")
    missed(kit, "gdzie jest ting", language="pl")

    page = kit.signed_in("manager").get("/not-understood").text

    assert "tell [name] wen &lt;b&gt;da ting&lt;/b&gt;" in page
    assert "Times written: 3. Last on 23 Nov. English" in page
    assert "Polski" in page
    assert "guesses: Visits (31%), Asks for staff (20%)<" in page
    assert '<option value="ask_visits">Visits (31%)</option>' in page
    assert "nlu_fallback" not in page


@pytest.mark.parametrize(
    ("role", "status"), [("manager", 200), ("admin", 200), ("wing", 403), ("safer", 403)]
)
def test_only_who_looks_after_content_sees_it(kit: DeskKit, role: str, status: int) -> None:
    missed(kit)

    answer = kit.signed_in(role).get("/not-understood")

    assert answer.status_code == status
    assert ("wen is da ting" in answer.text) == (status == 200)


def test_that_somebody_read_it_is_written_down(kit: DeskKit) -> None:
    kit.signed_in("manager").get("/not-understood")

    assert ("staff-manager", "not_understood_viewed", "new") in audit(kit)


def test_a_line_of_another_prison_is_not_there(kit: DeskKit) -> None:
    missed(kit, "elsewhere ting", prison="elsewhere")
    with kit.product.database.reading() as work:
        (other,) = work.not_understood.list_of("elsewhere", Fate.NEW)

    page = kit.signed_in("manager").get("/not-understood").text
    answer = add(kit, "ask_visits", "elsewhere ting", other.id)

    assert "elsewhere ting" not in page
    assert answer.status_code == 404


def test_a_line_becomes_an_example_of_the_chosen_topic(kit: DeskKit) -> None:
    missed(kit)
    line_id = lines(kit)[0].id

    answer = add(kit, "ask_phone", "wen is da fone ting")
    done = kit.signed_in("manager").get(answer.headers["location"]).text
    added = kit.signed_in("manager").get("/not-understood?state=added").text

    (line,) = lines(kit, Fate.ADDED)
    assert (line.intent, line.text) == ("ask_phone", "wen is da fone ting")
    assert "It is learned at the next training." in done
    assert "wen is da ting" not in done
    assert "wen is da fone ting" in added
    assert "Phone calls" in added
    assert ("staff-manager", "example_added", line_id) in audit(kit)


@pytest.mark.parametrize("intent", ["", "ask_the_moon", "nlu_fallback", "danger"])
def test_without_a_topic_nothing_is_stored_and_nothing_typed_is_lost(kit: DeskKit, intent: str) -> None:
    missed(kit)

    answer = add(kit, intent, "my own words")

    assert answer.status_code == 400
    assert "Choose what it is about" in answer.text
    assert 'value="my own words"' in answer.text
    assert len(lines(kit)) == 1


def test_words_that_training_would_misread_are_refused_and_kept_in_the_field(kit: DeskKit) -> None:
    missed(kit)

    answer = add(kit, "ask_visits", "my [visit](thing)")

    assert answer.status_code == 400
    assert "training would misread" in answer.text
    assert 'value="my [visit](thing)"' in answer.text
    assert len(lines(kit)) == 1


def test_a_line_is_dismissed_and_an_addition_taken_back(kit: DeskKit) -> None:
    missed(kit)
    missed(kit, "another ting")
    dismissed, kept = [line.id for line in lines(kit)]
    add(kit, "ask_visits", "another", kept)

    kit.post("admin", f"/not-understood/{dismissed}/dismiss", seen="new")
    back = kit.post("admin", f"/not-understood/{kept}/dismiss", seen="added")

    assert lines(kit) == lines(kit, Fate.ADDED) == []
    assert back.headers["location"] == "/not-understood?state=added&done=dismissed"
    assert [entry[1] for entry in audit(kit) if entry[0] == "staff-admin"].count("example_dismissed") == 2


def test_the_second_of_two_is_told(kit: DeskKit) -> None:
    missed(kit)
    line_id = lines(kit)[0].id
    kit.post("admin", f"/not-understood/{line_id}/dismiss", seen="new")

    answer = add(kit, "ask_visits", "wen", line_id)

    assert answer.status_code == 409
    assert "A colleague was faster" in answer.text
    assert lines(kit, Fate.ADDED) == []


def test_additions_are_downloaded_as_a_file_that_rasa_reads(kit: DeskKit) -> None:
    missed(kit)
    add(kit, "ask_visits", "wen is [name] 'ere: ok?")

    answer = kit.signed_in("manager").get("/not-understood/examples.yml")

    assert "attachment" in answer.headers["content-disposition"]
    assert yaml.safe_load(answer.text) == {
        "version": "3.1",
        "nlu": [{"intent": "ask_visits", "examples": "- wen is name 'ere: ok?\n"}],
    }
    assert ("staff-manager", "examples_downloaded", "1") in audit(kit)


def test_every_intent_can_be_chosen_under_a_name_of_its_own(kit: DeskKit) -> None:
    missed(kit)

    page = kit.signed_in("manager").get("/not-understood").text

    form = page[page.index('name="intent"') : page.index("</select>")]
    options = dict(re.findall(r'<option value="([a-z_]+)"[^>]*>([^<]+)<', form))
    assert set(options) == set(kit.product.taxonomy.intents)
    assert [intent for intent, name in options.items() if name == intent] == []


def test_the_page_shows_which_answers_did_not_help(kit: DeskKit) -> None:
    with kit.product.database.writing() as work:
        work.feedback.count(PRISON, "visits", kit.clock.time.date(), helped=False)
        for helped in (True, True, False):
            work.page_feedback.count(PRISON, "visits", kit.clock.time.date(), helped=helped)
        work.page_feedback.count(PRISON, "phone", kit.clock.time.date(), helped=True)

    page = kit.signed_in("manager").get("/not-understood").text

    assert "<td>Visits</td><td>0</td><td>1</td><td>2</td><td>1</td>" in page
    phone = f"<td>{kit.product.answers.get('phone').title}</td><td>0</td><td>0</td><td>1</td><td>0</td>"
    assert page.index("<td>Visits</td>") < page.index(phone)


def test_no_more_lines_are_shown_than_a_page_takes(kit: DeskKit) -> None:
    for number in range(30):
        missed(kit, f"ting {'x' * (number + 1)}")

    page = kit.signed_in("manager").get("/not-understood").text

    assert page.count('class="card line"') == 25
    assert len(page) < 400_000


def test_a_text_that_is_too_long_is_refused_whole(kit: DeskKit) -> None:
    missed(kit)

    answer = add(kit, "ask_visits", "a" * 5_000)

    assert answer.status_code in (400, 413)
    assert len(lines(kit)) == 1
