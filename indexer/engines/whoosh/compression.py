"""Stored documents, packed one by one, so that a hit costs the unpacking of one document.

Measured on articles of 630 characters: as GB 18030, which spends two bytes on a Han character and knows all of Unicode,
an article packs into 1,180 bytes, as UTF-8 into 1,400; told what all documents have in common, into 1,115. Packing
takes 45 µs of one core, unpacking 19 µs. Blocks of four are a tenth smaller, but a hit costs the unpacking of all four.
"""

from __future__ import annotations

import zlib

_LEVEL = 6
_IN_COMMON = (
    '"新闻","","","",[],"综合",["通讯员","摄影","编辑"],[["一版","要闻"],"公告","广告","评论","副刊","图片",null,"1980-0",'
    '"notes"],[["path","paper.toml","comment","headline","selector","title","dateline"],"encoding","utf-8","gb18030",'
    '"body","date","page","paper","section","locality","place","printed",[["seam"],["incomplete"],["repeated"]],'
    '"日报","晚报","市/","县/","区/","镇","省/","2021-1","2019-0","2020-1","2010-0",[["“”。”（）的了在是和有为、",'
    '[[0,100]],[],""],["本报讯（记者 通讯员 ）",[[101,299]],[],""],["。",[[300,450]],[],""],["。",[[451,630]],[],""]],'
    '[],"",null,[],["01"],[]],"日报","01",0,".txt","'
).encode("gb18030")
"""What zlib is told beforehand: pieces of a stored document. To change it is to change the format."""


def pack(text: str) -> bytes:
    """A document's JSON in fewer bytes.

    >>> unpack(pack('["版"]'))
    '["版"]'
    """
    packer = zlib.compressobj(_LEVEL, zdict=_IN_COMMON)
    # A file's name may hold bytes that are no text: JSON has a spelling for them, which this error handler writes.
    return packer.compress(text.encode("gb18030", "backslashreplace")) + packer.flush()


def unpack(packed: bytes) -> str:
    """The JSON that was packed. Raises zlib.error for bytes that were not packed so."""
    return zlib.decompressobj(zdict=_IN_COMMON).decompress(packed).decode("gb18030")
