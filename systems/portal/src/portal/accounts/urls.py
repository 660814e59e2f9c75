"""Addresses of accounts. Old accounts exist at the national portal only."""

from django.urls import URLPattern, path

from portal.accounts.views import account, after_sign_in, eid, identity, link, recover, register, sign_in
from portal.config import CONFIG

EVERYWHERE = [
    path("dang-nhap", sign_in.sign_in, name="sign_in"),
    path("tai-khoan", account.account, name="account"),
    path("tai-khoan/thong-tin-dinh-danh", identity.identity, name="identity"),
    path("tai-khoan/lien-lac/<int:contact_id>", account.confirm_contact, name="confirm_contact"),
    path("dang-xuat", account.sign_out, name="sign_out"),
    path("da-dang-xuat", account.signed_out, name="signed_out"),
    path("vneid/bat-dau", eid.start, name="eid_start"),
    path("vneid/vao", eid.arrive, name="eid_arrive"),
    path("vneid/loi", eid.failed, name="eid_failed"),
]
NATIONAL = [
    path("dang-nhap/ma-xac-thuc", sign_in.sign_in_code, name="sign_in_code"),
    path("dang-ky", register.register, name="register"),
    path("dang-ky/ma-xac-thuc", register.register_code, name="register_code"),
    path("dang-ky/mat-khau", register.register_password, name="register_password"),
    path("quen-mat-khau", recover.recover, name="recover"),
    path("quen-mat-khau/ma-xac-thuc", recover.recover_code, name="recover_code"),
    path("quen-mat-khau/mat-khau", recover.recover_password, name="recover_password"),
    path("cap-nhat-so-dinh-danh", after_sign_in.guided, name="guided"),
    path("thong-bao-he-thong", after_sign_in.system_notice, name="system_notice"),
    path("tai-khoan/thong-tin-dinh-danh/cap-nhat", identity.update_identity, name="update_identity"),
    path("vneid/tai-khoan-cu", eid.old_account_waits, name="old_account_waits"),
    path("lien-ket/bat-dau", link.start, name="link_start"),
    path("lien-ket/muon/bat-dau", link.start_late, name="late_link_start"),
    path("lien-ket/xac-nhan", link.confirm, name="link_confirm"),
    path("lien-ket/huy/bat-dau", link.start_undo, name="undo_start"),
    path("lien-ket/huy", link.undo, name="undo"),
]
urlpatterns: list[URLPattern] = EVERYWHERE + (NATIONAL if CONFIG.national else [])
