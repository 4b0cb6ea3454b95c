"""The reports page: who sees it, what each audience gets, what is left out, and what leaves the house."""

import csv
import html
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from bot.people.model import Actor, ActorKind
from bot.queue import service
from bot.queue.model import Change, Kind
from bot.store import tables as t
from bot.web.desk.report_files import guarded
from tests.support.desk import PRISON, START, DeskKit, make_kit
from tests.support.pdf_text import pages_of
from tests.support.report_filling import fill_requests

OFFICER = Actor(ActorKind.STAFF, "staff-wing")


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


@pytest.fixture
def full(kit: DeskKit) -> DeskKit:
    """Four weeks with six hundred requests."""
    fill_requests(kit.product.database, 600, start=START - timedelta(days=28), days=28)
    return kit


def see(kit: DeskKit, query: str = "", account: str = "manager") -> httpx.Response:
    while True:  # as the worker does, or the next look
        answer = kit.signed_in(account).get(f"/reports{query}")
        if "Not everything is counted yet" not in answer.text:
            return answer


def words(answer: httpx.Response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def numbers(answer: httpx.Response) -> dict[tuple[str, str, str], str]:
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    start = rows.index(["table", "row", "measure", "unit", "value"])
    return {(row[0], row[1], row[2]): row[4] for row in rows[start + 1 :]}


def audited(kit: DeskKit) -> list[tuple[str, str, str]]:
    with kit.product.database.reading() as work:
        rows = work.session.execute(
            sa.select(t.audit.c.staff_id, t.audit.c.action, t.audit.c.ref).order_by(t.audit.c.seq)
        ).tuples()
        return [row for row in rows if row[1].startswith("report_")]


@pytest.mark.parametrize("path", ["/reports", "/reports/figures.csv", "/reports/report.pdf"])
@pytest.mark.parametrize(
    ("account", "status"), [("manager", 200), ("safer", 200), ("wing", 403), ("orderly", 403), ("admin", 403)]
)
def test_managers_and_safer_custody_see_reports_and_nobody_else(
    kit: DeskKit, path: str, account: str, status: int
) -> None:
    assert kit.signed_in(account).get(path).status_code == status


def test_who_is_not_signed_in_is_sent_to_sign_in(kit: DeskKit) -> None:
    assert kit.anybody().get("/reports").headers["location"] == "/sign-in"


def test_without_a_request_the_page_says_so(kit: DeskKit) -> None:
    answer = see(kit)

    assert answer.status_code == 200
    assert "Nobody asked for anybody in these days." in words(answer)
    assert "<table" not in answer.text


def test_the_page_says_in_sentences_how_people_were_reached(full: DeskKit) -> None:
    said = words(see(full))

    assert re.search(
        r"600 requests were asked \(.* to 23 Nov 2026\)\. Somebody reached \d\d% of them\.", said
    )
    assert re.search(
        r"Listener: half of those who were reached were reached within [\dhmin ]+, nine in ten", said
    )
    assert re.search(r"Night: half of those who were reached were reached within [1-9]", said)
    assert re.search(r"Asked whether somebody came, \d+% said that nobody did\.", said)
    assert re.search(r"\d\d supporters had \d+ contacts\. Half of them had \d+ or fewer\.", said)


def test_every_picture_has_words_and_its_numbers_in_a_table(full: DeskKit) -> None:
    page = see(full).text

    pictures = re.findall(r'<svg [^>]*role="img" aria-label="([^"]+)"', page)
    assert len(pictures) == 5
    assert all("The same numbers stand in the table below." in said for said in pictures)
    sections = re.findall(r"<section class=\"report-part\">.*?</section>", page, re.DOTALL)
    assert all("<table" in section for section in sections if "<svg" in section)


def test_the_figures_are_those_of_the_requests(kit: DeskKit) -> None:
    for number in range(12):
        person = kit.person(f"p{number}", "A" if number < 7 else "B")
        request = kit.ask(person, ago=60)
        if number < 6:
            with kit.product.database.writing() as work:
                at = START - timedelta(minutes=60 - number * 5)
                service.move(work, request.id, Change.BEGUN, OFFICER, now=at)

    found = numbers(kit.signed_in("manager").get("/reports/figures.csv"))

    kind = "Who was asked for"
    assert found[kind, "Listener", "Requests"] == "12"
    assert found[kind, "Listener", "Reached"] == "6"
    assert found[kind, "Listener", "Half within"] == "10"
    assert found[kind, "Listener", "Nine in ten within"] == ""
    assert found["By the hour of asking", "09:00", "Requests"] == "12"
    assert found["By the day of the week", "Monday", "Share reached"] == "0.500"
    # Seven on A of whom six were reached leave one: neither that nor the other wing's is told.
    assert {found["By wing", wing, "Reached"] for wing in ("A", "B")} == {"not shown"}


def test_small_numbers_are_not_shown_on_the_page_in_the_file_or_on_paper(kit: DeskKit) -> None:
    for number in range(3):
        kit.ask(kit.person(f"p{number}"), ago=60)

    page = words(see(kit))
    found = numbers(kit.signed_in("manager").get("/reports/figures.csv"))
    paper = "\n".join(pages_of(kit.signed_in("manager").get("/reports/report.pdf").content))

    assert "Fewer than 5 requests were asked" in page
    assert not {value for value in found.values() if value in ("1", "2", "3", "4")}
    assert found["Who was asked for", "All", "Requests"] == "fewer than 5"
    assert "fewer than 5" in paper


def test_the_branch_sees_listeners_only_and_nothing_on_alerts(full: DeskKit) -> None:
    full.say(full.person("sam"), "cant do this no more")

    branch, managers = see(full, "?for=branch"), see(full)

    assert "Danger alerts" in managers.text
    assert "Danger alerts" not in branch.text
    assert "Emergency" not in branch.text.partition("<main")[2]
    month = "?from=2026-10-01&to=2026-10-31"
    found = numbers(full.signed_in("manager").get(f"/reports/figures.csv{month}&for=branch"))
    assert {row for table, row, _ in found if table == "Who was asked for"} == {"Listener", "All"}
    everybody = numbers(full.signed_in("manager").get(f"/reports/figures.csv{month}"))
    listener = everybody["Who was asked for", "Listener", "Requests"]
    assert found["Who was asked for", "All", "Requests"] == listener
    assert found["By the hour of asking", "All", "Requests"] == listener


def test_safer_custody_has_alerts_first_and_managers_last(full: DeskKit) -> None:
    for number in range(6):
        full.say(full.person(f"sad{number}"), "cant do this no more")

    def headings(audience: str) -> list[str]:
        return re.findall(r'<h3 id="h-([a-z_]+)"', see(full, f"?for={audience}").text)

    assert headings("safer_custody")[0] == "alerts"
    assert headings("managers")[-1] == "alerts"
    found = numbers(full.signed_in("safer").get("/reports/figures.csv?for=safer_custody"))
    assert found["Danger alerts", "Emergency", "Alerts"] == "6"


def test_one_wing_alone_can_be_asked_for(full: DeskKit) -> None:
    found = numbers(full.signed_in("manager").get("/reports/figures.csv?wing=A"))
    whole = numbers(full.signed_in("manager").get("/reports/figures.csv"))

    assert found["Who was asked for", "All", "Requests"] == whole["By wing", "A", "Requests"]
    assert not [table for table, _, _ in found if table == "By wing"]


def test_an_account_of_one_wing_sees_that_wing_alone(full: DeskKit) -> None:
    own = see(full, account="a_wing")
    whole = numbers(full.signed_in("manager").get("/reports/figures.csv"))
    found = numbers(full.signed_in("a_wing").get("/reports/figures.csv"))

    assert '<option value="B"' not in own.text
    assert found["Who was asked for", "All", "Requests"] == whole["By wing", "A", "Requests"]
    assert full.signed_in("a_wing").get("/reports?wing=B").status_code == 404


def test_a_report_of_some_wings_says_which_on_the_page_in_the_file_and_on_paper(full: DeskKit) -> None:
    own, whole = see(full, account="a_wing"), see(full)
    file = full.signed_in("a_wing").get("/reports/figures.csv").content.decode("utf-8-sig")
    paper = "\n".join(pages_of(full.signed_in("a_wing").get("/reports/report.pdf").content))

    for text in (own.text, file, paper):
        assert "HMP Oakmoor (demonstration), only wing A" in text
    assert "All of yours: A" in own.text
    assert "All wings" not in own.text
    assert "only wing" not in whole.text


@pytest.mark.parametrize("wing", ["Z", "A' OR 1=1", "../"])
def test_a_wing_that_is_not_there_is_not_found(kit: DeskKit, wing: str) -> None:
    assert kit.signed_in("manager").get("/reports", params={"wing": wing}).status_code == 404


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?from=2026-13-01", "One of these is not a day."),
        ("?from=last+week", "One of these is not a day."),
        ("?to=9999-12-31&from=9999-12-31", "One of these is not a day."),
        ("?from=2026-11-20&to=2026-11-01", "The first day is after the last one."),
        ("?from=2027-01-01&to=2027-02-01", "These days have not begun yet."),
        ("?from=2001-01-01", "That is too long."),
    ],
)
def test_days_that_cannot_be_shown_are_refused_in_plain_words(full: DeskKit, query: str, said: str) -> None:
    answer = full.signed_in("manager").get(f"/reports{query}")
    download = full.signed_in("manager").get(f"/reports/report.pdf{query}")

    assert (answer.status_code, download.status_code) == (422, 422)
    assert said in words(answer)
    assert 'aria-invalid="true"' in answer.text
    assert "<table" not in answer.text
    assert audited(full) == []


