"""A report as it is asked for: which parts an audience gets, in which order, from what was counted."""

from datetime import timedelta

from bot.bootstrap import Product
from bot.queue.model import Kind
from bot.reports.figures import figures_of
from bot.reports.periods import day_begins
from bot.web.desk import report_care as care
from bot.web.desk import report_requests as requests
from bot.web.desk.desk import Caller, Desk, only_wings, wings_of
from bot.web.desk.report_parts import Audience, Block, Choice, Report, Saying


def make_report(desk: Desk, caller: Caller, choice: Choice) -> Report:
    """Everything in it is counted: no name, no cell, no message. Small numbers are left out for everybody."""
    product, saying = desk.product, Saying(desk.wording)
    kinds = (Kind.LISTENER.value,) if choice.audience is Audience.BRANCH else ()
    prison_id = caller.staff.prison_id
    with product.database.reading() as work:
        kept = work.report_figures
        rows = kept.days(prison_id, choice.period, wings=choice.wings, kinds=kinds)
        loads = kept.loads(prison_id, choice.period, wings=choice.wings, kinds=kinds)
    own = (choice.wing,) if choice.wing else wings_of(caller, product)
    figures = figures_of(rows, choice.period, own)
    blocks: tuple[Block, ...] = ()
    if rows:
        rest = product.prison.help.rest
        blocks = (
            requests.by_kind(saying, figures),
            requests.course(saying, figures),
            requests.failures(saying, figures),
            care.loop(saying, figures),
            requests.by_time_of_day(saying, figures),
            requests.by_hour(saying, figures),
            requests.by_weekday(saying, figures),
            *(() if choice.wing else (requests.by_wing(saying, figures),)),
            care.supporters(saying, loads, choice.period, rest),
        )
    whole = ", ".join(filter(None, (product.prison.name, only_wings(caller, desk))))
    where = saying.say("wing", wing=choice.wing) if choice.wing else whole
    return Report(
        title=saying.say(f"title_{choice.audience.value}"),
        subtitle=f"{where}, {saying.days(choice.period)}",
        notes=(saying.say("meaning"), saying.say("small"), saying.say("own_time")),
        blocks=_with_alerts(product, caller, choice, saying, blocks),
    )


def _with_alerts(
    product: Product, caller: Caller, choice: Choice, saying: Saying, blocks: tuple[Block, ...]
) -> tuple[Block, ...]:
    """First for safer custody, last for managers, never for the branch of Samaritans."""
    if choice.audience is Audience.BRANCH:
        return blocks
    zone, period = product.prison.zone, choice.period
    start, end = day_begins(period.first, zone), day_begins(period.last + timedelta(days=1), zone)
    with product.database.reading() as work:
        times = work.report_figures.alerts(caller.staff.prison_id, start, end, choice.wings)
    if not times and not blocks:
        return ()
    block = care.alerts(saying, times)
    return (block, *blocks) if choice.audience is Audience.SAFER_CUSTODY else (*blocks, block)
