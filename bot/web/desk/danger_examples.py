"""Examples for the danger screen: what staff marked and reported, decided on by a second person."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.learning import danger
from bot.learning.danger_files import as_files, lesson_of, merge
from bot.learning.danger_model import DANGEROUS, HARMLESS, DangerExample, Manner, Standing
from bot.learning.known import known_in
from bot.safety.feedback import Mark
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.actions import Choice
from bot.web.desk.danger_learning import judgement, level_choices, level_of, risk_choices, risk_of
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm, Sent
from bot.web.desk.shell import Link, Page, shell_for
from bot.web.desk.verdict_forms import mark_in_words

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

SHOWN = 25
_MOST = 10_000
_DONE = ("accepted", "declined", "new")


@dataclass(frozen=True)
class ExampleRow:
    """`typed` is what the form holds. A line that is the account's `own` is decided on by somebody else."""

    id: str
    text: str
    typed: str
    facts: str
    said: tuple[str, ...]
    level: str
    risk: str
    manner: str
    decided: str
    own: bool


@dataclass(frozen=True, kw_only=True)
class DangerExamplesPage(Page):
    filters: tuple[Link, ...]
    state: str
    rows: tuple[ExampleRow, ...]
    levels: tuple[Choice, ...]
    risks: tuple[Choice, ...]
    dangerous: tuple[Choice, ...]
    harmless: tuple[Choice, ...]
    done: str


@router.get("/danger-examples")
def show(desk: DeskHere, caller: SignedIn, state: str = "", done: str = "") -> Response:
    said = desk.wording.say(f"example_done_{done}") if done in _DONE else ""
    return _answer(desk, caller, 200, _standing(state), done=said)


@router.get("/danger-examples/examples.zip")
def download(desk: DeskHere, caller: SignedIn) -> Response:
    """What was accepted, as files for data/screen."""
    prison_id, now = caller.staff.prison_id, desk.product.now()
    with desk.product.database.writing() as work:
        lines = work.danger_examples.list_of(prison_id, Standing.ACCEPTED, _MOST)
        work.audit.put(prison_id, caller.staff.id, "danger_examples_downloaded", str(len(lines)), now)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in as_files(merge(map(lesson_of, reversed(lines)), {}, ())).items():
            file.writestr(f"data/screen/{name}", text)
    named = {"Content-Disposition": 'attachment; filename="danger-examples.zip"'}
    return Response(packed.getvalue(), media_type="application/zip", headers=named)


@router.post("/danger-examples/{example_id}/accept")
def accept(desk: DeskHere, caller: SignedIn, example_id: Id, sent: CheckedForm) -> Response:
    level, text = level_of(sent.text("level", 32)), sent.text("text")
    manner = next((item for item in Manner if item.value == sent.text("manner", 32)), None)
    if level is None or len(text) > danger.LONGEST:
        return _answer(
            desk, caller, 400, Standing.NEW, notice="error_example_whole", typed=(example_id, sent)
        )
    staff, product = caller.staff, desk.product
    risk = risk_of(sent.text("risk", 32))

    def decide(work: UnitOfWork) -> None:
        danger.accept(
            work,
            example_id,
            staff.id,
            known_in(product),
            prison_id=staff.prison_id,
            text=text,
            level=level,
            risk=risk,
            manner=manner,
            now=product.now(),
        )

    return _decided(desk, caller, example_id, sent, decide, Standing.ACCEPTED)


@router.post("/danger-examples/{example_id}/decline")
def decline(desk: DeskHere, caller: SignedIn, example_id: Id, sent: CheckedForm) -> Response:
    staff, now = caller.staff, desk.product.now()

    def decide(work: UnitOfWork) -> None:
        danger.decline(work, example_id, staff.id, prison_id=staff.prison_id, now=now)

    return _decided(desk, caller, example_id, sent, decide, Standing.DECLINED)


