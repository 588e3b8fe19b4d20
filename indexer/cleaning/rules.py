"""The ordered table of rules: each sees the text that the rules above it made."""

from __future__ import annotations

from indexer.cleaning import characters, doubling, lines, punctuation, spacing
from indexer.cleaning.apply import Rule

RULES = (
    Rule("line-ends", characters.line_ends, "Every way to end a line becomes a line feed.", "一\r\n\r\n二", "一\n\n二"),
    Rule(
        "invisible",
        characters.invisible,
        "Controls, byte-order marks, soft hyphens and zero-width characters go.",
        "\ufeff工\u200b会",
        "工会",
    ),
    Rule(
        "odd-spaces", characters.odd_spaces, "Non-breaking and typographic spaces become plain ones.", "A\xa0B", "A B"
    ),
    Rule(
        "forms",
        characters.forms,
        "Compatibility letters, radicals and full-width letters become plain ones.",
        "⼯会１０周年",
        "工会10周年",
    ),
    Rule(
        "private-use",
        characters.private_use,
        "Private-use code points with a known meaning become that.",
        "\uf06c工会",
        "●工会",
    ),
    Rule(
        "bullets",
        characters.bullet_lines,
        "A run of U+FFFD stands for a bullet: a line begins there.",
        "调研。 \ufffd\ufffd\ufffd\ufffd\ufffd区长",
        "调研。\n\ufffd\ufffd\ufffd\ufffd\ufffd区长",
    ),
    Rule(
        "unwrap",
        lines.unwrap,
        "Line ends, blank lines too, that only mean the end of a column's width or height go.",
        "坚定不移，全面实施\n\n了改造，增强政治\n性。",
        "坚定不移，全面实施了改造，增强政治性。",
    ),
    Rule(
        "lost-bullets",
        characters.lost_bullets,
        "The run of U+FFFD itself goes.",
        "\ufffd\ufffd\ufffd\ufffd\ufffd区长",
        "区长",
    ),
    Rule("lines", lines.blank_lines, "Blank lines and spaces around lines go.", " 一\n\n二 ", "一\n二"),
    Rule(
        "undouble",
        doubling.undouble,
        "Letters drawn twice or more, a hair apart, become one.",
        "坚坚持持正正确确方方向向",
        "坚持正确方向",
    ),
    Rule(
        "undouble-phrases",
        doubling.undouble_phrases,
        "Chunks that were drawn four times become one.",
        "课课课课程目的程目的程目的程目的",
        "课程目的",
    ),
    Rule(
        "padded-names",
        spacing.padded_names,
        "A padded name in a byline is one name.",
        "记者 唐 舫 通讯员 武强",
        "记者 唐舫 通讯员 武强",
    ),
    Rule(
        "line-spaces",
        spacing.line_spaces,
        "A space between Chinese letters of running text was a line's end.",
        "紧盯目 标任务，采取措施。",
        "紧盯目标任务，采取措施。",
    ),
    Rule(
        "spaces",
        spacing.spaces,
        "Spaces beside Chinese marks and around figures go.",
        "近年来 ， 服务 20 人。",
        "近年来，服务20人。",
    ),
    Rule(
        "width",
        punctuation.full_width,
        "Marks beside Chinese letters become full-width.",
        "眼下,天气转寒",
        "眼下，天气转寒",
    ),
    Rule("quotes", punctuation.quotes, "Straight quotes become “ and ”.", '突出"五抓"', "突出“五抓”"),
    Rule("dashes", punctuation.dashes, "A row of dashes becomes ——.", "———工会", "——工会"),
)