def test_what_was_typed_stays_in_the_form(kit: DeskKit) -> None:
    answer = kit.signed_in("manager").get('/reports?from="><b>x&for=branch')

    assert 'value="&#34;&gt;&lt;b&gt;x"' in answer.text
    assert '<option value="branch" selected>' in answer.text


def test_text_that_no_form_sends_is_refused(kit: DeskKit) -> None:
    assert kit.signed_in("manager").get(f"/reports?from={'1' * 5_000}").status_code in (400, 404, 422)


@pytest.mark.parametrize("query", ["?from=2026-11-22&to=2026-11-22", "?from=2023-11-25", "?to=2030-01-01"])
def test_one_day_three_years_and_days_to_come_can_be_asked_for(full: DeskKit, query: str) -> None:
    assert see(full, query).status_code == 200


def test_each_download_is_written_down_with_what_was_asked_for(full: DeskKit) -> None:
    manager = full.signed_in("manager")
    manager.get("/reports/figures.csv?from=2026-10-01&to=2026-10-31&for=branch")
    manager.get("/reports/report.pdf?from=2026-11-01&to=2026-11-20")
    see(full)

    assert audited(full) == [
        ("staff-manager", "report_csv", "2026-10-01..2026-10-31 branch"),
        ("staff-manager", "report_pdf", "2026-11-01..2026-11-20 managers"),
    ]


