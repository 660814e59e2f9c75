"""Web sites that others wrote the sign-in of: started as processes, used by a browser of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from eid_harness.browser import Browser
from eid_harness.world import Person, World
from wire import loopback

PROGRAMS = Path(__file__).parent.parent / "programs"
MODULES = Path("/usr/lib/apache2/modules")
APACHE = """
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/pid
ErrorLog {folder}/log
LogLevel warn auth_openidc:info
ServerName apache.localhost
Listen 127.0.0.1:{port}
Mutex file:{folder} default
{user}
{modules}
DocumentRoot {folder}/pages
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCRedirectURI http://apache.localhost:{port}/cb
OIDCDefaultURL http://apache.localhost:{port}/
OIDCCryptoPassphrase only-for-this-test-of-a-few-seconds
OIDCScope "openid email"
OIDCPKCEMethod S256
OIDCIDTokenSignedResponseAlg ES256
OIDCPassClaimsAs environment
OIDCRemoteUserClaim sub
{more}
<Location />
  AuthType openid-connect
  Require valid-user
  Header set x-sub "%{{OIDC_CLAIM_sub}}e"
  Header set x-email "%{{OIDC_CLAIM_email}}e"
  Header set x-acr "%{{OIDC_CLAIM_acr}}e"
</Location>
"""


class Site:
    """A running site and the browser's cookies for it."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.log: Path | None = None
        self.http = loopback.client(base_url=origin, timeout=30, follow_redirects=False)

    def wait(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.log = log
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            assert process.poll() is None, log.read_text()[-3000:]
            try:
                self.http.get("/favicon.ico")
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(log.read_text()[-3000:])

    def sign_in(self, world: World, browser: Browser, person: Person, start: str) -> httpx.Response:
        """From the site to the provider and back, to the page that the site shows then."""
        away = self.http.get(start)
        assert away.is_redirect, self.log and self.log.read_text()[-3000:]
        browser.get(away.headers["location"])
        if not browser.landed:
            world.sign_in(browser, person)
        if not browser.landed:
            assert browser.page is not None
            ticks = {i["name"]: "yes" for i in browser.page.soup.find_all("input", type="checkbox")}
            browser.submit("consent-accept", **ticks)
        assert browser.landed.startswith(self.origin), browser.page and browser.page.text
        return self.follow(self.http.get(browser.landed))

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """Redirects within the site."""
        for _ in range(5):
            if not answer.is_redirect or not httpx.URL(self.origin).join(answer.headers["location"]).host:
                break
            target = httpx.URL(str(answer.request.url)).join(answer.headers["location"])
            if f"{target.scheme}://{target.netloc.decode()}" != self.origin:
                break
            answer = self.http.get(str(target))
        return answer


@contextmanager
def django_site(port: int, settings: str) -> Iterator[Site]:
    """mozilla-django-oidc on a port."""
    with _running([sys.executable, str(PROGRAMS / "django_site.py"), str(port), settings], None) as (process, log):
        site = Site(f"http://django.localhost:{port}")
        site.wait(process, log)
        yield site


@contextmanager
def apache_site(program: str, port: int, **settings: Any) -> Iterator[Site]:
    """Apache with mod_auth_openidc on a port; `more` are further directives."""
    with tempfile.TemporaryDirectory(prefix="motcua-apache-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # its workers are another user where the test's is root
        (folder / "pages").mkdir()
        (folder / "pages/index.html").write_text("<p>inside")
        modules = ("mpm_event", "authn_core", "authz_core", "authz_user", "headers", "env", "dir", "auth_openidc")
        loaded = "\n".join(f"LoadModule {m}_module {MODULES}/mod_{m}.so" for m in modules)
        user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", "www-data", str(folder)], check=True)
        text = APACHE.format(folder=folder, port=port, modules=loaded, user=user, **settings)
        (folder / "conf").write_text(text)
        words = [program, "-X", "-f", str(folder / "conf")]
        with _running(words, folder / "log") as (process, log):
            site = Site(f"http://apache.localhost:{port}")
            site.wait(process, log)
            yield site


@contextmanager
def _running(words: list[str], log: Path | None) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    with tempfile.NamedTemporaryFile(prefix="motcua-site-") as said:
        process = subprocess.Popen(words, stdout=said, stderr=said)
        try:
            yield process, log or Path(said.name)
        finally:
            process.terminate()
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
