"""The ordered table of cleaning rules; each rule sees the output of the rules above it.

The order has these reasons:

- Misread bytes are read anew first; controls and unusual spaces go then, so that no later rule sees them.
- What stands between two halves of a sentence goes before lines are joined.
- Letters that were set apart are closed up before lines are measured.
- Lines are joined while the line ends still show the columns, and doubled lines still show that they stand alone.
- Letters are restored before the spaces between them are judged.
- Quotes get their sides before the text inside them is judged.
- Marks get their width before the spaces beside them are removed.
"""

from __future__ import annotations

from indexer.cleaning import (
    characters,
    doubled_marks,
    doubling,
    lines,
    mojibake,
    page_feet,
    printed_lines,
    punctuation,
    repeated_lines,
    spacing,
    vertical_text,
)
from indexer.cleaning.apply import Rule

TAKEN_OUT = "page-feet"
"""The rule whose edits take out text of the page, and nothing of its articles."""

_BULLET = "\ufffd" * 6

RULES = (
    Rule(
        name="mojibake",
        find=mojibake.undo,
        says="UTF-8 that was read as Latin-1 or Windows-1252, once or twice, is read anew where that gives good text.",
        before="â€œ工会â€\x9dï¼Œcafé",
        after="“工会”，café",
    ),
    Rule(
        name="line-ends",
        find=characters.line_ends,
        says="Every way to end a line becomes a line feed.",
        before="一\r\n二\u2028三",
        after="一\n二\n三",
    ),
    Rule(
        name="invisible",
        find=characters.invisible,
        says="Controls, byte-order marks, soft hyphens and zero-width characters go.",
        before="\ufeff工\u200b会",
        after="工会",
    ),
    Rule(
        name="odd-spaces",
        find=characters.odd_spaces,
        says="Non-breaking and typographic spaces become plain ones.",
        before="A\xa0B",
        after="A B",
    ),
    Rule(
        name="forms",
        find=characters.forms,
        says="Compatibility letters, radicals, ligatures, vertical and full-width forms become plain letters.",
        before="⼯会⻓１０周年",
        after="工会长10周年",
    ),
    Rule(
        name="private-use",
        find=characters.private_use,
        says="Private-use code points with a known meaning become that; others stay.",
        before="\uf06c工会",
        after="●工会",
    ),
    Rule(
        name=TAKEN_OUT,
        find=page_feet.take_out,
        says="Page numbers, imprints, watermarks, print dates and pinyin leave the sentence that they divide.",
        before="发现险情及时上\n\n— 3 —\n\n报，不得迟报。",
        after="发现险情及时上报，不得迟报。",
    ),
    Rule(
        name="vertical",
        find=vertical_text.join,
        says="Text that stands one letter a line is joined.",
        before="防\n汛\n工\n作\n要\n点",
        after="防汛工作要点",
    ),
    Rule(
        name="hyphens",
        find=printed_lines.join_words,
        says="A Latin word that was hyphenated at a line's end is one word; a hyphen of its own stays.",
        before="名叫 Infor-\nmation 的系统，E-\nmail",
        after="名叫 Information 的系统，E-mail",
    ),
    Rule(
        name="bullets",
        find=characters.bullet_lines,
        says="A run of U+FFFD stands for a bullet: a line begins there.",
        before=f"调研。 {_BULLET}区长",
        after=f"调研。\n{_BULLET}区长",
    ),
    Rule(
        name="repeated-lines",
        find=repeated_lines.repeated_lines,
        says="Lines of running text that were each printed several times in a row keep one copy.",
        before="会议提出，各地要抓紧加固病险水库，\n会议提出，各地要抓紧加固病险水库，\n落实二十四小时值守，确保安全度汛。\n落实二十四小时值守，确保安全度汛。",
        after="会议提出，各地要抓紧加固病险水库，\n落实二十四小时值守，确保安全度汛。",
    ),
    Rule(
        name="broken-pairs",
        find=repeated_lines.broken_pairs,
        says="A line end between the two copies of a letter goes.",
        before="筑筑牢牢防防汛\n汛安安全全防防线线",
        after="筑筑牢牢防防汛汛安安全全防防线线",
    ),
    Rule(
        name="letter-spaces",
        find=spacing.letter_spaces,
        says="Lines whose letters were set apart by OCR are closed up; wider gaps stay.",
        before="桐 花 巷 小 学  迁 入 新 校 区",
        after="桐花巷小学  迁入新校区",
    ),
    Rule(
        name="unwrap",
        find=lines.unwrap,
        says="Line ends, with or without blank lines, that only the width or the foot of a column made go.",
        before="大会召开。围绕中心，全面实施\n\n了升级改造，推动工会工作走深走\n实。",
        after="大会召开。围绕中心，全面实施了升级改造，推动工会工作走深走实。",
    ),
    Rule(
        name="lost-bullets",
        find=characters.lost_bullets,
        says="The run of U+FFFD itself goes.",
        before=f"{_BULLET}区长",
        after="区长",
    ),
    Rule(
        name="lines",
        find=lines.blank_lines,
        says="Blank lines go, and spaces around lines.",
        before=" 一\n\n二 ",
        after="一\n二",
    ),
    Rule(
        name="spaced-copies",
        find=repeated_lines.spaced_copies,
        says="Letters printed twice and set apart become one, and are closed up.",
        before="坚 坚 守 守 岗 岗 位 位",
        after="坚守岗位",
    ),
    Rule(
        name="undouble-figures",
        find=doubled_marks.undouble_figures,
        says="Figures and Latin words printed twice in a line of Chinese become one; 2200 and 11:11 stay.",
        before="22002244年，GGDDPP增长55..22%%。",
        after="2024年，GDP增长5.2%。",
    ),
    Rule(
        name="undouble",
        find=doubling.undouble,
        says="Letters printed two to six times over become one; words that truly repeat stay.",
        before="高高兴兴上班去\n在在责责任任履履行行上上““担担担担子子””",
        after="高高兴兴上班去\n在责任履行上“担担子”",
    ),
    Rule(
        name="undouble-phrases",
        find=repeated_lines.undouble_phrases,
        says="A line that says all of it, or each of its words, two to six times says it once; verse and cheers stay.",
        before="铁水奔流夜未眠铁水奔流夜未眠",
        after="铁水奔流夜未眠",
    ),
    Rule(
        name="undouble-marks",
        find=doubled_marks.undouble_marks,
        says="Marks printed twice become one where the line or the page shows at least two of them.",
        before="昨日，，柳溪桥通车。。",
        after="昨日，柳溪桥通车。",
    ),
    Rule(
        name="padded-names",
        find=spacing.padded_names,
        says="A name of two letters that was padded to the width of three is one name.",
        before="记者 唐 舫 通讯员 武强",
        after="记者 唐舫 通讯员 武强",
    ),
    Rule(
        name="quotes",
        find=punctuation.quotes,
        says="Straight quotes become “ and ”; where one of a pair was lost, its neighbours decide.",
        before='突出"五抓五促"',
        after="突出“五抓五促”",
    ),
    Rule(
        name="line-spaces",
        find=spacing.line_spaces,
        says="A space between Chinese letters of running text was a line's end; a headline's own spaces stay.",
        before="紧盯目标任务 采取关键措施\n今年以来，紧盯目 标任务。",
        after="紧盯目标任务 采取关键措施\n今年以来，紧盯目标任务。",
    ),
    Rule(
        name="width",
        find=punctuation.full_width,
        says="Marks beside Chinese letters become full-width; numbers, addresses and formulas keep theirs.",
        before="眼下,15:30起,1,000人(含)到场",
        after="眼下，15:30起，1,000人（含）到场",
    ),
    Rule(
        name="spaces",
        find=spacing.spaces,
        says="Spaces beside Chinese marks go, and in running text those beside figures and Latin words.",
        before="近年来 ， 服务 20 人。",
        after="近年来，服务20人。",
    ),
    Rule(
        name="dashes",
        find=punctuation.dashes,
        says="A row of dashes beside Chinese becomes ——; 一 is never touched.",
        before="———审计一整改",
        after="——审计一整改",
    ),
)