@router.post("/danger-examples/{example_id}/take-back")
def take_back(desk: DeskHere, caller: SignedIn, example_id: Id, sent: CheckedForm) -> Response:
    staff, now = caller.staff, desk.product.now()

    def decide(work: UnitOfWork) -> None:
        danger.take_back(work, example_id, staff.id, prison_id=staff.prison_id, now=now)

    return _decided(desk, caller, example_id, sent, decide, Standing.NEW)


def _decided(
    desk: Desk,
    caller: Caller,
    example_id: str,
    sent: Sent,
    decide: Callable[[UnitOfWork], None],
    state: Standing,
) -> Response:
    typed = (example_id, sent)
    try:
        with desk.product.database.writing() as work:
            decide(work)
    except danger.UnknownExample:
        raise NotFound from None
    except danger.NotWhole:
        return _answer(desk, caller, 400, Standing.NEW, notice="error_example_whole", typed=typed)
    except danger.SecondPersonNeeded:
        return _answer(desk, caller, 403, Standing.NEW, notice="error_example_own", typed=typed)
    except danger.ExampleChanged:
        return _answer(desk, caller, 409, Standing.NEW, notice="error_line_changed", typed=typed)
    log.info("danger_example.decided", example_id=example_id, staff_id=caller.staff.id, state=state.value)
    return RedirectResponse(f"/danger-examples?done={state.value}", status_code=303)


def _standing(text: str) -> Standing:
    return next((item for item in Standing if item.value == text), Standing.NEW)


def _answer(
    desk: Desk,
    caller: Caller,
    status: int,
    state: Standing,
    *,
    notice: str = "",
    done: str = "",
    typed: tuple[str, Sent | None] = ("", None),
) -> Response:
    staff, say = caller.staff, desk.wording.say
    with desk.product.database.writing() as work:
        examples = work.danger_examples.list_of(staff.prison_id, state, SHOWN)
        marks = work.verdicts.of_examples(example.id for example in examples)
        # They are words that people wrote: who read them is written down.
        work.audit.put(staff.prison_id, staff.id, "danger_examples_viewed", state.value, desk.product.now())
        names = work.staff.names(staff.prison_id)
        page = DangerExamplesPage(
            desk=desk,
            shell=shell_for(desk, caller, "danger_examples", work=work),
            notice=say(notice) if notice else "",
            filters=tuple(
                Link(say(f"examples_{item.value}"), f"/danger-examples?state={item.value}", item is state)
                for item in Standing
            ),
            state=state.value,
            rows=tuple(_row(desk, caller, example, marks, names, typed) for example in examples),
            levels=level_choices(desk),
            risks=risk_choices(desk),
            dangerous=tuple(Choice(item.value, say(f"manner_{item.value}")) for item in DANGEROUS),
            harmless=tuple(Choice(item.value, say(f"manner_{item.value}")) for item in HARMLESS),
            done=done,
        )
    return desk.pages.answer("desk/danger_examples.html", page, status)


def _row(
    desk: Desk,
    caller: Caller,
    example: DangerExample,
    marks: Sequence[Mark],
    names: Mapping[str, str],
    typed: tuple[str, Sent | None],
) -> ExampleRow:
    say = desk.wording.say
    sent = typed[1] if typed[0] == example.id else None
    known = desk.product.texts.languages.get(example.language)
    by = names.get(example.decided_by or "", "")
    manner = say(f"manner_{example.manner}") if example.manner else ""
    return ExampleRow(
        id=example.id,
        text=example.text,
        typed=sent.text("text") if sent else example.text,
        facts=say(
            "example_facts",
            day=example.proposed_on.strftime("%-d %b"),
            written_in=known.name if known else example.language,
        ),
        said=tuple(
            mark_in_words(desk, mark, names.get(mark.staff_id, say("who_staff")))
            for mark in marks
            if mark.example_id == example.id
        ),
        level=sent.text("level", 32) if sent else example.level.value,
        risk=sent.text("risk", 32) if sent else example.risk,
        manner=sent.text("manner", 32) if sent else example.manner,
        decided=say(
            "example_decided",
            who=by,
            judged=judgement(desk, example.level, example.risk),
            manner=manner or "-",
        )
        if by
        else "",
        own=example.proposed_by == caller.staff.id,
    )
