"""Helpers for the tests of readers."""

from __future__ import annotations

from indexer.model import RawPage

SOURCE = "demo/2024-01-26/01.html"
PROSE = "本报讯 昨日，南岭区书院路建成通车，沿线三个小区的居民出行更方便了，全长一公里。"


def claims(raw: RawPage, source: str = "printed") -> dict[str, str]:
    return {claim.about: claim.value for claim in reversed(raw.claims) if claim.source == source}
