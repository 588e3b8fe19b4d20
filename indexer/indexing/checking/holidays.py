"""Days on which many Chinese papers don't appear."""

from __future__ import annotations

from datetime import date, timedelta

from indexer.text.lunar_calendar import lunar_date

_SOLAR = (((1, 1), (1, 3)), ((4, 3), (4, 6)), ((5, 1), (5, 7)), ((10, 1), (10, 8)))
"""New Year, 清明, Labour Day and National Day, from the first to the last day that was ever free."""
_LUNAR = (((1, 1), (1, 8)), ((5, 4), (5, 6)), ((8, 14), (8, 16)))
"""春节, 端午 and 中秋."""


def is_holiday(day: date) -> bool:
    """Return whether a day is, or was in some years, a public holiday.

    >>> is_holiday(date(2024, 2, 9)), is_holiday(date(2024, 2, 12)), is_holiday(date(2024, 3, 8))
    (True, True, False)
    """
    if any(first <= (day.month, day.day) <= last for first, last in _SOLAR):
        return True
    lunar, next_lunar = lunar_date(day), lunar_date(day + timedelta(days=1))
    if next_lunar and (next_lunar.month, next_lunar.day) == (1, 1) and not next_lunar.is_leap:
        return True  # 除夕
    if lunar is None or lunar.is_leap:
        return False
    return any(first <= (lunar.month, lunar.day) <= last for first, last in _LUNAR)
