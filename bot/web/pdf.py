"""A sheet on paper: A4 with a title, tables that break over pages, page numbers, and who printed it when.

fpdf2 takes a second to load: import this in the function that prints, not at the top of a page's module.
"""

import importlib.util
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.bidi import BidiParagraph
from fpdf.enums import MethodReturnValue, TableBordersLayout, TableHeadingsDisplay, XPos, YPos
from fpdf.fonts import FontFace, TTFFont

_FAMILY: Final = "DejaVu"
_TEXT, _SMALL, _HEADING, _TITLE = 9.0, 8.0, 12.0, 17.0
_LINE: Final = 4.8
_MARGIN: Final = 14.0
# A cell with more lines goes on in a row below: a row cannot break over a page by itself.
_MOST_LINES: Final = 30
# The words over a column and at the foot are ours; longer ones would leave no room for anything else.
_LONGEST_HEADING: Final = 80
_LONGEST_FOOT: Final = 120
# Stands for a letter that the typeface does not have, or that no paper shows.
_NO_LETTER: Final = "\u25a1"
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})


class NoTypeface(Exception):
    """The DejaVu typeface that comes with matplotlib is not installed."""


class _Paper(FPDF):
    """FPDF with our foot on each page."""

    foot = ""
    page_words = ""

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(_FAMILY, "", _SMALL)
        self.set_text_color(70)
        self.cell(0, 5, self.foot, align="L", new_x=XPos.LMARGIN)
        # fpdf2 puts the number of all pages where it finds this mark.
        words = self.page_words.format(page=self.page_no(), pages=self.str_alias_nb_pages or "")
        self.cell(0, 5, words, align="R")
        self.set_text_color(0)


@dataclass
class Sheet:
    """Add parts from top to bottom, then take the bytes. `printed` is the line at the foot of every page:
    when it was printed and by whom, in words. A letter that the typeface lacks becomes a small box."""

    title: str
    printed: str
    made_at: datetime
    subtitle: str = ""
    page_words: str = "Page {page} of {pages}"
    landscape: bool = False
    _paper: _Paper = field(init=False, repr=False)

    def __post_init__(self) -> None:
        paper = _Paper(orientation="L" if self.landscape else "P", unit="mm", format="A4")
        for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            paper.add_font(_FAMILY, style, _fonts() / name)
        self._paper = paper
        paper.set_margins(_MARGIN, _MARGIN, _MARGIN)
        paper.set_auto_page_break(True, margin=18)
        paper.set_creation_date(self.made_at)
        paper.set_title(self._shown(self.title))
        paper.set_lang("en-GB")
        paper.foot, paper.page_words = self._shown(self.printed)[:_LONGEST_FOOT], self.page_words
        paper.add_page()
        self._line(self.title, size=_TITLE, bold=True, space=1)
        if self.subtitle:
            self._line(self.subtitle, size=_HEADING - 2, space=3)

    def heading(self, text: str) -> None:
        """Never alone at the foot of a page: a heading takes room for four lines along."""
        if self._paper.will_page_break(_LINE * 6):
            self._paper.add_page()
        self._paper.ln(3)
        self._line(text, size=_HEADING, bold=True, space=1.5)

    def words(self, text: str) -> None:
        self._line(text, size=_TEXT, space=1.5)

    def table(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[float] = (),
        numbers: bool = False,
    ) -> None:
        """`widths` are shares of the page's width. With `numbers` all but the first stand to the right.

        The headings are repeated on each page. Without a row nothing is drawn: say in words why."""
        if not rows or not columns:
            return
        paper = self._paper
        paper.set_font(_FAMILY, "", _TEXT)
        shares = tuple(widths) or (1.0,) * len(columns)
        across = [paper.epw * share / sum(shares) for share in shares]
        align = ("LEFT", *["RIGHT" if numbers else "LEFT"] * (len(columns) - 1))
        with paper.table(
            col_widths=shares,
            text_align=align,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD", fill_color=235),
            repeat_headings=TableHeadingsDisplay.ON_TOP_OF_EVERY_PAGE,
            line_height=_LINE,
            padding=(0.6, 1.2),
            v_align="TOP",
        ) as table:
            table.row([self._shown(column)[:_LONGEST_HEADING] for column in columns])
            for row in rows:
                for part in self._parts(row, across):
                    table.row(part)
        paper.ln(2)

    def finish(self) -> bytes:
        return bytes(self._paper.output())

    def _line(self, text: str, *, size: float, space: float, bold: bool = False) -> None:
        paper = self._paper
        paper.set_font(_FAMILY, "B" if bold else "", size)
        shown = self._shown(text)
        paper.multi_cell(0, size * 0.53, shown, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        paper.ln(space)

    def _parts(self, row: Sequence[str], across: Sequence[float]) -> Iterator[list[str]]:
        """The row, and for cells that are too high, rows below with what is left of them."""
        cells = [self._lines(text, width - 4.4) for text, width in zip(row, across, strict=True)]
        for start in range(0, max(map(len, cells)), _MOST_LINES):
            yield ["\n".join(cell[start : start + _MOST_LINES]) for cell in cells]

    def _lines(self, text: str, width: float) -> list[str]:
        shown = self._shown(text)
        if len(shown) < _MOST_LINES and "\n" not in shown:
            return [shown]
        lines = self._paper.multi_cell(
            width, _LINE, shown, align="L", dry_run=True, output=MethodReturnValue.LINES
        )
        return [str(line) for line in lines] if isinstance(lines, list) else [shown]

    def _shown(self, text: str) -> str:
        """What the typeface can show, in the order in which the eye meets it. fpdf2 would name a letter that
        is missing in the log, and these may be letters of somebody's name."""
        face = self._paper.fonts[_FAMILY.lower()]
        known = face.cmap if isinstance(face, TTFFont) else {}
        lines = unicodedata.normalize("NFC", text).splitlines() or [""]
        return "\n".join(_in_reading_order("".join(_letters(line, known))) for line in lines)


def _letters(line: str, known: Mapping[int, str]) -> Iterator[str]:
    for letter in line:
        if letter.isspace():
            yield " "
        elif unicodedata.category(letter)[0] != "C":
            yield letter if ord(letter) in known else _NO_LETTER


def _in_reading_order(line: str) -> str:
    """Right-to-left words turned round; joined forms of Arabic letters are not made."""
    if not any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in line):
        return line
    return BidiParagraph(text=line).get_reordered_string()


def _fonts() -> Path:
    """Found without importing matplotlib, which takes a second and writes a cache into the home folder."""
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise NoTypeface("matplotlib is not installed")
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    if not (folder / "DejaVuSans.ttf").exists():
        raise NoTypeface(str(folder))
    return folder
