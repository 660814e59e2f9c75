"""Promise: a command proposes, a person approves; only the test environment's command plays both, and says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from kernel.country_time import VIETNAM
from portal.accounts import policy
from portal.accounts.cutover import Code
from portal.accounts.models_policy import PolicyHolder
from portal.campaign import cli, law
from portal.campaign.models import PolicyProposal
from portal.config import CONFIG

pytestmark = pytest.mark.django_db
JUNE = datetime(2024, 6, 20, tzinfo=VIETNAM)


def test_seed_issues_the_law_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.seed() == 0
    assert cli.seed() == 0
    said = capsys.readouterr().out
    assert "version 1 issued from the law" in said
    assert "a policy is there already" in said
    assert cli.show() == 0
    assert "citizen/default: until 2024-07-01 00:00 (Nghị định số 59/2022/NĐ-CP)" in capsys.readouterr().out


def test_propose_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    law.seed()
    assert cli.propose_dates(["citizen"], JUNE, "Nghị định số 59/2022/NĐ-CP", "sớm hơn mười ngày") == 0
    made = PolicyProposal.objects.get()
    assert str(made.pk) in capsys.readouterr().out
    assert made.proposed_by.startswith("command:")
    assert policy.judge("citizen").legal_date == law.INDIVIDUALS_END.date()


def test_sandbox_cutover_plays_both_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    law.seed()
    assert cli.sandbox_cutover(["citizen", "official"], None) == 0
    assert "plays both" in capsys.readouterr().out
    assert policy.judge("citizen").code is Code.CUTOFF_PASSED
    assert policy.judge("organisation").allowed


@pytest.mark.parametrize(
    "changes", [{"test_environment": False}, {"origin": "https://dichvucong.example"}, {"role": "province"}]
)
def test_outside_a_test_environment_it_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], changes: dict[str, object]
) -> None:
    law.seed()
    monkeypatch.setattr(cli, "CONFIG", replace(CONFIG, **changes))  # type: ignore[arg-type]
    assert cli.sandbox_cutover(["citizen"], None) == 1
    assert "only in a test environment" in capsys.readouterr().err
    assert policy.judge("citizen").allowed


def test_it_waits_for_every_portal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    law.seed()
    PolicyHolder.objects.create(name="quangtri", origin="http://quangtri.localhost:1")
    monkeypatch.setattr(cli, "SANDBOX_WAIT_SECONDS", 0.3)
    assert cli.sandbox_cutover(["citizen"], None) == 1
    assert "still waits for quangtri" in capsys.readouterr().err
    assert policy.judge("citizen").code is Code.POLICY_STALE
