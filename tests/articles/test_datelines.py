"""Tests of datelines as evidence against the date of a page.

A paper can't report events of the future.
"""

from __future__ import annotations

from datetime import date

import pytest

from indexer.articles.metadata.datelines import later_than

JUNE = date(2021, 6, 18)
NEW_YEAR = date(2024, 1, 1)


@pytest.mark.parametrize(
    ("day", "datelines", "last"),
    [
        (JUNE, ["新华社北京6月20日电 ", "本报讯（记者 张三）6月19日，"], date(2021, 6, 20)),
        (JUNE, ["新华社北京6月20日电 ", "新华社上海6月19日专电 ", "本报讯（张三）6月17日上午，"], date(2021, 6, 20)),
        (JUNE, ["新华社北京6月20日电 ", "本报讯（记者 张三）6月17日，"], None),
        (JUNE, ["新华社北京6月20日电 "], None),
        (JUNE, ["新华社北京6月18日电 ", "本报讯 6月17日，"], None),
        (JUNE, ["本报讯（记者 张三）6月20日起，", "本报讯（记者 李四）6月21日将"], None),
        (JUNE, ["6月20日，市民……", "他们在6月21日，"], None),
        (JUNE, ["新华社北京12月30日电 ", "新华社北京12月31日电 "], None),
        (JUNE, ["新华社北京6月31日电 ", "新华社北京13月1日电 "], None),
        (NEW_YEAR, ["新华社北京12月31日电 ", "本报讯（记者 张三）12月30日，"], None),
        (date(2023, 12, 31), ["新华社北京1月1日电 ", "新华社北京1月2日电 "], date(2024, 1, 2)),
        (JUNE, [], None),
    ],
)
def test_most_of_two_or_more_datelines_must_be_later(day: date, datelines: list[str], last: date | None) -> None:
    told = later_than(day, "\n".join(f"{one}市总工会召开会议。" for one in datelines))
    assert (told and (told.about, told.value, told.source)) == (
        last and ("date conflict", last.isoformat(), "datelines")
    )
