"""What each staff role may do. The web's access table asks here; nothing else decides."""

from collections.abc import Iterable
from enum import StrEnum

from bot.people.model import StaffRole


class Right(StrEnum):
    SEE_BOARD = "see_board"
    CHANGE_REQUESTS = "change_requests"
    ANSWER_ALERTS = "answer_alerts"
    READ_SAFETY_LOG = "read_safety_log"
    REVIEW_SAFETY_LOG = "review_safety_log"
    ENROL_TABLETS = "enrol_tablets"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_SUPPORTERS = "manage_supporters"
    # Scrubbed words of people: for who looks after content, and nobody else.
    TEACH_ASSISTANT = "teach_assistant"
    # What people read: answers, and the services of the prison.
    EDIT_CONTENT = "edit_content"


_WING = frozenset({Right.SEE_BOARD, Right.CHANGE_REQUESTS, Right.ANSWER_ALERTS, Right.ENROL_TABLETS})
_RIGHTS: dict[StaffRole, frozenset[Right]] = {
    StaffRole.WING: _WING,
    StaffRole.ORDERLY: _WING | {Right.READ_SAFETY_LOG},
    StaffRole.SAFER_CUSTODY: _WING
    | {Right.READ_SAFETY_LOG, Right.REVIEW_SAFETY_LOG, Right.MANAGE_SUPPORTERS},
    StaffRole.MANAGER: frozenset(
        {
            Right.SEE_BOARD,
            Right.READ_SAFETY_LOG,
            Right.MANAGE_SUPPORTERS,
            Right.TEACH_ASSISTANT,
            Right.EDIT_CONTENT,
        }
    ),
    StaffRole.ADMIN: frozenset(
        {Right.ENROL_TABLETS, Right.MANAGE_PEOPLE, Right.TEACH_ASSISTANT, Right.EDIT_CONTENT}
    ),
}


def rights_of(roles: Iterable[StaffRole]) -> frozenset[Right]:
    """Everything that the roles together allow."""
    return frozenset().union(*(_RIGHTS[role] for role in roles))
