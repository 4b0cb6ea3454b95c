"""One transaction and the repositories in it. Fulfils the domain's protocols."""

from collections.abc import Callable
from functools import cached_property

from sqlalchemy.orm import Session

from bot.store.about_person import AboutPersonRows
from bot.store.alarms import AlarmRows
from bot.store.audit_log import AuditLog
from bot.store.board import BoardRows
from bot.store.candidates import CandidateRows
from bot.store.conversation import Conversation
from bot.store.deliveries import DeliveryRows
from bot.store.editions import EditionRows
from bot.store.handover import HandoverRows
from bot.store.heads import HeadRows
from bot.store.holds import HoldRows
from bot.store.keep_apart import KeepApartRows
from bot.store.learning import FeedbackRows, NotUnderstoodRows, PageFeedbackRows, PageVoteRows
from bot.store.locks import EmergencyRows, HalfSignInRows, LockRows, StartRows, TriesRows
from bot.store.marked_days import MarkedDayRows
from bot.store.month_reports import MonthReportRows
from bot.store.offers import OfferRows
from bot.store.outbox import OutboxRows
from bot.store.people import DeviceRows, PersonRows, PersonSessionRows
from bot.store.reading import ReadingRows
from bot.store.report_figures import ReportRows
from bot.store.requests import RequestRows
from bot.store.retention import RetentionRows
from bot.store.review_list import ReviewRows
from bot.store.rotas import RotaRows, SwapRows
from bot.store.safety_log import SafetyRows
from bot.store.screen_state import ScreenStateRows
from bot.store.sealed import Sealer
from bot.store.sealing_rows import SealingRows
from bot.store.staff import StaffRows
from bot.store.supporters_cared import (
    ApplicationRows,
    CheckRows,
    DebriefRows,
    HelpingRows,
    LetterRows,
    PressureRows,
    SpellRows,
)
from bot.store.verdicts import DangerExampleRows, VerdictRows


class UnitOfWork:
    """Everything that one transaction may touch; made by Database, which commits or rolls back."""

    def __init__(self, session: Session, seals: Callable[[], Sealer]) -> None:
        self.session = session
        self._seals = seals

    @property
    def sealer(self) -> Sealer:
        """Raises NoKeys where the database was opened without keys."""
        return self._seals()

    def finish(self) -> None:
        """Before the commit: what waited for the end of the transaction is written."""
        if "audit" in self.__dict__:
            self.audit.write()

    @cached_property
    def persons(self) -> PersonRows:
        return PersonRows(self.session)

    @cached_property
    def people(self) -> PersonRows:
        return self.persons

    @cached_property
    def devices(self) -> DeviceRows:
        return DeviceRows(self.session)

    @cached_property
    def person_sessions(self) -> PersonSessionRows:
        return PersonSessionRows(self.session)

    @cached_property
    def supporters(self) -> CandidateRows:
        return CandidateRows(self.session)

    @cached_property
    def staff(self) -> StaffRows:
        return StaffRows(self.session)

    @cached_property
    def requests(self) -> RequestRows:
        return RequestRows(self.session)

    @cached_property
    def safety(self) -> SafetyRows:
        return SafetyRows(self.session, self._seals)

    @cached_property
    def screen_state(self) -> ScreenStateRows:
        return ScreenStateRows(self.session)

    @cached_property
    def messages(self) -> Conversation:
        return Conversation(self.session)

    @cached_property
    def outbox(self) -> OutboxRows:
        return OutboxRows(self.session)

    @cached_property
    def deliveries(self) -> DeliveryRows:
        return DeliveryRows(self.session)

    @cached_property
    def audit(self) -> AuditLog:
        return AuditLog(self.session, self._seals)

    @cached_property
    def heads(self) -> HeadRows:
        return HeadRows(self.session)

    @cached_property
    def editions(self) -> EditionRows:
        return EditionRows(self.session)

    @cached_property
    def not_understood(self) -> NotUnderstoodRows:
        return NotUnderstoodRows(self.session)

    @cached_property
    def feedback(self) -> FeedbackRows:
        return FeedbackRows(self.session)

    @cached_property
    def page_feedback(self) -> PageFeedbackRows:
        return PageFeedbackRows(self.session)

    @cached_property
    def page_votes(self) -> PageVoteRows:
        return PageVoteRows(self.session)

    @cached_property
    def verdicts(self) -> VerdictRows:
        return VerdictRows(self.session)

    @cached_property
    def danger_examples(self) -> DangerExampleRows:
        return DangerExampleRows(self.session)

    @cached_property
    def alarms(self) -> AlarmRows:
        return AlarmRows(self.session)

    @cached_property
    def marked_days(self) -> MarkedDayRows:
        return MarkedDayRows(self.session)

    @cached_property
    def board(self) -> BoardRows:
        return BoardRows(self.session)

    @cached_property
    def offers(self) -> OfferRows:
        return OfferRows(self.session)

    @cached_property
    def keep_apart(self) -> KeepApartRows:
        return KeepApartRows(self.session)

    @cached_property
    def rotas(self) -> RotaRows:
        return RotaRows(self.session)

    @cached_property
    def swaps(self) -> SwapRows:
        return SwapRows(self.session)

    @cached_property
    def spells(self) -> SpellRows:
        return SpellRows(self.session)

    @cached_property
    def checks(self) -> CheckRows:
        return CheckRows(self.session)

    @cached_property
    def debriefs(self) -> DebriefRows:
        return DebriefRows(self.session)

    @cached_property
    def pressure(self) -> PressureRows:
        return PressureRows(self.session)

    @cached_property
    def applications(self) -> ApplicationRows:
        return ApplicationRows(self.session)

    @cached_property
    def month_reports(self) -> MonthReportRows:
        return MonthReportRows(self.session)

    @cached_property
    def helping(self) -> HelpingRows:
        return HelpingRows(self.session)

    @cached_property
    def letters(self) -> LetterRows:
        return LetterRows(self.session)

    @cached_property
    def report_figures(self) -> ReportRows:
        return ReportRows(self.session)

    @cached_property
    def handover(self) -> HandoverRows:
        return HandoverRows(self.session)

    @cached_property
    def reading(self) -> ReadingRows:
        return ReadingRows(self.session)

    @cached_property
    def sealing(self) -> SealingRows:
        return SealingRows(self.session)

    @cached_property
    def holds(self) -> HoldRows:
        return HoldRows(self.session)

    @cached_property
    def retention(self) -> RetentionRows:
        return RetentionRows(self.session)

    @cached_property
    def reviews(self) -> ReviewRows:
        return ReviewRows(self.session)

    # -- locks: how staff and people get in
    @cached_property
    def locks(self) -> LockRows:
        return LockRows(self.session)

    @cached_property
    def half_sign_ins(self) -> HalfSignInRows:
        return HalfSignInRows(self.session)

    @cached_property
    def tries(self) -> TriesRows:
        return TriesRows(self.session)

    @cached_property
    def provider_starts(self) -> StartRows:
        return StartRows(self.session)

    @cached_property
    def emergencies(self) -> EmergencyRows:
        return EmergencyRows(self.session)

    @cached_property
    def about_person(self) -> AboutPersonRows:
        return AboutPersonRows(self.session, self.sealer, self.safety)
