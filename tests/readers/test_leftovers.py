"""Tests of names that belong to no newspaper, and of names of copies."""

from __future__ import annotations

import pytest

from indexer.readers.leftovers import is_leftover, original_stem

LEFTOVERS = """
@eaDir @Recycle @Recently-Snapshot @tmp #recycle #snapshot .snapshot $RECYCLE.BIN RECYCLER __MACOSX ._01.txt .DS_Store
~$01.doc Thumbs.db ehthumbs.db Desktop.ini lost+found .Trash-1000 .stfolder .stversions .sync .git .svn .01.txt.swp
01.swp 01.txt~ 01.txt.~1~ 01.bak 01.txt.bak2 01.txt.part 01.txt.crdownload 01.tmp .~lock.01.odt# #01.txt# .fseventsd
.Spotlight-V100 .TemporaryItems .AppleDouble .dropbox .nfs0000a1 FOUND.000 01.txt@SynoResource
"""
COPIES = """
01 - 副本|01 - 副本 (2)|01副本|01的副本|01 的副本 2|01 拷贝|复件 01|复件 (2) 01|01 copy|01 copy 2|01 - Copy (3)
Copy of 01|Copy (2) of 01|01 (1)|01(2)|01（1）|01[1]|01 2|01.sync-conflict-20240305-101010-ABCDEFG
01 (冲突副本 2024-03-05)|01 (Tao's conflicted copy 2024-03-05)|01 (Case Conflict)|01_冲突文件_20240305
01_conflict-20240305-101010|01_nas_Mar-05-1010-2024_Conflict|01-DESKTOP-4B7C2D|01 - 副本 - 副本
"""
ORIGINALS = "01 A01 content_1 2024-03-05 2024_03 p003 第1版 0305 副本 copy photocopy 01-02"


@pytest.mark.parametrize("name", [*LEFTOVERS.split(), "System Volume Information", "Icon\r", "Network Trash Folder"])
def test_leftovers_are_known(name: str) -> None:
    assert is_leftover(name)


@pytest.mark.parametrize("name", ["01.txt", "01.html", "content_1.htm@div=-1", "01.txt.1", "#1", "Icons", "2024.03.05"])
def test_pages_and_their_folders_are_no_leftovers(name: str) -> None:
    assert not is_leftover(name)


@pytest.mark.parametrize("stem", COPIES.strip().replace("\n", "|").split("|"))
def test_a_copy_is_traced_to_its_original(stem: str) -> None:
    assert original_stem(stem) == "01"


@pytest.mark.parametrize("stem", ORIGINALS.split())
def test_an_original_is_no_copy(stem: str) -> None:
    assert original_stem(stem) == stem
