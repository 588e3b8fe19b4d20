"""Find a font of this machine that has Chinese characters; without one there are no pictures."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

Weight = Literal["head", "text"]

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
_NAMES: dict[Weight, tuple[str, ...]] = {
    "head": ("NotoSerifCJK-Bold", "NotoSerifCJKsc-Bold", "NotoSerifSC-Bold", "SourceHanSerifSC-Bold", "STHeiti Medium"),
    "text": ("NotoSerifCJK-Regular", "NotoSerifCJKsc-Regular", "NotoSerifSC-Regular", "SourceHanSerifSC-Regular"),
}
_OTHERS = (
    "NotoSansCJK-Regular",
    "NotoSansCJKsc-Regular",
    "SourceHanSansSC-Regular",
    "wqy-zenhei",
    "wqy-microhei",
    "DroidSansFallbackFull",
    "PingFang",
    "STHeiti Light",
    "simsun",
    "msyh",
    "arphic",
)
_SUFFIXES = frozenset({".ttf", ".ttc", ".otf", ".otc"})
_SAMPLE = "报搜檢"


@cache
def font(weight: Weight, size: int) -> FreeTypeFont | None:
    """Return a font with Chinese characters in this size, or None where none is installed."""
    face = _face(weight)
    return face.font_variant(size=size) if face else None


def can_draw() -> bool:
    """Return whether pictures with Chinese text can be made."""
    return _face("head") is not None


@cache
def _face(weight: Weight) -> FreeTypeFont | None:
    files = _files()
    for name in (*_NAMES[weight], *_OTHERS):
        for path in files.get(name.lower(), ()):
            face = _chinese_face(path)
            if face:
                return face
    return None


@cache
def _files() -> dict[str, tuple[Path, ...]]:
    """Return the files of fonts on this machine, by their names without suffix, in small letters."""
    found: dict[str, tuple[Path, ...]] = {}
    for path in _walk():
        if path.suffix.lower() in _SUFFIXES:
            name = path.stem.lower()
            found[name] = (*found.get(name, ()), path)
    return found


def _walk() -> Iterator[Path]:
    for folder in _FOLDERS:
        if sys.platform != "win32" and ":" in folder:
            continue
        for place, _, names in os.walk(Path(folder).expanduser()):
            yield from (Path(place, name) for name in sorted(names))


def _chinese_face(path: Path) -> FreeTypeFont | None:
    """Return the face of a file that has the forms of simplified Chinese, else its first, else None."""
    faces = []
    for index in range(10):
        try:
            faces.append(ImageFont.truetype(str(path), 40, index=index))
        except OSError:
            break
    able = [face for face in faces if all(_has(face, letter) for letter in _SAMPLE)]
    return next((face for face in able if "SC" in (face.getname()[0] or "").split()), able[0] if able else None)


def _has(face: FreeTypeFont, letter: str) -> bool:
    """Return whether a face draws a letter as something else than the box for what it lacks."""
    return bytes(face.getmask(letter)) != bytes(face.getmask("\U0010fffe"))
