"""The Jinja2 environment of a system: our layout and macros, govuk-frontend's, the filters and the globals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    Undefined,
)

from design import formats
from design.assets import asset_url
from design.bytecode import kept_templates
from design.i18n import addressed, in_both, package_dir, translations_for
from design.icons import icon, mark
from design.page_request import DEFAULT_LANGUAGE, LANGUAGES, current
from design.paper import paper_style
from design.site import SYSTEMS, Site, Text
from design.strictness import StrictNames
from design.words import keep_together

SHIFT_SHOWN_FROM = timedelta(minutes=1)


def _loader(package: str, loader_paths: Iterable[str | Path], own: BaseLoader | None) -> BaseLoader:
    """The system's templates first, then ours: a system may have a `layout.html` that extends
    `design/layout.html`."""
    folders = [*map(Path, loader_paths), package_dir(package) / "templates"]
    ours = PackageLoader("design", "templates")
    govuk = PackageLoader("govuk_frontend_jinja")
    prefixed = PrefixLoader({"design": ours, "govuk_frontend_jinja": govuk})
    loaders = [FileSystemLoader([folder for folder in folders if folder.is_dir()]), ours, prefixed]
    return ChoiceLoader([own, *loaders] if own else loaders)


class _CountryClock:
    """The country's time for the footer, and whether it runs apart from the real clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now()

    def is_shifted(self) -> bool:
        return abs(self._now() - datetime.now(UTC)) >= SHIFT_SHOWN_FROM


def _install_messages(env: Environment, package: str) -> None:
    """gettext in the language of the request, values as `%(name)s` (newstyle, escaped)."""

    def gettext(message: str) -> str:
        return addressed(str(translations_for(current().language, package).ugettext(message)))

    def ngettext(one: str, many: str, n: int) -> str:
        return addressed(str(translations_for(current().language, package).ungettext(one, many, n)))

    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]


FILTERS: Mapping[str, Callable[..., Any]] = {
    "keep_together": keep_together,
    "nowrap": formats.nowrap,
    "number": formats.number,
    "percent": formats.percent,
    "short_date": formats.short_date,
    "news_date": formats.news_date,
    "news_time": formats.news_time,
    "clock": formats.clock,
    "date_and_time": formats.date_and_time,
    "mask_personal_id": formats.mask_personal_id,
    "mask_phone": formats.mask_phone,
    "mask_email": formats.mask_email,
    "phone": formats.phone,
    "personal_id": formats.personal_id,
    "dossier": formats.dossier,
    "in_both": in_both,
}


def environment(
    package: str,
    *,
    system: str,
    site: Site,
    clock: Callable[[], datetime],
    loader_paths: Iterable[str | Path] = (),
    test_environment: bool = False,
    weakened: Sequence[Text] = (),
    static_url: str = "/static/",
    undefined: type[Undefined] = StrictNames,
    loader: BaseLoader | None = None,
    **options: Any,
) -> Environment:
    """Makes the environment for the templates of `package` (its folder `templates/` is always searched).

    `system` chooses accent and mark (`design.site.SYSTEMS`); `clock` is `kernel.country_time.now`;
    `test_environment` shows the test banner and the disclaimer, always both; `weakened` are the sentences about
    settings that weaken something for tests, shown in that banner; `options` go to Jinja2.
    """
    if system not in SYSTEMS:
        raise ValueError(f"system must be one of {', '.join(SYSTEMS)}")
    if weakened and not test_environment:
        raise ValueError("weakened settings belong to a test environment")
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    options.setdefault("auto_reload", False)
    options["autoescape"] = True
    options.setdefault("bytecode_cache", kept_templates(options))
    env = Environment(loader=_loader(package, loader_paths, loader), undefined=undefined, **options)  # noqa: S701
    _install_messages(env, package)
    env.filters.update(FILTERS)
    env.globals.update(
        system=system,
        site=site,
        country=_CountryClock(clock),
        test_environment=test_environment,
        weakened=weakened,
        asset_url=lambda name: asset_url(name, static_url),
        icon=icon,
        mark=mark,
        paper_style=paper_style,
        csp_nonce=lambda: current().nonce,
        language=lambda: current().language,
        switch_href=lambda language: current().switch_href(language),
        languages=LANGUAGES,
        default_language=DEFAULT_LANGUAGE,
        # Names that govuk-frontend's macros carry over from Nunjucks.
        undefined=StrictNames(name="undefined", obj={}),
        null=None,
    )
    return env
