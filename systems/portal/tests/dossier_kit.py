"""What the tests of dossiers, desk and duty share: a seeded catalogue, a filled draft, officials, small files.

A test module that wants the fixture `registry` says `pytest_plugins = ["dossier_fixtures"]`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pikepdf
from django.test import Client
from PIL import Image

from conftest import login_eid, make_identity
from kernel import country_time
from portal.accounts import sessions
from portal.accounts.duty.models import DutyGrant
from portal.accounts.models import Profile
from portal.catalogue.models import Office
from portal.catalogue.seed import seed
from portal.dossiers.models import Dossier, Draft
from portal.eid_login.identity import VerifiedIdentity

POLICE = "000.00.01.H50"
PROCEDURE = "1.004194"

ANSWERS = {
    "nguoi-dang-ky": {"permanent_residence": "Thôn 2, xã Tân Thành", "phone": "0905000123"},
    "noi-tam-tru": {"commune": "19456", "address_line": "Số 12, thôn 4", "until": "03/5/2026"},
    "ho-gia-dinh": {"household": "existing"},
    "chu-ho": {
        "head_full_name": "Lê Quang Huy",
        "head_personal_id": "045085000999",
        "head_relation": "other",
        "consent_channel": "eid",
    },
    "nguoi-cung-dang-ky": {"members": ""},
    "giay-to": {},
    "nhan-ket-qua": {"result_channel": "store"},
}


class Registry:
    """The population register over HTTP, told an address and who lives together; `down`: it does not answer."""

    def __init__(self, desk: Any) -> None:
        self._desk, self._plain = desk, desk.handle
        self.residence: dict[str, str] | None = {
            "unit_code": "19456",
            "unit_name": "xã Tân Thành, huyện Hướng Hóa, tỉnh Quảng Trị",
            "line": "Thôn 2",
        }
        self.same_household = False
        self.questions: list[str] = []

    def down(self) -> None:
        """From now on no answer."""
        self._desk.down = True

    def up(self) -> None:
        """Answers again."""
        self._desk.down = False

    def says(self, overall: str, **fields: str) -> None:
        """What `verify` answers."""
        self._desk.says(overall, **fields)

    def handle(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        """One HTTP question."""
        self.questions.append(path)
        if not self._desk.down and path == "/npd/v1/lookup":
            assert json.loads(body)["purpose"]["procedure_code"] == PROCEDURE
            return 200, {"values": {"permanent_residence": self.residence} if self.residence else {}}
        if not self._desk.down and path == "/npd/v1/same-household":
            return 200, {"same_household": self.same_household}
        answer: tuple[int, Any] = self._plain(method, path, headers, body)
        return answer


def seed_catalogue(*, desk_here: bool = True) -> None:
    """The shipped catalogue; `desk_here`: the offices work at this portal, as at the province."""
    seed()
    if desk_here:
        Office.objects.update(peer="")


def begin(client: Client) -> Draft:
    """Start the form of 1.004194 in this browser."""
    answer = client.post(f"/thu-tuc/{PROCEDURE}/nop")
    assert answer.status_code == 302
    return Draft.objects.get(pk=UUID(answer.headers["Location"].split("/")[3]))


def fill(client: Client, draft: Draft, **changes: dict[str, str]) -> None:
    """Post every page of the form with made-up answers."""
    locked = draft.locked()
    for step, values in (ANSWERS | changes).items():
        values = {key: value for key, value in values.items() if key not in locked}
        answer = client.post(f"/ho-so/ban-nhap/{draft.pk}/{step}", values)
        assert answer.status_code == 302, step


def submit(client: Client, draft: Draft) -> Dossier:
    """Press "submit" and come to the receipt."""
    answer = client.post(f"/ho-so/ban-nhap/{draft.pk}/kiem-tra", {"declared": "yes"})
    assert answer.status_code == 302
    return Dossier.objects.get(pk=UUID(answer.headers["Location"].split("/")[2]))


def file_dossier(client: Client, **changes: dict[str, str]) -> Dossier:
    """A submitted dossier of the person who is signed in."""
    draft = begin(client)
    fill(client, draft, **changes)
    return submit(client, draft)


def grant_role(identity: VerifiedIdentity, role: str = "reception_officer", **facts: Any) -> DutyGrant:
    """A role in the duty table that counts, as if two administrators had made it."""
    values = {
        "personal_id": identity.personal_id,
        "full_name": identity.full_name,
        "agency": "H50",
        "office": POLICE,
        "position": "Cán bộ tiếp nhận",
        "role": role,
        "valid_from": country_time.today(),
        "proposed_at": country_time.now(),
        "approved_at": country_time.now(),
        "bootstrapped": True,
    }
    return DutyGrant.objects.create(**(values | facts))


def choose_role(client: Client, grant: DutyGrant) -> None:
    """Choose the role on the page, as an official does after sign-in."""
    answer = client.post("/cong-vu", {"grant": str(grant.pk)})
    assert answer.status_code == 302


def acting(grant: DutyGrant, login: sessions.LoginRecord) -> Any:
    """The official as the acts see him."""
    from portal.accounts.duty.access import Acting

    return Acting(
        grant.pk, grant.agency, grant.office, grant.role, grant.full_name, grant.position, login.profile_id, login
    )


def officer_browser(
    browser: Callable[[], Client], role: str = "reception_officer", **facts: Any
) -> tuple[Client, DutyGrant]:
    """A browser in which an official is at work; `personal_id=`, `full_name=`, `office=` as needed."""
    number = facts.pop("personal_id", "045189000305")
    who = make_identity(personal_id=number, full_name=facts.pop("full_name", "Bùi Thị Ngọc"), birth_date="1989-08-28")
    client = browser()
    login_eid(client, who)
    grant = grant_role(who, role, **facts)
    choose_role(client, grant)
    return client, grant


def pdf(pages: int = 1) -> bytes:
    """A small real PDF."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 180, 160)).save(out, kind)
    return out.getvalue()


def owner_of(login: sessions.LoginRecord) -> Profile:
    """The profile behind a login."""
    return Profile.objects.get(pk=login.profile_id)
