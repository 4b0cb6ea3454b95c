"""Forgetting what is kept about supporters when its time is over. How long that is, the prison decides."""

from datetime import date, datetime, timedelta
from typing import Protocol


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


def forget_about_supporters(
    work: ForgettingWork,
    now: datetime,
    today: date,
    *,
    answers: timedelta,
    settled: timedelta,
    reports: timedelta,
) -> tuple[int, int, int]:
    """How contacts were; days of rotas, swaps, talks, decided applications, letters given; and reports of
    pressure after they were closed. How many went of each, in this order."""
    quarter = now - settled
    gone = work.rotas.forget(today - settled) + work.swaps.forget(today - settled)
    gone += work.debriefs.forget(quarter) + work.applications.forget(quarter) + work.letters.forget(quarter)
    return work.checks.forget_answers(now - answers), gone, work.pressure.forget(now - reports)
