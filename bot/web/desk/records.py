"""The safety log as lists: what is left to do by level and age, and every record by filters."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.people.rights import Right
from bot.safety.concern import concern_of, concern_of_second
from bot.safety.finding import LEFT_TO_DO, Mark
from bot.safety.record import SafetyRecord
from bot.store.review_list import rank_of
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.desk import Caller, Desk, DeskHere, SignedIn, only_wings
from bot.web.desk.record_filters import Asked, Choices, asked_of, choices_of
from bot.web.desk.record_words import RecordRow, row_of
from bot.web.desk.shell import Link, Page, shell_for

router = APIRouter(include_in_schema=False)
_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class RecordsPage(Page):
    """`more` is the address of the next page, empty on the last."""

    typed: dict[str, str]
    choices: Choices
    rows: tuple[RecordRow, ...]
    more: str
    first: str
    wings: str


@dataclass(frozen=True, kw_only=True)
class ReviewsPage(Page):
    steps: tuple[Link, ...]
    rows: tuple[RecordRow, ...]
    limits: str
    more: str
    wings: str


@router.get("/safety")
def show_list(request: Request, desk: DeskHere, caller: SignedIn) -> Response:
    now = desk.product.now()
    with desk.product.database.reading() as work:
        asked = asked_of(desk, caller, work, request.query_params)
        found: Sequence[SafetyRecord] = ()
        if not asked.wrong:
            found = work.reviews.find(asked.wanted, now, after=asked.after, limit=_PAGE + 1)
        names = work.staff.names(caller.staff.prison_id)
        page = RecordsPage(
            desk=desk,
            shell=shell_for(desk, caller, "safety", work=work),
            notice=asked.wrong,
            typed=dict(asked.typed),
            choices=choices_of(desk, caller, work),
            rows=tuple(row_of(desk, record, now, names) for record in found[:_PAGE]),
            more=_more(asked, "/safety", found),
            first=asked.address("/safety") if asked.after else "",
            wings=only_wings(caller, desk),
        )
    return desk.pages.answer("desk/safety.html", page, 400 if asked.wrong else 200)


@router.get("/reviews")
def show_work(request: Request, desk: DeskHere, caller: SignedIn) -> Response:
    """Gravest first, then oldest: what nobody has finished."""
    now = desk.product.now()
    with desk.product.database.reading() as work:
        asked = asked_of(desk, caller, work, request.query_params)
        found: Sequence[SafetyRecord] = ()
        if not asked.wrong:
            found = work.reviews.to_do(asked.wanted, now, after=asked.after, limit=_PAGE + 1)
        page = ReviewsPage(
            desk=desk,
            shell=shell_for(desk, caller, "reviews", work=work),
            notice=asked.wrong,
            steps=_steps(desk, caller, work, asked),
            rows=_work_rows(desk, caller, work, found[:_PAGE]),
            limits=_limits(desk),
            more=_more(asked, "/reviews", found),
            wings=only_wings(caller, desk),
        )
    return desk.pages.answer("desk/reviews.html", page, 400 if asked.wrong else 200)


def _more(asked: Asked, path: str, found: Sequence[SafetyRecord]) -> str:
    if len(found) <= _PAGE:
        return ""
    last = found[_PAGE - 1]
    return asked.address(path, Mark(last.noticed_at, last.id, rank_of(last.level)))


def _steps(desk: Desk, caller: Caller, work: UnitOfWork, asked: Asked) -> tuple[Link, ...]:
    """All of the work, each step, and what is late, with how many there are."""
    say, now = desk.wording.say, desk.product.now()
    everything = asked_of(desk, caller, work, {}).wanted
    counts = work.reviews.count_to_do(everything, now)
    late = work.reviews.count_overdue(everything, now)
    plain = asked.wanted.step is None and not asked.wanted.overdue
    return (
        Link(say("reviews_all", count=sum(counts.values())), "/reviews", current=plain),
        *(
            Link(
                say(f"reviews_{step.value}", count=counts[step]),
                f"/reviews?state={step.value}",
                current=asked.wanted.step is step,
            )
            for step in LEFT_TO_DO
        ),
        Link(say("reviews_late", count=late), "/reviews?overdue=yes", current=asked.wanted.overdue),
    )


def _work_rows(
    desk: Desk, caller: Caller, work: UnitOfWork, records: Sequence[SafetyRecord]
) -> tuple[RecordRow, ...]:
    """With why the one who looks may not do it: nobody should open a record to learn that."""
    now, staff = desk.product.now(), caller.staff
    names = work.staff.names(staff.prison_id)
    waiting = [record for record in records if record.waits_for_review or record.waits_for_second_look]
    entries = work.safety.entries_of_each([record.id for record in waiting])
    rows = []
    for record in records:
        why = None
        if record.id in entries and caller.may(Right.REVIEW_SAFETY_LOG):
            mine = entries[record.id]
            why = (
                concern_of(mine, staff.id)
                if record.waits_for_review
                else concern_of_second(mine, staff.id, record.reviewer_id)
            )
        yours = desk.wording.say(f"concern_short_{why.value}") if why else ""
        rows.append(row_of(desk, record, now, names, yours))
    return tuple(rows)


def _limits(desk: Desk) -> str:
    """The prison's own limits, in hours, gravest first."""
    rules, say = desk.product.prison.reviews, desk.wording.say
    said = {}
    for name, limits in (("reviews", rules.limits), ("looks", rules.second_look_limits)):
        graded = sorted(limits.items(), key=lambda item: rank_of(item[0]))
        said[name] = ", ".join(
            say("review_limit", level=say(f"level_{level.value}"), hours=int(limit.total_seconds() // 3600))
            for level, limit in graded
        )
    return say("review_limits", percent=rules.second_look_percent, **said)
