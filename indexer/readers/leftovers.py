"""Recognise, by their names alone, files and folders that belong to no newspaper, and copies of pages."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from indexer.readers.names import stem_and_suffix

_LEFTOVER = re.compile(
    r"""
    \..+                                                        # hidden: .DS_Store .git .stversions ._01
    | [@$].+ | \#(?:recycle|snapshots?|trash)                   # Synology, QNAP, Windows: @eaDir $RECYCLE.BIN
    | .+@Syno\w+                                                # Synology's notes on a file
    | ~snapshot | lost\+found | found\.\d{3} | aquota\.(?:user|group)
    | System\ Volume\ Information | RECYCLE[RD] | MSOCache | OneDriveTemp | Config\.Msi
    | (?:pagefile|hiberfil|swapfile)\.sys | (?:eh)?thumbs(?:_vista)?\.db(?::.*)? | desktop\.ini | autorun\.inf
    | WPSettings\.dat | IndexerVolumeGuid
    | __MACOSX | Icon\r? | Network\ Trash\ Folder | Temporary\ Items | TheVolumeSettingsFolder
    | TheFindByContentFolder | Desktop\ D[BF] | resource\.frk
    | CVS | _svn | __pycache__
    | ~\$.* | ~.*\.tmp | .+~\d* | \#.+\#                        # Office, Word, editors: ~$01.doc 01.txt~ \#01.txt\#
    | .+\.(?:sw[a-p]|un~|bak.?|backup|old|orig|rej|tmp|temp|lnk|autosave|asd|wbk)
    | .+\.(?:part|partial|filepart|crdownload|opdownload|download|downloading|aria2|td|xltd|bc!|!ut|!qb|!sync|bts?)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""Names of what systems, network storage, synchronisation, browsers and editors leave behind."""

_COPY_WORD = r"(?:副本|複本|拷[贝貝]|[复複]件|备份|備份)"
_NUMBER = r"(?:\s*[(（\[]\s*\d{1,3}\s*[)）\]]|\s*\d{1,3})?"


def _patterns(*marks: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(mark, re.IGNORECASE) for mark in marks)


_WORDS_OF_COPIES = _patterns(
    # 01 (冲突副本 2024-03-05)   01 (Li's conflicted copy 2024-03-05)   01 (Case Conflict)   01（陶的冲突文件）
    r"(?P<name>.+?)[\s._-]*[(（\[][^()（）\[\]]*(?:冲突|衝突|conflict|" + _COPY_WORD + r"|copy)[^()（）\[\]]*[)）\]]",
    # 01_nas_Mar-05-1010-2024_Conflict   01-DESKTOP-4B7C
    r"(?P<name>.+?)_[^_]+_[A-Z]{3}-[\d-]+_conflict(?:\s*\(\d+\))?",
    r"(?P<name>.+?)-(?:desktop|laptop)-\w+",
    # 01.sync-conflict-20240305-101010-ABCDEFG   01_conflict-20240305   01_冲突文件_20240305
    r"(?P<name>.+?)[\s._-]+(?:sync-conflict|conflict(?:ed)?|冲突|衝突)(?:$|[\s._-].*|[文副版]\S*.*)",
    # 01 - 副本   01 - 副本 (2)   01的副本   01 拷贝 2
    r"(?P<name>.+?)[\s._-]*的?\s*" + _COPY_WORD + _NUMBER,
    r"(?P<name>.+?)(?:\s*-\s*|[\s_.-]+)(?:copy|コピー)" + _NUMBER,
    # Copy of 01   Copy (2) of 01   副本 01   复件 (2) 01
    r"copy\s*(?:\(\d{1,3}\)\s*)?of\s+(?P<name>.+)",
    _COPY_WORD + r"\s*(?:[(（]\d{1,3}[)）])?[\s_-]*(?P<name>.+)",
)
_NUMBERS_OF_COPIES = _patterns(
    # 01 (1)   01(1)   01（1）   01[1]   01 2
    r"(?P<name>.+?)\s*[(（\[]\s*\d{1,3}\s*[)）\]]",
    r"(?P<name>.+?) \d",
)


_SIGNS = (
    *(" ", ")", "）", "]", "conflict", "冲突", "衝突", "copy", "コピー", "-desktop-", "-laptop-"),
    *("副本", "複本", "拷", "复件", "複件", "备份", "備份"),
)
"""One of them is in every name of a copy."""


def _may_be_copy(name: str) -> bool:
    folded = name.lower()
    return any(sign in folded for sign in _SIGNS)


def is_leftover(name: str) -> bool:
    """Return whether a file or folder is one that a system or a program left behind. Hidden ones all count as such.

    >>> [is_leftover(name) for name in ("@eaDir", "~$01.txt", "01.txt~", "Thumbs.db", ".stfolder", "01.txt.part")]
    [True, True, True, True, True, True]
    >>> is_leftover("01.txt"), is_leftover("2024-03-05"), is_leftover("notes")
    (False, False, False)
    """
    return bool(_LEFTOVER.fullmatch(name))


def is_within_leftover(source: str) -> bool:
    """Return whether a path in the archive is a leftover or lies in one.

    >>> is_within_leftover("demo/2024-03-05/@eaDir/01.txt"), is_within_leftover("demo/2024-03-05/01.txt")
    (True, False)
    """
    return any(map(is_leftover, PurePosixPath(source).parts))


def original_stem(stem: str) -> str:
    """Return what a stem, or a folder's name, was before someone or a program copied it; itself for no copy.

    >>> [original_stem(stem) for stem in ("01 - 副本 (2)", "01 (1)", "Copy of 01", "01.sync-conflict-20240305-1010-AB")]
    ['01', '01', '01', '01']
    >>> original_stem("content_1"), original_stem("2024-03-05")
    ('content_1', '2024-03-05')
    """
    if not _may_be_copy(stem):
        return stem
    for _ in range(4):  # a copy of a copy: `01 - 副本 - 副本`
        found = next(filter(None, (mark.fullmatch(stem) for mark in (*_WORDS_OF_COPIES, *_NUMBERS_OF_COPIES))), None)
        if found is None:
            break
        stem = found["name"]
    return stem


def original_name(name: str) -> str:
    """Return a file's name without the marks of a copy. The suffix stays.

    >>> original_name("01 - 副本.txt"), original_name("01 (1).TXT"), original_name("01.txt")
    ('01.txt', '01.TXT', '01.txt')
    """
    if not _may_be_copy(name):
        return name
    stem, suffix = stem_and_suffix(name)
    return original_stem(stem) + name[len(stem) :] if suffix else original_stem(name)


def original_source(source: str) -> str:
    """Return the path that a page file and its folders had before they were copied. The paper's folder stays.

    >>> original_source("demo/2024-03-05 - 副本/01 (1).txt"), original_source("demo/01.txt")
    ('demo/2024-03-05/01.txt', 'demo/01.txt')
    """
    if not _may_be_copy(source):
        return source
    paper, *folders, name = PurePosixPath(source).parts
    return "/".join((paper, *map(original_stem, folders), original_name(name)))


def says_copy(source: str) -> bool:
    """Return whether the name of a page file says in words that it is a copy. A number alone may mean anything.

    >>> says_copy("demo/01 - 副本.txt"), says_copy("demo/01 (1).txt")
    (True, False)
    """
    stem = stem_and_suffix(source)[0]
    return _may_be_copy(stem) and any(mark.fullmatch(stem) for mark in _WORDS_OF_COPIES)
