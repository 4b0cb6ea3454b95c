"""Reports: how well the queue works, on the page, as CSV and on paper, for three audiences."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Query
from fastapi.responses import Response

from bot.month_report import OPENED, month_before, name_of, note_opened
from bot.report_counting import catch_up
from bot.reports.periods import BadPeriod, read_period
from bot.web.desk.desk import Caller, Desk, DeskHere, NotFound, SignedIn, wings_of
from bot.web.desk.report_files import as_csv, as_pdf
from bot.web.desk.report_made import make_report
from bot.web.desk.report_parts import Audience, Choice, Report
from bot.web.desk.shell import Link, Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

# Longer than any day or wing: what is longer is nobody's slip.
_Typed = Annotated[str, Query(max_length=64)]
_First = Annotated[str, Query(max_length=64, alias="from")]
_For = Annotated[str, Query(max_length=64, alias="for")]
# Days back from today, today among them.
_SPANS: Final = (("day", 1), ("weeks", 28), ("quarter", 84), ("year", 365))


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class ReportsPage(Page):
    """`report` is None where the days that were asked for cannot be reported on."""

    first: str
    last: str
    latest: str
    wings: tuple[Option, ...]
    audiences: tuple[Option, ...]
    spans: tuple[Link, ...]
    wrong: str
    behind: str
    month: str
    report: Report | None
    csv: str
    pdf: str


@dataclass(frozen=True)
class Asked:
    """The form as it came."""

    first: str
    last: str
    wing: str
    audience: Audience


@router.get("/reports")
def show(
    desk: DeskHere, caller: SignedIn, first: _First = "", to: _Typed = "", wing: _Typed = "", of: _For = ""
) -> Response:
    asked = Asked(first, to, wing, _audience(of))
    behind = not catch_up(desk.product)
    try:
        choice = _choice(desk, caller, asked)
    except BadPeriod as error:
        return desk.pages.answer("desk/reports.html", _wrong(desk, caller, asked, error), 422)
    report = make_report(desk, caller, choice)
    _note_opened(desk, caller, choice)
    return desk.pages.answer("desk/reports.html", _page(desk, caller, asked, choice, report, behind=behind))


@router.get("/reports/figures.csv")
def download_csv(
    desk: DeskHere, caller: SignedIn, first: _First = "", to: _Typed = "", wing: _Typed = "", of: _For = ""
) -> Response:
    return _download(desk, caller, Asked(first, to, wing, _audience(of)), "csv")


@router.get("/reports/report.pdf")
def download_pdf(
    desk: DeskHere, caller: SignedIn, first: _First = "", to: _Typed = "", wing: _Typed = "", of: _For = ""
) -> Response:
    return _download(desk, caller, Asked(first, to, wing, _audience(of)), "pdf")


def _download(desk: Desk, caller: Caller, asked: Asked, form: str) -> Response:
    catch_up(desk.product)
    try:
        choice = _choice(desk, caller, asked)
    except BadPeriod as error:
        return desk.pages.answer("desk/reports.html", _wrong(desk, caller, asked, error), 422)
    if choice.audience is Audience.BRANCH and not _may_leave(choice, _today(desk)):
        refused = BadPeriod("branch_file")
        return desk.pages.answer("desk/reports.html", _wrong(desk, caller, asked, refused), 422)
    report, now = make_report(desk, caller, choice), desk.product.now()
    _note_opened(desk, caller, choice)
    made = as_csv(report) if form == "csv" else as_pdf(desk, caller, report)
    period = choice.period
    said = f"{period.first}..{period.last} {choice.audience.value} {choice.wing}".strip()[:64]
    with desk.product.database.writing() as work:
        # Before it goes out: what left the house is known, or it did not leave.
        work.audit.put(caller.staff.prison_id, caller.staff.id, f"report_{form}", said, now)
    log.info("report.downloaded", form=form, staff_id=caller.staff.id)
    name = f"signpost-{choice.audience.value}-{period.first}-{period.last}.{form}".replace("_", "-")
    return Response(
        made,
        media_type="text/csv; charset=utf-8" if form == "csv" else "application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _may_leave(choice: Choice, today: date) -> bool:
    """A file for the branch leaves the house: of two that overlap, one could be taken from the other
    (docs/decisions/0008). So could one of this morning from one of tonight: the last day must be over."""
    period = choice.period
    return not choice.wings and period.is_of_whole_months and period.last < today


def _note_opened(desk: Desk, caller: Caller, choice: Choice) -> None:
    """The whole of last month, for the prison itself: a part of it is not the month's report."""
    month = month_before(_today(desk))
    if choice.period == month and not choice.wings and choice.audience is not Audience.BRANCH:
        note_opened(desk.product, caller.staff.id, month, desk.product.now())


