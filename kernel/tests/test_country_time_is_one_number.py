"""The country's clock is a number of seconds, read again when its file changes, and nothing else."""

import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from kernel import country_time

NOTICE = datetime(2024, 5, 4, 14, 49, tzinfo=country_time.VIETNAM)


def test_without_a_setting_it_is_the_real_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(country_time.SETTING, raising=False)
    real = datetime.now(country_time.VIETNAM)
    assert abs(country_time.now() - real) < timedelta(seconds=2)
    assert country_time.now().utcoffset() == timedelta(hours=7)


def test_a_number_moves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(country_time.SETTING, "-86400")
    assert country_time.offset_seconds() == -86_400
    assert country_time.now() < datetime.now(country_time.VIETNAM) - timedelta(hours=23)


def test_a_file_is_read_again_when_it_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "offset"
    file.write_text("60\n")
    monkeypatch.setenv(country_time.SETTING, f"@{file}")
    assert country_time.offset_seconds() == 60
    other = tmp_path / "next"
    other.write_text("90\n")
    os.replace(other, file)
    assert country_time.offset_seconds() == 90


@pytest.mark.parametrize("garbage", ["tomorrow", "nan", "inf", "1e300", "60 seconds", "@"])
def test_garbage_is_refused_loudly(monkeypatch: pytest.MonkeyPatch, garbage: str) -> None:
    monkeypatch.setenv(country_time.SETTING, garbage)
    with pytest.raises(country_time.CountryTimeError):
        country_time.now()


@pytest.mark.parametrize("content", [b"", b"soon", b"\xff\xfe"])
def test_a_broken_file_is_refused_loudly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "offset"
    file.write_bytes(content)
    monkeypatch.setenv(country_time.SETTING, f"@{file}")
    with pytest.raises(country_time.CountryTimeError):
        country_time.now()


def test_a_missing_file_is_refused_loudly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(country_time.SETTING, f"@{tmp_path / 'none'}")
    with pytest.raises(country_time.CountryTimeError):
        country_time.today()


def test_dates_are_written_as_the_notice_writes_them() -> None:
    assert country_time.news_time(NOTICE) == "14:49, Thứ Bảy, 4-5-2024"
    assert country_time.news_time(NOTICE, "en") == "14:49, Saturday, 4-5-2024"
    assert country_time.weekday_name(date(2024, 7, 1)) == "Thứ Hai"
    assert country_time.short_date(date(2024, 5, 4)) == "04/5/2024"
    assert country_time.short_date(date(2024, 2, 12)) == "12/02/2024"
