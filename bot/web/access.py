"""Who may call which route. A route that is not in this table is refused, and a test walks all routes."""

from dataclasses import dataclass
from enum import StrEnum

from bot.people.rights import Right


class App(StrEnum):
    TABLET = "tablet"
    DESK = "desk"


class Need(StrEnum):
    """What a caller must be. Desk routes name a Right instead where one is needed."""

    NOBODY = "nobody"
    TABLET = "tablet"
    PERSON = "person"
    SUPPORTER = "supporter"
    STAFF = "staff"


@dataclass(frozen=True)
class Rule:
    app: App
    method: str
    path: str
    need: Need | Right


def _rules(app: App, *rows: tuple[str, str, Need | Right]) -> list[Rule]:
    return [Rule(app, method, path, need) for methods, path, need in rows for method in methods.split()]


TABLE: tuple[Rule, ...] = (
    *_rules(
        App.TABLET,
        # Help needs no sign-in and no enrolled tablet: it works when nothing else does.
        ("GET", "/help", Need.NOBODY),
        ("GET", "/hide", Need.NOBODY),
        ("GET", "/no-link", Need.NOBODY),
        ("GET", "/no-link.js", Need.NOBODY),
        ("GET", "/healthz", Need.NOBODY),
        ("GET", "/openapi.json", Need.NOBODY),
        ("GET", "/static/{path:path}", Need.NOBODY),
        ("GET POST", "/enrol", Need.NOBODY),
        ("GET", "/", Need.NOBODY),
        # To the prison's single sign-on and back, and what its home page asks.
        ("GET", "/sign-in/provider", Need.NOBODY),
        ("GET", "/sign-in/provider/back", Need.NOBODY),
        ("GET", "/sign-in/provider/in", Need.NOBODY),
        ("GET", "/info", Need.NOBODY),
        ("GET POST", "/where", Need.PERSON),
        ("GET POST", "/sign-in", Need.TABLET),
        ("POST", "/language", Need.TABLET),
        ("POST", "/sign-out", Need.PERSON),
        ("GET POST", "/welcome", Need.PERSON),
        ("GET POST", "/chat", Need.PERSON),
        ("POST", "/helped/{message_id}", Need.PERSON),
        ("GET", "/topics", Need.PERSON),
        ("GET", "/topics/{topic}", Need.PERSON),
        ("POST", "/topics/{topic}/helped", Need.PERSON),
        ("GET", "/services", Need.PERSON),
        ("GET", "/services/{service}", Need.PERSON),
        ("GET", "/ask", Need.PERSON),
        ("GET POST", "/ask/{kind}", Need.PERSON),
        ("GET", "/requests", Need.PERSON),
        ("POST", "/requests/{request_id}/came", Need.PERSON),
        ("POST", "/requests/{request_id}/cancel", Need.PERSON),
        ("GET POST", "/days", Need.PERSON),
        ("POST", "/days/{day_id}/remove", Need.PERSON),
        ("POST", "/api/messages", Need.PERSON),
        ("GET", "/api/messages", Need.PERSON),
        ("GET", "/api/requests", Need.PERSON),
        ("GET", "/supporter", Need.SUPPORTER),
        ("POST", "/supporter/duty", Need.SUPPORTER),
        ("POST", "/supporter/requests/{request_id}/{change}", Need.SUPPORTER),
        ("GET", "/api/supporter", Need.SUPPORTER),
        # Who helps, and who would like to.
        ("POST", "/supporter/pause", Need.SUPPORTER),
        ("POST", "/supporter/talk", Need.SUPPORTER),
        ("GET POST", "/supporter/limits", Need.SUPPORTER),
        ("GET POST", "/supporter/after/{check_id}", Need.SUPPORTER),
        ("GET", "/supporter/rota", Need.SUPPORTER),
        ("POST", "/supporter/rota/ask", Need.SUPPORTER),
        ("POST", "/supporter/swaps/{swap_id}/{change}", Need.SUPPORTER),
        ("GET", "/supporter/record", Need.SUPPORTER),
        ("POST", "/supporter/letter", Need.SUPPORTER),
        ("GET", "/supporter/card", Need.SUPPORTER),
        ("GET POST", "/supporter/pressure", Need.SUPPORTER),
        ("GET", "/apply", Need.PERSON),
        ("POST", "/apply/{role}", Need.PERSON),
        ("POST", "/apply/{application_id}/withdraw", Need.PERSON),
    ),
    *_rules(
        App.DESK,
        ("GET", "/healthz", Need.NOBODY),
        ("GET", "/static/{path:path}", Need.NOBODY),
        ("GET POST", "/sign-in", Need.NOBODY),
        # After the password: bound to a half sign-in, which opens nothing else.
        ("GET POST", "/sign-in/code", Need.NOBODY),
        ("GET POST", "/sign-in/set-up", Need.NOBODY),
        ("GET POST", "/sign-in/first", Need.NOBODY),
        # To the provider and back. The state of the way there is the proof.
        ("GET", "/sign-in/provider", Need.NOBODY),
        ("GET", "/sign-in/provider/back", Need.NOBODY),
        ("GET", "/account", Need.STAFF),
        ("POST", "/account/password", Need.STAFF),
        ("POST", "/account/sessions", Need.STAFF),
        ("GET POST", "/account/second-step", Need.STAFF),
        ("POST", "/account/second-step/{change}", Need.STAFF),
        ("GET POST", "/sign-in/reason", Need.NOBODY),
        # Whoever works here may take it: with a reason, and others are told at once.
        ("GET POST", "/emergency", Need.STAFF),
        ("POST", "/emergency/{emergency_id}/end", Need.STAFF),
        ("POST", "/emergency/{emergency_id}/review", Right.REVIEW_EMERGENCY),
        ("GET POST", "/accounts", Right.MANAGE_ACCOUNTS),
        ("GET", "/accounts/{staff_id}", Right.MANAGE_ACCOUNTS),
        ("POST", "/accounts/{staff_id}/{change}", Right.MANAGE_ACCOUNTS),
        ("GET", "/openapi.json", Need.STAFF),
        ("POST", "/sign-out", Need.STAFF),
        # To the first page that the account may see.
        ("GET", "/", Need.STAFF),
        ("GET", "/board", Right.SEE_BOARD),
        ("GET", "/board/feed", Right.SEE_BOARD),
        ("GET", "/api/board", Right.SEE_BOARD),
        ("POST", "/board/view", Right.SEE_BOARD),
        ("GET", "/board/all", Right.SEE_BOARD),
        ("GET", "/handover", Right.SEE_BOARD),
        # Written down: who took the sheet out of the house, and when.
        ("GET", "/handover.pdf", Right.SEE_BOARD),
        ("GET", "/requests/{request_id}", Right.SEE_BOARD),
        ("POST", "/requests/{request_id}/{change}", Right.CHANGE_REQUESTS),
        ("POST", "/requests/{request_id}/supporters/{supporter_id}/{deed}", Right.CHANGE_REQUESTS),
        ("GET POST", "/keep-apart", Right.KEEP_APART),
        ("POST", "/keep-apart/{entry_id}/remove", Right.KEEP_APART),
        ("POST", "/keep-apart/{entry_id}/reason", Right.KEEP_APART),
        ("GET", "/alerts/{record_id}", Right.ANSWER_ALERTS),
        ("POST", "/alerts/acknowledge-all", Right.ANSWER_ALERTS),
        ("POST", "/alerts/{record_id}/acknowledge", Right.ANSWER_ALERTS),
        ("POST", "/alerts/{record_id}/go", Right.ANSWER_ALERTS),
        ("POST", "/alerts/{record_id}/breathing/{answer}", Right.ANSWER_ALERTS),
        ("POST", "/alerts/{record_id}/check", Right.ANSWER_ALERTS),
        ("GET", "/safety", Right.READ_SAFETY_LOG),
        ("GET", "/safety/{record_id}", Right.READ_SAFETY_LOG),
        ("POST", "/safety/{record_id}/review", Right.REVIEW_SAFETY_LOG),
        ("GET", "/reviews", Right.READ_SAFETY_LOG),
        ("POST", "/safety/{record_id}/second-look", Right.REVIEW_SAFETY_LOG),
        ("POST", "/safety/{record_id}/concerns-me", Right.REVIEW_SAFETY_LOG),
        ("POST", "/safety/{record_id}/note", Right.REVIEW_SAFETY_LOG),
        # A form, because each opening has a reason and is written down; there is no address to come back to.
        ("POST", "/safety/{record_id}/conversation", Right.OPEN_CONVERSATION),
        ("POST", "/safety/{record_id}/conversation/{message_id}/danger", Right.OPEN_CONVERSATION),
        ("GET", "/reading", Right.SEE_READING),
        ("GET", "/verdicts/{entry_id}", Right.REPORT_DANGER),
        ("POST", "/verdicts/{entry_id}/mark", Right.MARK_VERDICTS),
        ("POST", "/verdicts/{entry_id}/danger", Right.REPORT_DANGER),
        ("GET", "/danger-examples", Right.TEACH_SCREEN),
        ("GET", "/danger-examples/examples.zip", Right.TEACH_SCREEN),
        ("POST", "/danger-examples/{example_id}/accept", Right.TEACH_SCREEN),
        ("POST", "/danger-examples/{example_id}/decline", Right.TEACH_SCREEN),
        ("POST", "/danger-examples/{example_id}/take-back", Right.TEACH_SCREEN),
        ("GET", "/alarms", Right.SEE_ALARM_FIGURES),
        ("GET", "/reports", Right.SEE_REPORTS),
        ("GET", "/reports/figures.csv", Right.SEE_REPORTS),
        ("GET", "/reports/report.pdf", Right.SEE_REPORTS),
        # Nothing of a person and period is deleted; and what is stored about a person.
        ("GET POST", "/holds", Right.HOLD_DATA),
        ("POST", "/holds/{hold_id}/lift", Right.HOLD_DATA),
        ("POST", "/holds/{hold_id}/bundle", Right.HOLD_DATA),
        ("GET POST", "/own-data", Right.EXPORT_DATA),
        ("GET", "/notices", Right.SEE_TO_NOTICES),
        ("POST", "/notices/{delivery_id}/again", Right.SEE_TO_NOTICES),
        ("POST", "/notices/{delivery_id}/noted", Right.SEE_TO_NOTICES),
        ("GET POST", "/tablets", Right.ENROL_TABLETS),
        ("POST", "/tablets/{device_id}/revoke", Right.ENROL_TABLETS),
        ("GET POST", "/people", Right.MANAGE_PEOPLE),
        ("POST", "/people/{person_id}/pin", Right.MANAGE_PEOPLE),
        ("GET", "/people/{person_id}", Right.MARK_DAYS),
        ("POST", "/people/{person_id}/days", Right.MARK_DAYS),
        ("POST", "/people/{person_id}/days/{day_id}/remove", Right.MARK_DAYS),
        ("POST", "/people/{person_id}/move", Right.MOVE_PEOPLE),
        ("POST", "/people/{person_id}/cell-checked", Right.MOVE_PEOPLE),
        ("GET", "/on-behalf", Right.CHANGE_REQUESTS),
        ("GET POST", "/on-behalf/{person_id}", Right.CHANGE_REQUESTS),
        ("GET", "/not-understood", Right.TEACH_ASSISTANT),
        ("GET", "/not-understood/examples.yml", Right.TEACH_ASSISTANT),
        ("POST", "/not-understood/{line_id}/add", Right.TEACH_ASSISTANT),
        ("POST", "/not-understood/{line_id}/dismiss", Right.TEACH_ASSISTANT),
        ("POST", "/not-understood/{line_id}/danger", Right.TEACH_ASSISTANT),
        ("GET", "/content", Right.EDIT_CONTENT),
        ("GET", "/content/export.zip", Right.EDIT_CONTENT),
        ("GET", "/content/new-service", Right.EDIT_CONTENT),
        ("POST", "/content/new-service/preview", Right.EDIT_CONTENT),
        ("POST", "/content/new-service/draft", Right.EDIT_CONTENT),
        ("POST", "/content/new-service/publish", Right.EDIT_CONTENT),
        ("GET", "/content/{kind}/{key}", Right.EDIT_CONTENT),
        ("GET", "/content/{kind}/{key}/history", Right.EDIT_CONTENT),
        ("POST", "/content/{kind}/{key}/preview", Right.EDIT_CONTENT),
        ("POST", "/content/{kind}/{key}/draft", Right.EDIT_CONTENT),
        ("POST", "/content/{kind}/{key}/publish", Right.EDIT_CONTENT),
        ("POST", "/content/{kind}/{key}/back", Right.EDIT_CONTENT),
        ("GET POST", "/content/{kind}/{key}/remove", Right.EDIT_CONTENT),
        ("GET POST", "/supporters", Right.MANAGE_SUPPORTERS),
        ("POST", "/supporters/{person_id}/{change}", Right.MANAGE_SUPPORTERS),
        # Whoever looks after supporters.
        ("GET", "/coordinator", Right.MANAGE_SUPPORTERS),
        ("GET", "/coordinator/branch.csv", Right.MANAGE_SUPPORTERS),
        ("POST", "/coordinator/debriefs/{debrief_id}/{change}", Right.MANAGE_SUPPORTERS),
        ("POST", "/coordinator/swaps/{swap_id}/{change}", Right.MANAGE_SUPPORTERS),
        ("POST", "/coordinator/applications/{application_id}/{change}", Right.MANAGE_SUPPORTERS),
        ("GET", "/coordinator/letters/{letter_id}", Right.MANAGE_SUPPORTERS),
        ("POST", "/coordinator/letters/{letter_id}/given", Right.MANAGE_SUPPORTERS),
        ("GET POST", "/coordinator/reports/{report_id}", Right.MANAGE_SUPPORTERS),
        ("GET POST", "/rotas/{person_id}", Right.MANAGE_SUPPORTERS),
        ("POST", "/rotas/{person_id}/days", Right.MANAGE_SUPPORTERS),
        ("POST", "/rotas/{person_id}/days/{day_id}/remove", Right.MANAGE_SUPPORTERS),
        ("POST", "/rotas/{person_id}/remove", Right.MANAGE_SUPPORTERS),
    ),
)


def needed(app: App, method: str, path: str) -> Need | Right | None:
    """What this route template needs; None where the table does not name it, and then it is refused."""
    asked = "GET" if method == "HEAD" else method
    for rule in TABLE:
        if (rule.app, rule.method, rule.path) == (app, asked, path):
            return rule.need
    return None
