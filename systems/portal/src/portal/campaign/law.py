"""The dates as the law gives them, and the first version of the policy."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kernel.country_time import VIETNAM
from portal.accounts import policy_issue, policy_store
from portal.accounts.cutover import DEFAULT_COHORT, PolicyDocument, Rule
from portal.accounts.models_policy import PolicyVersion

INDIVIDUALS_END = datetime(2024, 7, 1, tzinfo=VIETNAM)
ORGANISATIONS_END = datetime(2025, 7, 1, tzinfo=VIETNAM)
LAW_RULES = (
    Rule("citizen", DEFAULT_COHORT, INDIVIDUALS_END, "Nghị định số 59/2022/NĐ-CP"),
    Rule("official", DEFAULT_COHORT, INDIVIDUALS_END, "Nghị định số 59/2022/NĐ-CP"),
    Rule("organisation", DEFAULT_COHORT, ORGANISATIONS_END, "Nghị định số 69/2024/NĐ-CP, Điều 40 khoản 4"),
)
THE_LAW = "law"


def seed() -> PolicyDocument | None:
    """Issue version 1 from the law itself; None when a policy is there already. No person decides anything here."""
    with transaction.atomic():
        policy_store.own_store()
        if PolicyVersion.objects.exists():
            return None
        reason = "Ngày do pháp luật quy định, ghi nhận khi cài đặt Cổng."
        return policy_issue.issue(LAW_RULES, reason=reason, proposed_by=THE_LAW, approved_by=THE_LAW)
