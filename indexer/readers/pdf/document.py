"""Open PDF files, and say in a sentence why one can't be opened."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
import pypdfium2.raw as pdfium

from indexer.errors import PageError

LOCK = threading.RLock()
"""PDFium is not safe in threads: whoever calls it holds this."""

MOST_PAGES = 5_000
MOST_CHARACTERS = 300_000
"""Of one page. A dense page of the largest format has some 25,000."""

_PROBLEMS = {
    pdfium.FPDF_ERR_PASSWORD: "this PDF is locked by a password; save it without one, e.g. "
    "`qpdf --decrypt --password=… in.pdf out.pdf`",
    pdfium.FPDF_ERR_SECURITY: "this PDF is encrypted in a way that can't be read; save it without encryption",
}
_SHORTEST = 64


@contextmanager
def opened(data: bytes, source: str) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF file and close it again. Raises PageError if it can't be opened."""
    if b"%PDF-" not in data[:1024]:
        raise PageError(source, "this is not a PDF file in spite of its name; give it the suffix of its format")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as problem:
        code = problem.err_code
        raise PageError(source, _PROBLEMS.get(code or 0, _damage(data))) from None
    try:
        if len(document) > MOST_PAGES:
            raise PageError(
                source, f"{len(document)} pages are more than an issue can have (at most {MOST_PAGES}); split the file"
            )
        if not len(document):
            raise PageError(source, "this PDF has no pages; export it again from the original, or delete it")
        yield document
    finally:
        document.close()


def _damage(data: bytes) -> str:
    if len(data) < _SHORTEST or b"%%EOF" not in data[-2048:]:
        return "this PDF is cut off: its end is missing; copy it again from the original"
    return "this PDF is damaged and can't be opened; copy it again from the original"