def _month_line(desk: Desk, caller: Caller) -> str:
    """Whether anybody has opened last month's report, and who."""
    month, prison_id = month_before(_today(desk)), caller.staff.prison_id
    with desk.product.database.reading() as work:
        opened = work.month_reports.staff_of(prison_id, OPENED, name_of(month))
        names = work.staff.names(prison_id) if opened else {}
    say, called = desk.wording.say, f"{month.first:%B %Y}"
    if not opened:
        return say("reports_month_unopened", month=called)
    return say("reports_month_opened", month=called, names=", ".join(names.get(who, who) for who in opened))


def _today(desk: Desk) -> date:
    return desk.product.now().astimezone(desk.product.prison.zone).date()


def _choice(desk: Desk, caller: Caller, asked: Asked) -> Choice:
    """Raises BadPeriod, and NotFound for a wing that is not there or not for this account to see."""
    today = _today(desk)
    if asked.wing and asked.wing not in wings_of(caller, desk.product):
        raise NotFound
    period = read_period(asked.first, asked.last, today)
    wings = (asked.wing,) if asked.wing else caller.staff.wings
    return Choice(period, asked.audience, asked.wing, tuple(wings))


def _audience(name: str) -> Audience:
    return next((each for each in Audience if each.value == name), Audience.MANAGERS)


def _page(
    desk: Desk, caller: Caller, asked: Asked, choice: Choice, report: Report, *, behind: bool
) -> ReportsPage:
    period = choice.period
    typed = Asked(str(period.first), str(period.last), asked.wing, asked.audience)
    say = desk.wording.say
    return _blank(desk, caller, typed, behind=say("reports_behind") if behind else "", report=report)


def _wrong(desk: Desk, caller: Caller, asked: Asked, error: BadPeriod) -> ReportsPage:
    return _blank(desk, caller, asked, wrong=desk.wording.say(f"reports_wrong_{error.why}"))


def _blank(
    desk: Desk,
    caller: Caller,
    asked: Asked,
    *,
    wrong: str = "",
    behind: str = "",
    report: Report | None = None,
) -> ReportsPage:
    say = desk.wording.say
    today = _today(desk)
    own = ", ".join(caller.staff.wings)
    every = say("reports_own_wings", wings=own) if own else say("reports_all_wings")
    wings = [Option("", every, not asked.wing)]
    wings += [Option(wing, wing, wing == asked.wing) for wing in wings_of(caller, desk.product)]
    return ReportsPage(
        desk=desk,
        shell=shell_for(desk, caller, "reports"),
        first=asked.first,
        last=asked.last,
        latest=str(today),
        wings=tuple(wings),
        audiences=tuple(
            Option(each.value, say(f"reports_for_{each.value}"), each is asked.audience) for each in Audience
        ),
        spans=_spans(desk, asked, today),
        wrong=wrong,
        behind=behind,
        month=_month_line(desk, caller),
        report=report,
        csv=_address("/figures.csv", asked, asked.first, asked.last),
        pdf=_address("/report.pdf", asked, asked.first, asked.last),
    )


def _spans(desk: Desk, asked: Asked, today: date) -> tuple[Link, ...]:
    month = month_before(today)
    spans = [("month", month.first, month.last)]
    spans += [(name, today - timedelta(days=days - 1), today) for name, days in _SPANS]
    return tuple(
        Link(
            desk.wording.say(f"reports_span_{name}"),
            _address("", asked, str(first), str(last)),
            (asked.first, asked.last) == (str(first), str(last)),
        )
        for name, first, last in spans
    )


def _address(tail: str, asked: Asked, first: str, last: str) -> str:
    fields = {"from": first, "to": last, "wing": asked.wing, "for": asked.audience.value}
    return f"/reports{tail}?{urlencode({key: value for key, value in fields.items() if value})}"
