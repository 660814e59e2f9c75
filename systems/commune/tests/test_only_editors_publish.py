"""An editor writes, publishes and takes down; anybody else, and anything else, is refused."""

import pytest
from django.contrib.auth.models import Permission
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from commune.news.models import ArticlePage, Category, NewsIndexPage
from commune.schedule.models import ScheduleItem


def article_form(title, action="action-publish"):
    data = {
        "title": title,
        "slug": "tin-moi-cua-bien-tap",
        "published_at": "2024-05-04 14:40",
        "category": Category.objects.get(name="Tin hoạt động của xã").pk,
        "summary": "Tóm tắt",
        "body": streamfield([("paragraph", rich_text("<p>Nội dung <b>mới</b></p>"))]),
        "deadline_portal": "national",
        action: "1",
    }
    names = "source source_note legacy_id archived_commune archived_district legal_date before_text before_link"
    return nested_form_data(data | dict.fromkeys([*names.split(), "after_text", "after_link"], ""))


def add_address():
    return f"/quan-tri/pages/add/news/articlepage/{NewsIndexPage.objects.get().pk}/"


def test_editor_publishes_and_readers_see_it_at_once(editor, reader):
    assert "Tin của biên tập viên" not in reader.get("/tin-tuc/").content.decode()
    response = editor.post(add_address(), article_form("Tin của biên tập viên"))
    assert response.status_code == 302, response.context["form"].errors
    page = ArticlePage.objects.get(title="Tin của biên tập viên")
    assert page.live
    assert "Tin của biên tập viên" in reader.get("/tin-tuc/").content.decode()
    assert "14:40, Thứ Bảy, 4-5-2024" in reader.get(page.url).content.decode().replace('<span class="mc-nowrap">', "")


def test_editor_keeps_a_draft(editor, reader):
    editor.post(add_address(), article_form("Tin còn nháp", action="save"))
    page = ArticlePage.objects.get(title="Tin còn nháp")
    assert not page.live
    assert reader.get(page.url).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/quan-tri/",
        "/quan-tri/pages/",
        "/quan-tri/users/",
        "/quan-tri/snippets/schedule/scheduleitem/add/",
        "/quan-tri/documents/",
    ],
)
def test_a_stranger_is_sent_to_the_door(reader, address):
    response = reader.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/quan-tri/login/")


def test_a_stranger_cannot_publish(reader):
    response = reader.post(add_address(), article_form("Tin lạ"))
    assert response.headers["Location"].startswith("/quan-tri/login/")
    assert not ArticlePage.objects.filter(title="Tin lạ").exists()


def test_editor_plans_and_publishes_the_schedule(editor, reader):
    form = {
        "day": "2024-05-08",
        "session": "afternoon",
        "starts_at": "15:00",
        "content": "Kiểm tra vệ sinh",
        **dict.fromkeys(["place", "chair", "participants", "preparing_unit"], ""),
        "action-publish": "1",
    }
    assert editor.post("/quan-tri/snippets/schedule/scheduleitem/add/", form).status_code == 302
    assert ScheduleItem.objects.get(content="Kiểm tra vệ sinh").live
    assert "Kiểm tra vệ sinh" in reader.get("/").content.decode()


@pytest.mark.parametrize("kind", ["notices/noticepage/thong-bao", "invitations/invitationpage/giay-moi"])
def test_editor_may_write_notices_and_invitations(editor, kind):
    from wagtail.models import Page

    app, model, slug = kind.split("/")
    parent = Page.objects.get(slug=slug)
    assert editor.get(f"/quan-tri/pages/add/{app}/{model}/{parent.pk}/").status_code == 200


@pytest.mark.parametrize("address", ["/quan-tri/users/", "/quan-tri/groups/", "/quan-tri/sites/", "/quan-tri/locales/"])
def test_editor_cannot_change_who_may_do_what(editor, address):
    response = editor.get(address)
    assert response.status_code in {302, 403, 404}


def test_editor_has_no_permission_besides_the_listed(editor):
    from commune.editors.models import Editor

    names = {p.codename for p in Permission.objects.filter(group__user__username="bientap")}
    assert names == {
        "access_admin", "add_category", "change_category", "add_scheduleitem", "change_scheduleitem",
        "delete_scheduleitem", "publish_scheduleitem",
    }  # fmt: skip
    account = Editor.objects.get(username="bientap")
    assert not account.is_superuser
    assert not account.is_staff


def test_forms_without_protection_token_are_refused(editor):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, headers={"host": "tanthanh.localhost:8605"})
    strict.cookies = editor.cookies
    assert strict.post(add_address(), article_form("Tin giả mạo")).status_code == 403
    assert not ArticlePage.objects.filter(title="Tin giả mạo").exists()
