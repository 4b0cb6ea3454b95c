"""A supporter looks after himself or herself: a break, own limits, three questions, somebody to talk to."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import FastAPI, Form
from fastapi import Path as PathParam
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.people import care, duty
from bot.people.care import Check, Felt, Step
from bot.queue import offers
from bot.queue.rules import MOST_REST
from bot.web.forms import StaleForm
from bot.web.tablet.context import Here, Visit
from bot.web.tablet.frame import Frame
from bot.web.tablet.helping_places import NOW, shell
from bot.web.tablet.wording import clock

Id = Annotated[str, PathParam(pattern=r"^[a-z0-9]{1,32}$")]
_Text = Annotated[str, Form()]
_NOTICES = {
    "wrong": ("page_limits_wrong", False),
    "kept": ("page_limits_kept", True),
    "expired": ("page_expired", False),
    "changed": ("page_changed", False),
}
# In hours: what a supporter may choose beside the prison's own time.
_RESTS = (6, 12, 18, 24, 36, 48, 72, 120, 168, 336)


@dataclass(frozen=True)
class Answer:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class AfterPage:
    """One of three questions; `question` is empty when all is said, and then `told` says what follows."""

    frame: Frame
    id: str
    question: str
    step: str
    answers: tuple[Answer, ...]
    told: tuple[str, ...]
    count: str


@dataclass(frozen=True)
class LimitsPage:
    frame: Frame
    caps: tuple[Answer, ...]
    rests: tuple[Answer, ...]


def after_page(visit: Here, check_id: Id, said: str = "") -> Response:
    me = visit.person.id
    with visit.product.database.reading() as work:
        check, supporter = work.checks.find(me, check_id), work.supporters.find(me)
        talks = work.debriefs.open_of(me) is not None
    if check is None or supporter is None:
        raise HTTPException(404)
    told = []
    if care.is_resting(supporter, visit.product.now()) and supporter.rest_until is not None:
        told.append(_until(visit, supporter.rest_until, "page_after_rests"))
    if check.closed_at is not None:
        told += [visit.say("page_after_talk_asked")] if talks else []
        told.append(visit.say("page_after_thanks"))
    step = check.step
    page = AfterPage(
        frame=shell(visit, "page_after_title", said, _NOTICES),
        id=check.id,
        question=visit.say(f"page_after_{step.value}") if step else "",
        step=step.value if step else "",
        answers=_answers(visit, step),
        told=tuple(told),
        count=visit.say("page_after_count", number=list(Step).index(step) + 1) if step else "",
    )
    return visit.parts.pages.answer("tablet/helping_after.html", page)


def answer(
    visit: Here, check_id: Id, form: _Text = "", step: _Text = "", answer: _Text = "", skip: _Text = ""
) -> Response:
    """Each answer counts at once; the rest may be skipped. An old form shows the question that is open."""
    back = f"/supporter/after/{check_id}"
    try:
        visit.form_key(form)
        if skip:
            _skip(visit, check_id)
            return RedirectResponse(NOW, status_code=303)
        _say(visit, check_id, step, answer)
    except StaleForm:
        return RedirectResponse(f"{back}?said=expired", status_code=303)
    except care.NotYourCheck:
        return RedirectResponse(f"{back}?said=changed", status_code=303)
    return RedirectResponse(back, status_code=303)


def pause(visit: Here, form: _Text = "", on: _Text = "") -> Response:
    """At once, and no question is asked. What the supporter has stays with him or her."""
    if on not in ("yes", "no"):
        raise HTTPException(400)
    try:
        visit.form_key(form)
        with visit.product.database.writing() as work:
            duty.pause(work, visit.person.id, paused=on == "yes", now=visit.product.now())
            if on == "no":
                # Who waits with no offer, or urgently, is offered to whoever is back.
                work.requests.look_again(visit.person.prison_id, visit.product.now())
    except StaleForm:
        return _now("expired")
    except duty.NotASupporter:
        raise HTTPException(403) from None
    return _now("paused" if on == "yes" else "back")


def talk(visit: Here, form: _Text = "") -> Response:
    """Somebody to talk to, at any time. Asked twice, it is one request."""
    try:
        visit.form_key(form)
        with visit.product.database.writing() as work:
            care.ask_to_talk(work, visit.person.id, now=visit.product.now())
    except StaleForm:
        return _now("expired")
    return _now("talk")


def limits_page(visit: Here, said: str = "") -> Response:
    me, rules = visit.supporter, visit.product.prison.help
    most = min(rules.load_cap, me.load_cap)
    hours = [each for each in _RESTS if rules.rest <= timedelta(hours=each) <= MOST_REST]
    as_here = Answer("", visit.say("page_limits_as_here"))
    caps = tuple(
        Answer(str(cap), visit.say("page_limits_people", count=cap), cap == me.own_cap)
        for cap in range(1, most + 1)
    )
    rests = tuple(
        Answer(str(each), visit.say("page_limits_hours", count=each), each == me.own_rest_hours)
        for each in hours
    )
    page = LimitsPage(shell(visit, "page_limits_title", said, _NOTICES), (as_here, *caps), (as_here, *rests))
    return visit.parts.pages.answer("tablet/helping_limits.html", page)


def set_limits(visit: Here, form: _Text = "", cap: _Text = "", rest: _Text = "") -> Response:
    try:
        visit.form_key(form)
        with visit.product.database.writing() as work:
            care.set_limits(
                work,
                visit.person.id,
                cap=_number(cap),
                rest_hours=_number(rest),
                rules=visit.product.prison.help,
            )
            prison, now = visit.product.prison, visit.product.now()
            offers.left(work, visit.person.id, prison=prison, now=now)
    except StaleForm:
        return RedirectResponse("/supporter/limits?said=expired", status_code=303)
    except (care.BeyondRules, ValueError):
        return RedirectResponse("/supporter/limits?said=wrong", status_code=303)
    return RedirectResponse("/supporter/limits?said=kept", status_code=303)


def add_to(app: FastAPI) -> None:
    app.post("/supporter/pause", include_in_schema=False)(pause)
    app.post("/supporter/talk", include_in_schema=False)(talk)
    app.get("/supporter/limits", include_in_schema=False)(limits_page)
    app.post("/supporter/limits", include_in_schema=False)(set_limits)
    app.get("/supporter/after/{check_id}", include_in_schema=False)(after_page)
    app.post("/supporter/after/{check_id}", include_in_schema=False)(answer)


def rest_words(visit: Visit) -> str:
    """Until when nothing new is offered; empty while that is not so."""
    until = visit.supporter.rest_until
    if until is None or not care.is_resting(visit.supporter, visit.product.now()):
        return ""
    return _until(visit, until, "page_helping_rests")


def _until(visit: Visit, until: object, key: str) -> str:
    return visit.say(key, until=clock(visit.product.prison.zone, until, visit.product.now()))  # type: ignore[arg-type]


def _answers(visit: Visit, step: Step | None) -> tuple[Answer, ...]:
    match step:
        case Step.FELT:
            return tuple(Answer(felt.value, visit.say(f"page_felt_{felt.value}")) for felt in Felt)
        case Step.REST | Step.TALK:
            return (Answer("yes", visit.say("page_after_yes")), Answer("no", visit.say("page_after_no")))
        case _:
            return ()


def _skip(visit: Visit, check_id: str) -> None:
    with visit.product.database.writing() as work:
        care.skip(work, check_id, visit.person.id, now=visit.product.now())


def _say(visit: Visit, check_id: str, step: str, said: str) -> Check:
    me, now, rules = visit.person.id, visit.product.now(), visit.product.prison.help
    wants = {"yes": True, "no": False}.get(said)
    with visit.product.database.writing() as work:
        if step == Step.FELT and said in set(Felt):
            return care.say_felt(work, check_id, me, Felt(said), rules=rules, now=now)
        if step == Step.REST and wants is not None:
            return care.say_rest(work, check_id, me, wants=wants, rules=rules, now=now)
        if step == Step.TALK and wants is not None:
            return care.say_talk(work, check_id, me, wants=wants, now=now)
    raise HTTPException(400)


def _number(text: str) -> int | None:
    """None for nothing chosen. Raises ValueError for what is no number."""
    if text and not (text.isascii() and text.isdigit() and len(text) < 4):
        raise ValueError(text)
    return int(text) if text else None


def _now(said: str) -> Response:
    return RedirectResponse(f"{NOW}?said={said}", status_code=303)
