"""What editors may do: write, publish and take down everything under the home page, and the schedule. Nothing else."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.documents.models import Document
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from commune.news.models import Category
from commune.schedule.models import ScheduleItem

NAME = "Biên tập viên"
PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page")


def ensure_group(home: Page) -> Group:
    """The editors' group with its permissions; made or completed, never narrowed."""
    group, _ = Group.objects.get_or_create(name=NAME)
    granted = [Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")]
    for model, verbs in ((ScheduleItem, ("add", "change", "delete", "publish")), (Category, ("add", "change"))):
        codenames = [f"{verb}_{model._meta.model_name}" for verb in verbs]
        content_type = ContentType.objects.get_for_model(model)
        granted += Permission.objects.filter(content_type=content_type, codename__in=codenames)
    group.permissions.add(*granted)
    pages = ContentType.objects.get_for_model(Page)
    for codename in PAGE_PERMISSIONS:
        permission = Permission.objects.get(content_type=pages, codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=home, permission=permission)
    documents = ContentType.objects.get_for_model(Document)
    for codename in ("add_document", "change_document", "choose_document"):
        permission = Permission.objects.get(content_type=documents, codename=codename)
        root = Collection.get_first_root_node()
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)
    return group
