"""How long what is kept about supporters is kept, and forgetting it when its time is over."""

from datetime import date, datetime, timedelta
from typing import Final, Protocol

ANSWERS: Final = timedelta(days=30)
SETTLED: Final = timedelta(days=90)
REPORTS: Final = timedelta(days=365)


class _ByDay(Protocol):
    def forget(self, before: date) -> int: ...


class _ByTime(Protocol):
    def forget(self, before: datetime) -> int: ...


class _Answers(Protocol):
    def forget_answers(self, before: datetime) -> int: ...


class ForgettingWork(Protocol):
    @property
    def rotas(self) -> _ByDay: ...

    @property
    def swaps(self) -> _ByDay: ...

    @property
    def checks(self) -> _Answers: ...

    @property
    def debriefs(self) -> _ByTime: ...

    @property
    def pressure(self) -> _ByTime: ...

    @property
    def applications(self) -> _ByTime: ...

    @property
    def letters(self) -> _ByTime: ...


def forget_about_supporters(work: ForgettingWork, now: datetime, today: date) -> int:
    """How contacts were, days of rotas, swaps, talks, decided applications, letters given; and reports of
    pressure a year after they were closed. Hours and times of contacts are the supporter's own and stay."""
    gone = work.checks.forget_answers(now - ANSWERS)
    gone += work.rotas.forget(today - SETTLED) + work.swaps.forget(today - SETTLED)
    gone += work.debriefs.forget(now - SETTLED) + work.applications.forget(now - SETTLED)
    gone += work.letters.forget(now - SETTLED)
    return gone + work.pressure.forget(now - REPORTS)
