"""What the state vouches for cannot be changed by the form: a changed prefilled field is refused by name."""

from __future__ import annotations

import dossier_kit as kit
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from conftest import login_eid, make_account
from kernel import country_time
from portal.catalogue.answers import AnswerError, judge_step, tidy
from portal.catalogue.form import read_form
from portal.catalogue.seed import definitions
from portal.dossiers.models import Draft

pytest_plugins = ["dossier_fixtures"]
FORM = read_form(next(d for d in definitions() if d["code"] == kit.PROCEDURE)["form"])
FIRST = FORM.steps[0]
LOCKED = {
    "full_name": "Hồ Thị Mỹ Duyên",
    "personal_id": "045185000123",
    "birth_date": "1985-02-12",
    "permanent_residence": "Thôn 2, xã Tân Thành",
}


@given(key=st.sampled_from(sorted(LOCKED)), value=st.text(max_size=40))
def test_any_other_value_is_refused(key: str, value: str) -> None:
    judged = judge_step(
        FIRST, {key: value, "phone": "0905000123"}, answers={}, locked=LOCKED, today=country_time.today()
    )
    changed = tidy(value) != LOCKED[key]
    assert (judged.errors.get(key) is AnswerError.LOCKED_CHANGED) is changed
    assert judged.tampered == ((key,) if changed else ())
    assert key not in judged.answers


@pytest.mark.django_db
@pytest.mark.usefixtures("registry")
def test_changed_prefilled_field_is_refused_by_name(client: Client) -> None:
    kit.seed_catalogue()
    login_eid(client)
    draft = kit.begin(client)
    answer = client.post(
        f"/ho-so/ban-nhap/{draft.pk}/nguoi-dang-ky", {"full_name": "Hồ Thị Khác", "phone": "0905000123"}
    )
    assert answer.status_code == 400
    assert "“Họ và tên”" in answer.content.decode()
    kit.fill(client, draft)
    dossier = kit.submit(client, draft)
    assert dossier.who["full_name"] == "Hồ Thị Mỹ Duyên"
    assert "full_name" not in dossier.read_answers()


@pytest.mark.django_db
@pytest.mark.usefixtures("registry")
def test_locked_values_are_no_inputs_and_name_their_source(client: Client) -> None:
    kit.seed_catalogue()
    login_eid(client)
    draft = kit.begin(client)
    page = client.get(f"/ho-so/ban-nhap/{draft.pk}/nguoi-dang-ky").content.decode()
    for key in LOCKED:
        assert f'name="{key}"' not in page
    assert "Cơ sở dữ liệu quốc gia về dân cư" in page
    assert "Thôn 2, xã Tân Thành, huyện Hướng Hóa, tỉnh Quảng Trị" in page


@pytest.mark.django_db
@pytest.mark.usefixtures("policy_until_july")
def test_an_old_account_that_nobody_vouches_for_types_its_data_and_asks_the_register_nothing(
    client: Client, registry: kit.Registry
) -> None:
    from conftest import login_old

    kit.seed_catalogue()
    login_old(client, make_account())
    draft = kit.begin(client)
    assert draft.locked() == {}
    assert "/npd/v1/lookup" not in registry.questions
    assert 'name="full_name"' in client.get(f"/ho-so/ban-nhap/{draft.pk}/nguoi-dang-ky").content.decode()


@pytest.mark.django_db
def test_two_starts_are_one_draft(client: Client, registry: kit.Registry) -> None:
    kit.seed_catalogue()
    login_eid(client)
    assert kit.begin(client) == kit.begin(client)
    assert Draft.objects.count() == 1
    assert registry.questions.count("/npd/v1/lookup") == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("registry")
def test_the_reason_to_ask_the_register_ends_with_the_draft(client: Client) -> None:
    kit.seed_catalogue()
    login_eid(client)
    draft = kit.begin(client)
    closing = ProcrastinateJob.objects.filter(task_name="dossiers.close_reference", args={"ref": str(draft.pk)})
    assert closing.count() == 0
    client.post(f"/ho-so/ban-nhap/{draft.pk}/bo")
    assert closing.count() == 1
    assert Draft.objects.count() == 0
