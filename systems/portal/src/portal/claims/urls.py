"""Addresses of the claim desk: the citizen's under `/nhan-lai-tai-khoan`, the officers' under `/ban-ho-tro`."""

from django.urls import path

from portal.claims import register_events
from portal.claims.views import case, citizen, desk, proofs

ASK, DESK = "nhan-lai-tai-khoan", "ban-ho-tro"

urlpatterns = [
    path(ASK, citizen.ask, name="claim"),
    path(f"{ASK}/dung/<str:token>", citizen.stop, name="claim-stop"),
    path(f"{ASK}/<str:reference>", citizen.progress, name="claim-progress"),
    path(f"{ASK}/<str:reference>/mat-khau", proofs.password, name="claim-password"),
    path(f"{ASK}/<str:reference>/ma", proofs.code, name="claim-code"),
    path(f"{ASK}/<str:reference>/rut", citizen.withdraw, name="claim-withdraw"),
    path(f"{ASK}/<str:reference>/khieu-nai", citizen.appeal, name="claim-appeal"),
    path(f"{ASK}/<str:reference>/phan-doi", citizen.object_to, name="claim-object"),
    path(DESK, desk.queue, name="claims-queue"),
    path(f"{DESK}/ra-soat", desk.reviews, name="claims-reviews"),
    path(f"{DESK}/so-lieu", desk.figures, name="claims-figures"),
    path(f"{DESK}/<uuid:claim_id>", case.page, name="claims-case"),
    path(f"{DESK}/<uuid:claim_id>/tai-khoan", case.name_account, name="claims-account"),
    path(f"{DESK}/<uuid:claim_id>/bien-nhan", case.receipt, name="claims-receipt"),
    path(f"{DESK}/<uuid:claim_id>/ban-goc", case.originals, name="claims-originals"),
    path(f"{DESK}/<uuid:claim_id>/da-xem", case.evidence_read, name="claims-read"),
    path(f"{DESK}/<uuid:claim_id>/y-kien", case.opinion, name="claims-opinion"),
    path("dan-cu/bien-dong", register_events.receive, name="register-events"),
    path(f"{DESK}/<uuid:claim_id>/ra-soat", case.review, name="claims-review"),
]
