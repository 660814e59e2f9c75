"""Promise: a dossier filed at the national portal reaches the province whole and once, and its news come back."""

from __future__ import annotations

import time
from typing import Any

FILE_IT = """
import io, json, secrets, time
from datetime import UTC, datetime
import pikepdf
from portal.accounts.models import Profile
from portal.accounts.sessions import LoginRecord
from portal.catalogue.search import version_in_force
from portal.catalogue.seed import seed
from portal.dossiers.actions.attach_file import attach_file
from portal.dossiers.actions.submit import submit
from portal.dossiers.models import Draft
from kernel import country_time

seed()
who = Profile.objects.create(
    full_name="Hồ Thị Mỹ Duyên", display_name="Hồ Thị Mỹ Duyên", personal_id=number, birth_date="1985-02-12"
)
login = LoginRecord(
    how="eid", auth_time=int(time.time()), acr="urn:motcua:acr:eid2", amr=("pwd", "otp"), sid="s", issuer="i",
    sub=number, profile_id=who.pk,
)
vouched = {
    key: {"value": value, "by": "eid", "at": country_time.now().isoformat()}
    for key, value in (("full_name", who.full_name), ("personal_id", number), ("birth_date", "1985-02-12"))
}
answers = {
    "permanent_residence": "Thôn 2", "phone": "0905000123", "commune": "19456", "address_line": "Số 12, thôn 4",
    "until": "2026-05-03", "household": "new", "owner_full_name": "Lê Quang Huy", "dwelling_ground": "rented",
    "members": "", "result_channel": "store",
}
now = country_time.now()
draft = Draft.objects.create(
    profile=who, version=version_in_force("1.004194"), answers=json.dumps(answers), vouched=json.dumps(vouched),
    started_at=now, saved_at=now,
)
paper = pikepdf.new()
paper.add_blank_page()
paper.Root.Noise = paper.make_stream(secrets.token_bytes(400_000))  # so that it travels in several parts
out = io.BytesIO()
paper.save(out)
attach_file(draft.pk, who.pk, login, "dwelling_proof", name="Hợp đồng.pdf", content=out.getvalue())
answer = str(submit(draft.pk, who.pk, login, declared=True).dossier.pk)
"""
SEE_IT = """
from portal.dossiers.models import Dossier
found = Dossier.objects.get(pk=pk)
answer = [found.code, found.state, found.files.get().stored.sha256, [e.officer for e in found.events.all()]]
"""
AT_THE_DESK = """
from portal.dossiers.models import Dossier
from portal.store import vault
answer = [
    [d.code, d.state, d.who["full_name"], vault.take(d.files.get().stored)[:5].decode(), d.files.get().stored.sha256]
    for d in Dossier.objects.filter(origin="received").order_by("submitted_at")
]
"""
ACCEPT = """
from django.db import transaction
from portal.dossiers.models import Dossier
from portal.dossiers.states import Act
from portal.dossiers.transition import By, locked, move
with transaction.atomic():
    dossier = locked(Dossier.objects.get(code=given_code).pk)
    move(dossier, Act.ACCEPT, By("reception_officer", "duty:x", "000.00.01.H50", "Bùi Thị Ngọc"))
answer = True
"""
SEED = "from portal.catalogue.seed import seed; seed(); answer = True"


def _until(look: Any, wanted: Any, seconds: float = 60) -> Any:
    """What `look` answers once `wanted` says yes to it."""
    end = time.monotonic() + seconds
    while not wanted(answer := look()):
        assert time.monotonic() < end, answer
        time.sleep(0.5)
    return answer


def test_filed_handed_over_accepted_and_told(pair: Any) -> None:
    pair.province.inside(SEED)
    pk = pair.national.inside(FILE_IT, number="045185000777")
    code, state, sha256, _officers = _until(lambda: pair.national.inside(SEE_IT, pk=pk), lambda said: said[0])
    ((there, its_state, name, head, its_sha256),) = pair.province.inside(AT_THE_DESK)
    assert (there, its_state, state) == (code, "submitted", "submitted")
    assert (name, head, its_sha256) == ("Hồ Thị Mỹ Duyên", "%PDF-", sha256)
    pair.province.inside(ACCEPT, given_code=code)
    _code, _state, _sha, officers = _until(
        lambda: pair.national.inside(SEE_IT, pk=pk), lambda said: said[1] == "accepted"
    )
    assert "Bùi Thị Ngọc" in officers


def test_a_province_that_was_away_gets_it_later_and_once(pair: Any) -> None:
    pair.province.inside(SEED)
    before = len(pair.province.inside(AT_THE_DESK))
    with pair.province.away():
        pk = pair.national.inside(FILE_IT, number="045185000778")
        time.sleep(2)
        assert pair.national.inside(SEE_IT, pk=pk)[0] is None
    code = _until(lambda: pair.national.inside(SEE_IT, pk=pk), lambda said: said[0], seconds=90)[0]
    received = pair.province.inside(AT_THE_DESK)
    assert len(received) == before + 1
    assert [row[0] for row in received].count(code) == 1