def test_the_paper_says_the_same_and_who_printed_it(full: DeskKit) -> None:
    answer = full.signed_in("manager").get("/reports/report.pdf?from=2026-11-01&to=2026-11-20")

    pages = pages_of(answer.content)
    assert answer.headers["content-type"] == "application/pdf"
    assert "signpost-managers-2026-11-01-2026-11-20.pdf" in answer.headers["content-disposition"]
    assert all("Printed 23 Nov 2026, 10:00:00 by Officer Manager" in page for page in pages)
    text = "\n".join(pages)
    for heading in ("Who was asked for", "Nights and days", "Did somebody come?", "Danger alerts"):
        assert heading in text


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-5", "@x", "\tx", "  =x", "|cmd", "%x"])
def test_a_spreadsheet_takes_nothing_for_a_formula(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    assert guarded("A wing") == "A wing"


def test_an_unknown_audience_is_managers(kit: DeskKit) -> None:
    assert '<option value="managers" selected>' in see(kit, "?for=everybody").text


def test_late_news_is_on_the_page_at_once(kit: DeskKit) -> None:
    requests = [kit.ask(kit.person(f"p{number}"), ago=60) for number in range(6)]
    assert "Somebody reached 0% of them." in words(see(kit))

    with kit.product.database.writing() as work:
        for request in requests:
            service.move(work, request.id, Change.BEGUN, OFFICER, now=START)

    assert "Somebody reached 100% of them." in words(see(kit))


def test_no_name_cell_or_id_of_anybody_is_on_a_report(full: DeskKit) -> None:
    full.ask(full.person("zebedee"), Kind.STAFF)

    everything = see(full).text + full.signed_in("manager").get("/reports/figures.csv").text

    for secret in ("zebedee", "Zebedee", "A1-01", "helper1", "filled"):
        assert secret not in everything


def test_a_request_of_another_prison_is_not_counted(kit: DeskKit) -> None:
    for number in range(9):
        person = kit.person(f"far{number}", prison="fernhill")
        kit.ask(person)

    assert "Nobody asked for anybody" in words(see(kit))
    assert PRISON == "oakmoor"


def test_the_night_on_which_the_clocks_change_is_counted_in_its_own_hours(kit: DeskKit) -> None:
    kit.clock.time = datetime(2026, 10, 25, 12, tzinfo=UTC)
    for number in range(6):
        kit.ask(kit.person(f"p{number}"), Kind.STAFF, ago=690)  # 00:30 UTC, half past one in summer time

    found = numbers(kit.signed_in("manager").get("/reports/figures.csv?from=2026-10-25&to=2026-10-25"))

    assert found["By the hour of asking", "01:00", "Requests"] == "6"


def _months(kit: DeskKit) -> list[tuple[str, str]]:
    with kit.product.database.reading() as work:
        found = sa.select(t.audit.c.staff_id, t.audit.c.ref).where(t.audit.c.action == "month_report_opened")
        return [tuple(row) for row in work.session.execute(found.order_by(t.audit.c.seq))]


def test_last_months_report_is_one_press_away_and_the_page_says_who_opened_it(full: DeskKit) -> None:
    assert "Nobody has opened the report for October 2026 yet." in words(see(full))

    link = re.search(r'href="(/reports\?from=2026-10-01&amp;to=2026-10-31[^"]*)">Last month', see(full).text)
    assert link is not None
    for _ in range(2):
        full.signed_in("manager").get(html.unescape(link[1]))
    full.signed_in("safer").get("/reports/report.pdf?from=2026-10-01&to=2026-10-31&for=safer_custody")

    assert _months(full) == [("staff-manager", "2026-10"), ("staff-safer", "2026-10")]
    page = words(see(full))
    assert re.search(r"The report for October 2026 was opened by \w+[^,.]*, \w+[^,.]*\.", page), page


@pytest.mark.parametrize(
    "query",
    [
        "?from=2026-10-01&to=2026-10-30",
        "?from=2026-10-01&to=2026-10-31&wing=A",
        "?from=2026-10-01&to=2026-10-31&for=branch",
        "?from=2026-09-01&to=2026-09-30",
    ],
)
def test_a_part_of_it_or_another_month_is_not_last_months_report(full: DeskKit, query: str) -> None:
    see(full, query)

    assert _months(full) == []


@pytest.mark.parametrize("form", ["figures.csv", "report.pdf"])
@pytest.mark.parametrize(
    "query",
    [
        "?for=branch",
        "?from=2026-10-01&to=2026-10-30&for=branch",
        "?from=2026-11-01&for=branch",
        "?from=2026-10-01&to=2026-10-31&for=branch&wing=A",
    ],
)
def test_a_file_for_the_branch_is_of_whole_months_and_the_whole_prison(
    full: DeskKit, form: str, query: str
) -> None:
    """What overlaps could be taken from each other, far from those who may look at requests."""
    answer = full.signed_in("manager").get(f"/reports/{form}{query}")

    assert answer.status_code == 422
    assert "is of the whole prison and of whole months" in answer.text
    assert audited(full) == []
    assert see(full, query).status_code == 200


def test_on_its_last_day_a_month_is_not_over_and_the_branch_gets_no_file_of_it(full: DeskKit) -> None:
    """Of two files of that day, one could be taken from the other."""
    query = "?from=2026-11-01&to=2026-11-30&for=branch"
    full.clock.time = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    refused = full.signed_in("manager").get(f"/reports/figures.csv{query}")
    assert (refused.status_code, audited(full)) == (422, [])
    assert "whole months that are over" in refused.text

    full.clock.time += timedelta(minutes=1)

    assert full.signed_in("manager").get(f"/reports/figures.csv{query}").status_code == 200
