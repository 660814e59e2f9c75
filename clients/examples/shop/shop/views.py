"""The shop as it was: a home page, its own sign-in, its own sign-out."""

import time

from django.contrib.auth.hashers import check_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_http_methods, require_POST

from shop.models import Customer

PAGE = '<!doctype html><html lang="vi"><meta charset="utf-8"><title>{}</title><h1>{}</h1>{}</html>'


def customer_of(request: HttpRequest) -> Customer | None:
    """Whoever is signed in, by whichever way."""
    key = request.session.get("customer")
    found = Customer.objects.filter(pk=key).first() if key else None
    return found if found and request.session["at"] >= found.sessions_from else None


def begin_session(request: HttpRequest, customer: Customer, how: str) -> None:
    """A session with a new id; `how`: old or eid."""
    request.session.flush()
    request.session.update({"customer": str(customer.pk), "how": how, "at": time.time()})


def page(title: str, body: str, status: int = 200) -> HttpResponse:
    """A page of the shop."""
    return HttpResponse(format_html(PAGE, title, title, body), status=status)


def home(request: HttpRequest) -> HttpResponse:
    """Orders, or the ways to sign in."""
    customer = customer_of(request)
    if customer is None:
        ways = format_html('<p><a href="{}">VNeID</a></p><p><a href="{}">Mật khẩu</a></p>', "/eid/start", "/dang-nhap")
        return page("Cửa hàng", ways)
    orders = format_html_join("", "<li>{}</li>", ((order.text,) for order in customer.orders.all()))
    return page(f"Xin chào {customer.full_name}", format_html("<ul>{}</ul>", orders))


@require_http_methods(["GET", "POST"])
def old_sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password, as ever."""
    if request.method == "POST":
        customer = Customer.objects.filter(login=request.POST.get("login", "")).first()
        if customer and customer.password and check_password(request.POST.get("password", ""), customer.password):
            begin_session(request, customer, "old")
            return HttpResponseRedirect("/")
    form = format_html(
        '<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<label>Tên <input name="login"></label><label>Mật khẩu <input name="password" type="password"></label>'
        "<button>Đăng nhập</button></form>",
        get_token(request),
    )
    return page("Đăng nhập", form, 403 if request.method == "POST" else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    request.session.flush()
    return HttpResponseRedirect("/")
