"""Adding a service to the prison's directory: the same form, empty."""

from datetime import date, timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from bot.editions import service
from bot.editions.adding import new_service
from bot.editions.model import Body
from bot.web.desk import content_service
from bot.web.desk.content_edit import answer_form, show_typed, store
from bot.web.desk.content_form_page import Came
from bot.web.desk.content_pieces import NEW_SERVICE
from bot.web.desk.content_typed import Typed
from bot.web.desk.desk import DeskHere, SignedIn
from bot.web.desk.forms import KeptForm

router = APIRouter(include_in_schema=False)

# When somebody should look at it again, unless another day is typed.
_REVIEW_AFTER = timedelta(days=182)


@router.get(NEW_SERVICE)
def show(desk: DeskHere, caller: SignedIn) -> Response:
    today = desk.product.prison.calendar.today(desk.product.now())
    typed = Typed(content_service.values_of(_empty(today)), 0)
    return answer_form(desk, caller, new_service(caller.staff.prison_id), typed, 200, Came())


@router.post(f"{NEW_SERVICE}/preview")
def preview(desk: DeskHere, caller: SignedIn, sent: KeptForm) -> Response:
    return show_typed(desk, caller, new_service(caller.staff.prison_id), sent)


@router.post(f"{NEW_SERVICE}/publish")
def publish(desk: DeskHere, caller: SignedIn, sent: KeptForm) -> Response:
    return store(desk, caller, new_service(caller.staff.prison_id), sent, service.publish)


@router.post(f"{NEW_SERVICE}/draft")
def keep_draft(desk: DeskHere, caller: SignedIn, sent: KeptForm) -> Response:
    return store(desk, caller, new_service(caller.staff.prison_id), sent, service.keep_draft)


def _empty(today: date) -> Body:
    review_by = today + _REVIEW_AFTER
    return {"reach": [], "who": {}, "reviewed": today.isoformat(), "review_by": review_by.isoformat()}
