"""Invoices and credit notes as PDF.

The fonts that every reader of PDF has know the letters of western Europe; for other scripts
the operator names a font file. The same document is drawn to the same bytes.
"""

import unicodedata
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from matinee.billing.rules.document import Document, Row

_MARGIN_MM = 20.0
_LINE_MM = 7.0
_WHAT_MM, _AMOUNT_MM = 125.0, 45.0
_WESTERN = "cp1252"


def drawn(document: Document, font: Path | None = None) -> bytes:
    """A document as PDF, A4."""
    page = _Page(font)
    page.words(document.seller, size_pt=10)
    page.gap()
    page.words((document.title,), size_pt=20)
    page.words((f"{document.number}, {document.day:%Y-%m-%d}",), size_pt=11)
    page.gap()
    page.words(tuple(filter(None, document.buyer)), size_pt=11)
    page.gap()
    page.table(document.rows)
    page.gap()
    page.table(document.sums)
    return page.ended(document)


class _Page:
    def __init__(self, font: Path | None) -> None:
        self._pdf = FPDF(format="A4")
        self._pdf.set_margin(_MARGIN_MM)
        self._pdf.add_page()
        self._is_western = font is None
        if font is None:
            self._pdf.core_fonts_encoding = _WESTERN
            self._family = "helvetica"
        else:
            self._family = "own"
            self._pdf.add_font(self._family, fname=font)

    def gap(self) -> None:
        self._pdf.ln(_LINE_MM)

    def words(self, lines: tuple[str, ...], size_pt: float) -> None:
        self._pdf.set_font(self._family, size=size_pt)
        for line in lines:
            self._pdf.multi_cell(0, size_pt * 0.5, self._known(line), new_x=XPos.LMARGIN)

    def table(self, rows: tuple[Row, ...]) -> None:
        self._pdf.set_font(self._family, size=11)
        for row in rows:
            self._pdf.cell(_WHAT_MM, _LINE_MM, self._known(row.what)[:90])
            amount = str(row.amount)
            self._pdf.cell(
                _AMOUNT_MM, _LINE_MM, amount, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT
            )

    def ended(self, document: Document) -> bytes:
        self._pdf.set_title(f"{document.title} {document.number}")
        self._pdf.set_creation_date(document.day)
        return bytes(self._pdf.output())

    def _known(self, text: str) -> str:
        """The text in letters that the font has: without what stands above and below them."""
        if not self._is_western:
            return text
        return "".join(map(_western, unicodedata.normalize("NFC", text)))


def _western(letter: str) -> str:
    for shape in (letter, unicodedata.normalize("NFKD", letter)[:1]):
        if shape.encode(_WESTERN, "ignore"):
            return shape
    return "?"
