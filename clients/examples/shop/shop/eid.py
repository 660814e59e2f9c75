"""What the shop wrote to move onto the e-ID: its answers to the kit's questions."""

import hashlib
import json
import time
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.html import format_html
from joserfc.jwk import ECKey

from portalkit.configuration import Configuration
from portalkit.door import Door, OldAccount
from shop.models import Customer, Order, Seen
from shop.views import begin_session, customer_of, page


def _of(identity):
    return {"eid_issuer": identity.issuer, "eid_sub": identity.sub}


class Shop:
    def signed_in(self, request, identity):
        customer, _ = Customer.objects.get_or_create(**_of(identity), defaults={"full_name": identity.name})
        begin_session(request, customer, "eid")

    def end_sessions(self, sub, sid):
        Customer.objects.filter(eid_issuer=settings.EID_ISSUER, eid_sub=sub).update(sessions_from=time.time())

    def old_account(self, request):
        customer = customer_of(request)
        if customer is None or request.session["how"] != "old":
            return None
        return OldAccount(
            str(customer.pk),
            customer.personal_id,
            customer.full_name,
            customer.birth_date,
            int(request.session["at"]),
            bool(customer.eid_sub),
        )

    def policy_allows(self, account):
        return timezone.localdate() < date.fromisoformat(settings.OLD_SIGN_IN_ENDS)

    def ask_if_yours(self, request, account, identity, token):
        customer = Customer.objects.get(pk=account.id)
        form = format_html(
            "<p>Số điện thoại {}•••, {} đơn hàng.</p>"
            '<form method="post" action="/eid/confirm"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<input type="hidden" name="token" value="{}"><button name="answer" value="yes">Đúng của tôi</button>'
            '<button name="answer" value="no">Không phải</button></form>',
            *(customer.phone[:4], customer.orders.count(), get_token(request), token),
        )
        return page("Tài khoản này có phải của ông/bà không?", form).content.decode()

    @transaction.atomic
    def link(self, request, account, identity):
        old = Customer.objects.select_for_update().get(pk=account.id, eid_sub="")
        for fresh in Customer.objects.select_for_update().filter(**_of(identity)):
            Order.objects.filter(customer=fresh).update(customer=old)
            fresh.delete()
        old.eid_issuer, old.eid_sub = identity.issuer, identity.sub
        old.password, old.login, old.phone = "", None, ""
        old.linked_at, old.sessions_from = timezone.now(), time.time()
        old.save()

    def seen_before(self, jti):
        try:
            with transaction.atomic():
                Seen.objects.create(jti=jti)
        except IntegrityError:
            return True
        return False

    def who(self, request):
        customer = customer_of(request)
        by_eid = customer is not None and request.session["how"] == "eid"
        linked = [str(customer.pk)] if customer and customer.linked_at else []
        old = str(customer.pk) if customer and not by_eid else ""
        return {"signed_in": by_eid, "sub": customer.eid_sub if by_eid else "", "linked": linked, "old": old}

    def refused(self, request, error):
        return page("Chưa đăng nhập được", f"{error.code} {error.detail}").content.decode()


def door():
    key = ECKey.import_key(json.loads(Path(settings.EID_KEY_FILE).read_text()))
    ours = Configuration(
        settings.EID_ISSUER,
        "shop",
        f"{settings.ORIGIN}/eid/callback",
        key,
        hashlib.sha256(settings.SECRET_KEY.encode()).digest(),
        register=settings.EID_REGISTER,
    )
    person = {"personal_id": "045185000999", "name": "Lê Thị Thử", "birthdate": "1985-02-12"}
    account = {"path": "/dang-nhap", "fields": {"login": "thu", "password": "Cuahang@2024"}, "person": person}
    return Door(ours, Shop(), checked=settings.CHECKED, old_sign_in=account)
