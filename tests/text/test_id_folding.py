"""Tests of the folding that ids are made by."""

from __future__ import annotations

import hashlib

from indexer.articles.metadata.article_ids import article_id
from indexer.model import PageIdentity
from indexer.text.id_folding import fold_for_id

DIGEST_OF_RELEASE_0_1_0 = "c108777d97dc82be53d6254f14b7af08edcc6aedb3e927a350b0e82a43f05bf3"
"""The SHA-256 of what commit 70e71f3 folds each code point to, joined by line breaks (Python 3.11, Unicode 14)."""


def test_every_code_point_is_folded_as_when_the_first_ids_were_made() -> None:
    folded = "\n".join(fold_for_id(chr(code)) for code in range(0x110000))
    assert hashlib.sha256(folded.encode()).hexdigest() == DIGEST_OF_RELEASE_0_1_0


def test_ids_don_t_follow_changes_of_folding() -> None:
    """Each of these headlines has a letter or a mark that was once folded differently."""
    page = PageIdentity("demo", None, "01")
    ids = {headline: article_id(page, headline, 0) for headline in ("淸明", "清明", "著名", "着名", "⺠警", "民警")}
    assert len(set(ids.values())) == len(ids)
    assert ids["淸明"] == "demo-undated-01-223da92c65"
