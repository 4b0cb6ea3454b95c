"""A report as a file: CSV for a spreadsheet, PDF for a meeting."""

import csv
import io
from typing import TYPE_CHECKING, Final

from bot.web.desk.desk import Caller, Desk
from bot.web.desk.report_parts import Block, Report

if TYPE_CHECKING:
    from bot.web.pdf import Sheet

# A spreadsheet runs what begins so as a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_HEAD: Final = ("table", "row", "measure", "unit", "value")


def as_csv(report: Report) -> bytes:
    """One number a line, with the table, the row and the measure that it belongs to. A byte order mark first,
    by which spreadsheets know the letters."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)

    def write(*cells: str) -> None:
        writer.writerow([guarded(cell) for cell in cells])

    write(report.title, report.subtitle)
    for note in report.notes:
        write(note)
    writer.writerow([])
    write(*_HEAD)
    for block in report.blocks:
        table = block.table
        for row in table.rows:
            for measure, unit, cell in zip(table.columns[1:], table.units, row.cells, strict=True):
                write(table.heading, row.name, measure, unit, cell.value)
    return out.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    """What a spreadsheet would take for a formula gets an apostrophe before it: then it is text."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def as_pdf(desk: Desk, caller: Caller, report: Report) -> bytes:
    from bot.web.pdf import Sheet

    now, say = desk.product.now(), desk.wording.say
    sheet = Sheet(
        title=report.title,
        subtitle=report.subtitle,
        printed=say("reports_printed", at=desk.wording.exact(now), who=caller.staff.name),
        made_at=now,
        page_words=say("reports_page", page="{page}", pages="{pages}"),
    )
    for note in report.notes:
        sheet.words(note)
    if not report.blocks:
        sheet.words(say("reports_none"))
    for block in report.blocks:
        _print(sheet, block)
    return sheet.finish()


def _print(sheet: "Sheet", block: Block) -> None:
    table = block.table
    sheet.heading(table.heading)
    for sentence in block.sentences:
        sheet.words(sentence)
    if block.drawn is not None:
        sheet.picture(block.drawn.picture, block.drawn.legend)
    shown = [[row.name, *(cell.text for cell in row.cells)] for row in table.rows]
    sheet.table(table.columns, shown, widths=(1.6, *([1] * (len(table.columns) - 1))), numbers=True)
