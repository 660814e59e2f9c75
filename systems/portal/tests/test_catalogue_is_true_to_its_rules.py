"""The catalogue: every question has a legal basis, conditions look back only, versions are frozen, search forgives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kernel.dossier_code import is_procedure_code
from portal.catalogue import seed as seeding
from portal.catalogue.answers import AnswerError, incomplete_steps, judge_one, read_date, relevant
from portal.catalogue.form import FormDefinitionError, read_form
from portal.catalogue.models import Office, ProcedureVersion
from portal.catalogue.offices import communes_served, office_for
from portal.catalogue.search import search, version_in_force
from portal.catalogue.seed import VersionChanged, definitions, seed

DEFINITIONS = list(definitions())
RESIDENCE = next(d for d in DEFINITIONS if d["code"] == "1.004194")
FORM = read_form(RESIDENCE["form"])
TODAY = date(2024, 5, 4)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda d: d["code"])
def test_every_procedure_states_its_facts_in_both_languages(definition: dict[str, Any]) -> None:
    assert is_procedure_code(definition["code"])
    for key in ("name", "sector", "authority", "time", "fee"):
        assert definition[key]["vi"]
        assert definition[key]["en"]
    assert definition["legal_basis"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"legal_basis": ""}, "no legal basis"),
        ({"kind": "colour"}, "unknown kind"),
        ({"locked": True}, "only a prefilled field"),
        ({"show_if": [{"field": "later", "in": ["x"]}]}, "may only look back"),
        ({"label": {"vi": "Chỉ tiếng Việt"}}, "both languages"),
        ({"choices": [{"value": "a", "label": {"vi": "a", "en": "a"}}]}, "a choice needs choices"),
    ],
)
def test_a_definition_that_breaks_a_rule_is_refused(change: dict[str, Any], fault: str) -> None:
    words = {"vi": "x", "en": "x"}
    field = {"id": "a", "kind": "text", "label": words, "legal_basis": "Luật"} | change
    step = {"id": "s", "title": words, "question": words, "why": words, "fields": [field]}
    with pytest.raises(FormDefinitionError, match=fault):
        read_form({"steps": [step], "declaration": words})


def test_a_choice_on_an_abandoned_page_asks_for_no_paper() -> None:
    answers = {"household": "new", "consent_channel": "paper"}  # the page of the head of the household was left
    asked = {question.id for step in FORM.visible(answers) for question in step.fields}
    assert "consent_paper" not in asked
    assert "consent_paper" in {
        question.id for step in FORM.visible(answers | {"household": "existing"}) for question in step.fields
    }


@given(
    st.dictionaries(
        st.sampled_from([f.id for f in FORM.fields()]),
        st.sampled_from(["existing", "new", "lodging", "eid", "paper", "", "x"]),
    )
)
def test_an_abandoned_branch_decides_nothing(answers: dict[str, str]) -> None:
    kept = relevant(FORM, answers)
    assert FORM.visible(kept) == FORM.visible(answers)
    assert relevant(FORM, kept) == kept
    if answers.get("household") != "existing":
        assert "head_full_name" not in kept
        assert all(step.id != "chu-ho" for step in FORM.visible(answers))


@given(st.text(max_size=60))
def test_any_typed_text_is_judged_and_never_crashes(text: str) -> None:
    for question in FORM.fields():
        if question.kind != "file":
            value, error = judge_one(question, text, today=TODAY, communes={"19456"})
            again, same = judge_one(question, value, today=TODAY, communes={"19456"})
            assert error is not None or (again, same) == (value, None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("03/5/2026", date(2026, 5, 3)),
        ("3-5-2026", date(2026, 5, 3)),
        ("2026-05-03", date(2026, 5, 3)),
        ("０３/５/２０２６", date(2026, 5, 3)),
        ("31/2/2026", None),
        ("3/5/26", None),
        ("mai", None),
        ("", None),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, day: date | None) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("field", "text", "error"),
    [
        ("head_personal_id", "04508500099", AnswerError.PERSONAL_ID_FORMAT),
        ("head_personal_id", "0450850009999", AnswerError.PERSONAL_ID_FORMAT),
        ("head_personal_id", "０４５０８５０００９９９", None),
        ("head_full_name", "Leˆ Quang Huy 2", AnswerError.NAME_FORMAT),
        ("head_full_name", "Le\u0302 Quang Huy", None),  # NFD
        ("until", "04/5/2024", AnswerError.DATE_PAST),
        ("until", "05/5/2026", AnswerError.DATE_TOO_FAR),
        ("commune", "99999", AnswerError.CHOICE),
        ("phone", "12345", AnswerError.PHONE_FORMAT),
    ],
)
def test_wrong_answers_are_named(field: str, text: str, error: AnswerError | None) -> None:
    question = FORM.field(field)
    assert question is not None
    value, found = judge_one(question, text, today=TODAY, communes={"19456"})
    assert found is error
    if field == "head_full_name" and error is None:
        assert value == "Lê Quang Huy"


def test_a_file_that_is_needed_is_missed_only_where_it_is_asked() -> None:
    answers = {"household": "new", "owner_full_name": "Lê Quang Huy", "dwelling_ground": "rented"}
    missing = incomplete_steps(FORM, answers, locked={}, files=(), today=TODAY)
    assert "giay-to" in {step.id for step in missing}
    with_file = incomplete_steps(FORM, answers, locked={}, files={"dwelling_proof"}, today=TODAY)
    assert "giay-to" not in {step.id for step in with_file}


@pytest.mark.django_db
class TestSeeded:
    """The catalogue in the database."""

    def test_seeding_twice_changes_nothing_and_a_changed_version_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, offices = seed()
        assert (first, offices) == (len(DEFINITIONS), Office.objects.count())
        assert seed()[0] == 0
        bent = {**RESIDENCE, "fee_online": 1}
        monkeypatch.setattr(seeding, "definitions", lambda: iter([bent]))
        with pytest.raises(VersionChanged):
            seed()

    def test_a_published_version_is_frozen_by_the_database(self) -> None:
        seed()
        with pytest.raises(DatabaseError), transaction.atomic():
            ProcedureVersion.objects.filter(procedure_id="1.004194").update(number=7)

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            ("đăng ký tạm trú", "1.004194"),
            ("dang ky tam tru", "1.004194"),
            ("1.004194", "1.004194"),
            ("kt3 thuê nhà", "1.004194"),
            ("tam tr", "1.004194"),
            ("xin giấy xác nhận độc thân", "1.004873"),
            ("con mới sinh", "1.001193"),
            ("temporary residence", "1.004194"),
        ],
    )
    def test_search_forgives(self, words: str, code: str) -> None:
        seed()
        assert code in [version.procedure_id for version in search(words)[:3]]

    def test_exact_accents_come_first(self) -> None:
        seed()
        assert search("khai tử")[0].procedure_id == "1.000656"

    @pytest.mark.parametrize("words", ["'", "a' | 'b", "& | !", "%_\\", "()" * 40, "\x00", "🙂"])
    def test_odd_words_find_nothing_and_break_nothing(self, words: str, client: Client) -> None:
        seed()
        assert client.get("/thu-tuc", {"q": words}).status_code == 200

    def test_law_in_force_depends_on_the_countrys_day(self, country_date: Callable[[str], None]) -> None:
        seed()
        assert version_in_force("1.014027") is None
        assert "19456" in communes_served("1.004194")
        country_date("2025-07-01T00:00:00+07:00")
        assert version_in_force("1.014027") is not None
        assert "19456" not in communes_served("1.004194")
        office = office_for("1.004194", "19432")
        assert office is not None
        assert office.name("vi") == "Công an xã Lao Bảo"

    def test_vietnamese_names_of_laws_and_places_say_their_language(self, client: Client) -> None:
        seed()
        page = client.get("/thu-tuc/1.004194?lang=en").content.decode()
        assert '<li lang="vi">Luật Cư trú' in page
        assert '<li lang="vi">Xã Tân Thành' in page

    def test_both_languages_are_whole(self, client: Client) -> None:
        seed()
        english = client.get("/thu-tuc/1.004194", {"lang": "en"}).content.decode()
        assert "Register temporary residence" in english
        assert "File online" in english
        assert "Nộp trực tuyến" not in english
        assert "Nộp trực tuyến" in client.get("/thu-tuc/1.004194", {"lang": "vi"}).content.decode()

    def test_pages_show_what_can_be_filed(self, client: Client) -> None:
        seed()
        assert "Nộp trực tuyến" in client.get("/thu-tuc/1.004194").content.decode()
        assert "nộp tại quầy" in client.get("/thu-tuc/1.000894").content.decode()
        assert client.get("/thu-tuc/9.999999").status_code == 404
        assert client.post("/thu-tuc/1.000894/nop").status_code in (302, 404)
