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
    # Alerts that did not get out of the house: see why, send again, take note.
    SEE_TO_NOTICES = "see_to_notices"
    # The day of arrival and hard days of a person, so that help is offered again.
    MARK_DAYS = "mark_days"
    # Was the screen right about a message? A mark sends nobody; a report of danger does.
    MARK_VERDICTS = "mark_verdicts"
    REPORT_DANGER = "report_danger"
    # The second person, who decides from which marked messages the screen learns.
    TEACH_SCREEN = "teach_screen"
    SEE_ALARM_FIGURES = "see_alarm_figures"
    # A person goes to another cell, wing or prison, and what is open goes along.
    MOVE_PEOPLE = "move_people"
    # How well the queue works, in counts that name nobody.
    SEE_REPORTS = "see_reports"
    # Who must not be alone together, and why.
    KEEP_APART = "keep_apart"
    # Who read which record, conversation or person's page; unusual reading stands out.
    SEE_READING = "see_reading"
    # Nothing of a person and period is deleted until the hold ends; and its sealed bundle.
    HOLD_DATA = "hold_data"
    # What is stored about one person, for that person.
    EXPORT_DATA = "export_data"
    # What a person wrote around a message in danger, with a reason that is kept.
    OPEN_CONVERSATION = "open_conversation"
    # Accounts of staff: who has one, with which roles and wings.
    MANAGE_ACCOUNTS = "manage_accounts"
    # Who took emergency access, and why.
    REVIEW_EMERGENCY = "review_emergency"


_WING = frozenset(
    {
        Right.SEE_BOARD,
        Right.CHANGE_REQUESTS,
        Right.ANSWER_ALERTS,
        Right.ENROL_TABLETS,
        Right.MARK_DAYS,
        Right.REPORT_DANGER,
        Right.MOVE_PEOPLE,
    }
)
_SCREEN = frozenset({Right.TEACH_SCREEN, Right.SEE_ALARM_FIGURES})
_RIGHTS: dict[StaffRole, frozenset[Right]] = {
    StaffRole.WING: _WING,
    StaffRole.ORDERLY: _WING
    | {Right.READ_SAFETY_LOG, Right.OPEN_CONVERSATION, Right.MARK_VERDICTS, Right.KEEP_APART},
    StaffRole.SAFER_CUSTODY: _WING
    | _SCREEN
    | {
        Right.SEE_REPORTS,
        Right.MARK_VERDICTS,
        Right.READ_SAFETY_LOG,
        Right.REVIEW_SAFETY_LOG,
        Right.OPEN_CONVERSATION,
        Right.MANAGE_SUPPORTERS,
        Right.SEE_TO_NOTICES,
        Right.KEEP_APART,
        Right.REVIEW_EMERGENCY,
    },
    StaffRole.MANAGER: _SCREEN
    | frozenset(
        {
            Right.SEE_REPORTS,
            Right.MARK_VERDICTS,
            Right.REPORT_DANGER,
            Right.SEE_BOARD,
            Right.READ_SAFETY_LOG,
            # What nobody reviewed in time comes to the duty manager; and there must be a second pair of eyes.
            Right.REVIEW_SAFETY_LOG,
            Right.OPEN_CONVERSATION,
            Right.MANAGE_SUPPORTERS,
            Right.KEEP_APART,
            Right.TEACH_ASSISTANT,
            Right.EDIT_CONTENT,
            Right.REVIEW_EMERGENCY,
        }
    ),
    StaffRole.ADMIN: _SCREEN
    | frozenset(
        {
            Right.ENROL_TABLETS,
            Right.MANAGE_PEOPLE,
            Right.MARK_DAYS,
            Right.TEACH_ASSISTANT,
            Right.EDIT_CONTENT,
            Right.SEE_TO_NOTICES,
            Right.MOVE_PEOPLE,
            Right.MANAGE_ACCOUNTS,
        }
    ),
    StaffRole.DATA_PROTECTION: frozenset({Right.SEE_READING, Right.HOLD_DATA, Right.EXPORT_DATA}),
}


def rights_of(roles: Iterable[StaffRole]) -> frozenset[Right]:
    """Everything that the roles together allow."""
    return frozenset().union(*(_RIGHTS[role] for role in roles))
