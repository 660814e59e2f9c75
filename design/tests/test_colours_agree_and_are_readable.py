"""tokens.css and brand.scss say the same colours, and every pair of text and ground that we use is readable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import design
from design.contrast import ratio

SOURCE = Path(design.__file__).parent
TOKENS = (SOURCE / "css/tokens.css").read_text(encoding="utf-8")
BRAND = (SOURCE / "sass/brand.scss").read_text(encoding="utf-8")
COMPONENTS = (SOURCE / "css/components.css").read_text(encoding="utf-8")
ROOT = dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})", TOKENS.split("[data-system=")[0]))
ACCENTS = dict(re.findall(r'\[data-system="(\w+)"\]\s*\{ --mc-accent: (#[0-9a-f]{6})', TOKENS))
TINTS = dict(re.findall(r'\[data-system="(\w+)"\].*--mc-accent-tint: (#[0-9a-f]{6})', TOKENS))
PAPER, WHITE, SURFACE = ROOT["govuk-body-background-colour"], "#ffffff", ROOT["govuk-surface-background-colour"]


def test_the_functional_colours_are_the_same_in_both_files() -> None:
    functional = BRAND.split("$govuk-functional-colours: (")[1].split(")")[0]
    in_sass = dict(re.findall(r'"([a-z-]+)": (#[0-9a-f]{6})', functional))
    assert len(in_sass) >= 18
    in_tokens = {name: ROOT.get(f"govuk-{name}-colour") for name in in_sass if name != "print-text"}
    assert in_tokens == {name: colour for name, colour in in_sass.items() if name != "print-text"}


def test_components_name_no_colour() -> None:
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", COMPONENTS) == []


@pytest.mark.parametrize("ground", [PAPER, WHITE, SURFACE])
@pytest.mark.parametrize(
    "text",
    ["govuk-text-colour", "govuk-secondary-text-colour", "govuk-link-colour", "govuk-link-visited-colour",
     "govuk-link-hover-colour", "govuk-error-colour", "govuk-success-colour", "mc-warning",
     "govuk-input-border-colour"],
)  # fmt: skip
def test_text_reaches_four_and_a_half_to_one(text: str, ground: str) -> None:
    assert ratio(ROOT[text], ground) >= 4.5


@pytest.mark.parametrize(
    ("text", "tint"),
    [("govuk-success-colour", "mc-success-tint"), ("govuk-error-colour", "mc-error-tint"),
     ("mc-warning", "mc-warning-tint"), ("mc-action", "mc-action-tint"),
     ("govuk-text-colour", "govuk-focus-colour"), ("mc-white", "mc-action"), ("mc-white", "mc-action-hover"),
     ("mc-white", "govuk-error-colour"), ("mc-white", "govuk-success-colour"), ("mc-white", "mc-error-hover")],
)  # fmt: skip
def test_words_on_tints_and_buttons_are_readable(text: str, tint: str) -> None:
    assert ratio(ROOT[text], ROOT[tint]) >= 4.5


def test_edges_that_carry_meaning_reach_three_to_one() -> None:
    assert min(ratio(ROOT["mc-rule-strong"], ground) for ground in (PAPER, WHITE, SURFACE)) >= 3


@pytest.mark.parametrize("system", sorted(ACCENTS))
def test_white_on_each_accent_and_the_accent_on_its_tint_are_readable(system: str) -> None:
    assert set(ACCENTS) == set(design.site.SYSTEMS)
    assert ratio(WHITE, ACCENTS[system]) >= 7
    assert ratio(ACCENTS[system], TINTS[system]) >= 4.5
    assert ratio(ROOT["govuk-text-colour"], TINTS[system]) >= 7


def test_a_province_may_not_choose_an_unreadable_accent() -> None:
    assert design.Site(name="Huế", accent="#8b4412").accent_style().startswith("html[data-system]{--mc-accent:#8b4412")
    with pytest.raises(ValueError, match="contrast of 7"):
        design.Site(name="Huế", accent="#d98c3f")
    with pytest.raises(ValueError, match="not a colour"):
        design.Site(name="Huế", accent="red;}body{display:none")
