"""Promise: whatever is filed, supplemented, decided or withdrawn between link and undo, what the link moved returns
byte-equal to its snapshot, and nothing that happened since is lost or changed.

Seeded runs over the real acts and the real database; `./motcua prove undo` does 20,000 of them
(`MOTCUA_PROOF_RUNS`, `MOTCUA_PROOF_SEED`). Each run is rolled back.
"""

from __future__ import annotations

import os
import random
import time
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from portal_walks import matched_account
from test_undo_is_exact import link_now, undo_now

from conftest import make_identity
from kernel import country_time
from portal.accounts import holdings
from portal.accounts.actions import freeze, undo, unfreeze
from portal.accounts.models import AccountLink, LedgerEntry, PendingNotice, PortalAccount, Profile
from portal.accounts.sessions import LoginRecord
from portal.dossiers import events
from portal.dossiers.actions.supplement import supplement
from portal.dossiers.actions.withdraw import withdraw
from portal.dossiers.models import Dossier, DossierEvent, Origin
from portal.dossiers.standing import ActNotPossible
from portal.dossiers.states import Act, ActRefused, State
from portal.dossiers.transition import By, locked, move
from portal.store.models import Document, Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july", "register_desk")]
RUNS = int(os.environ.get("MOTCUA_PROOF_RUNS", "10"))
SEED = int(os.environ.get("MOTCUA_PROOF_SEED", "1"))
OFFICER_ACTS = (Act.ACCEPT, Act.REQUEST_SUPPLEMENT, Act.START, Act.COMPLETE, Act.REFUSE, Act.REFUSE_RECEPTION)
ROLES = ("reception_officer", "processing_officer", "approver")


def a_dossier(owner: Any, r: random.Random) -> Dossier:
    dossier = Dossier.objects.create(
        profile_id=owner,
        code=f"000.00.01.H50-240504-{uuid4().hex[:10]}",
        procedure_code="1.004194",
        office_code="000.00.01.H50",
        origin=Origin.HERE,
        submitted_at=country_time.now(),
        state=r.choice((State.SUBMITTED, State.SUBMITTED, State.ACCEPTED, State.PROCESSING)),
    )
    events.append(dossier, "submit", actor="citizen", at=country_time.now())
    return dossier


def a_paper(owner: Any, r: random.Random) -> Document:
    sha = f"{r.getrandbits(256):064x}"
    return Document.objects.create(
        profile_id=owner, name="giấy.pdf", sha256=sha, source=Source.OLD_ACCOUNT, added_at=country_time.now()
    )


def facts_of(dossier: Dossier) -> tuple[Any, ...]:
    """Everything about a dossier that an undo must leave alone."""
    row = Dossier.objects.values("code", "state", "submitted_at", "answers", "applicant", "decided_at").get(
        pk=dossier.pk
    )
    told = list(DossierEvent.objects.filter(dossier=dossier).order_by("seq").values_list("seq", "act", "actor", "at"))
    return tuple(sorted((k, str(v)) for k, v in row.items())), tuple(told)


class Life:
    """One account, linked and lived with."""

    def __init__(self, r: random.Random) -> None:
        self.r = r
        self.account = matched_account()
        for _ in range(r.randint(0, 3)):
            a_dossier(self.account.profile_id, r)
        for _ in range(r.randint(0, 3)):
            a_paper(self.account.profile_id, r)
        self.before = holdings.snapshot(self.account.profile_id)
        self.who = make_identity(personal_id=self.account.personal_id)
        assert link_now(self.account, self.who).decision.allowed
        self.link = AccountLink.objects.get(portal_account=self.account, undone_at=None)
        self.person: Profile = self.link.profile
        now = int(time.time())
        self.login = LoginRecord(
            "eid", now, self.who.acr, self.who.amr, "sid", self.who.issuer, self.who.sub, self.person.pk
        )

    def live(self) -> None:
        """Three to nine things happen; what the rules refuse is simply not done."""
        for _ in range(self.r.randint(3, 9)):
            act = self.r.choice((self.file, self.paper, self.officer, self.officer, self.supplement, self.withdraw))
            try:
                with transaction.atomic():
                    act()
            except (ActRefused, ActNotPossible):
                continue

    def file(self) -> None:
        a_dossier(self.person.pk, self.r)

    def paper(self) -> None:
        a_paper(self.person.pk, self.r)

    def any_dossier(self) -> Dossier:
        mine = list(Dossier.objects.filter(profile=self.person).order_by("code").values_list("pk", flat=True))
        if not mine:
            raise ActNotPossible("NONE")
        return locked(self.r.choice(mine))

    def officer(self) -> None:
        by = By(self.r.choice(ROLES), "duty:x", "000.00.01.H50", "Bùi Thị Ngọc")
        move(self.any_dossier(), self.r.choice(OFFICER_ACTS), by, reason="Thiếu giấy tờ.", legal_ground="Điều 21")

    def supplement(self) -> None:
        supplement(self.any_dossier().pk, self.person, self.login, message="Bổ sung.", uploads=[])

    def withdraw(self) -> None:
        withdraw(self.any_dossier().pk, self.person, self.login, reason="Không cần nữa.")

    def undo(self) -> None:
        """By the owner, or by two officers after a freeze."""
        if self.r.random() < 0.3:
            sms = [n.text for n in PendingNotice.objects.filter(channel="sms") if "/dong-bang/" in n.text][-1]
            assert freeze.execute(sms.rsplit("/dong-bang/", 1)[1].split()[0]) == ""
            assert undo_now(self.link, self.who) == "ACCOUNT_FROZEN"
            if self.r.random() < 0.5:
                assert undo.by_officers(self.link.pk, uuid4(), uuid4(), "lý do").refused == ""
                return
            assert unfreeze.by_officers(self.account.pk, uuid4(), uuid4(), "lý do") == ""
        assert undo_now(self.link, self.who) == ""


def one_run(seed: int) -> None:
    """Link, live, undo, compare."""
    life = Life(random.Random(seed))
    life.live()
    dossiers = {d.pk: (facts_of(d), d) for d in Dossier.objects.filter(profile=life.person)}
    moved = {h.pk for h in life.before}
    since = {str(pk) for pk in dossiers} - moved
    papers_since = {str(pk) for pk in Document.objects.filter(profile=life.person).values_list("pk", flat=True)} - moved
    life.undo()
    assert holdings.snapshot(life.account.profile_id) == life.before, f"seed {seed}: not byte-equal"
    assert holdings.digest(life.before) == life.link.snapshot_hash
    for facts, dossier in dossiers.values():
        assert facts_of(dossier) == facts, f"seed {seed}: history was rewritten"
    left = {str(pk) for pk in Dossier.objects.filter(profile=life.person).values_list("pk", flat=True)}
    assert left == since, f"seed {seed}: what was filed since did not stay"
    papers = {str(pk) for pk in Document.objects.filter(profile=life.person).values_list("pk", flat=True)}
    assert papers == papers_since
    account = PortalAccount.objects.get(pk=life.account.pk)
    assert (account.state, account.password_hash) == ("open", "")
    unexplained = LedgerEntry.objects.filter(
        account=account, because="unexplained", from_state__in=("linked", "frozen")
    )
    assert not unexplained.exists()


@pytest.mark.parametrize("block", range(5))
def test_what_the_link_moved_returns_and_what_happened_since_stays(block: int) -> None:
    for n in range(block, RUNS, 5):
        with transaction.atomic():
            one_run(SEED * 1_000_000 + n)
            transaction.set_rollback(True)
