"""Adversarial cases for the pure decision of a link: a seeded generator of named attacks, and a judge of its own.

Each case starts from a sound link (or late link) and is bent by one named attack; chance then bends up to three more
facts, towards sound or unsound. The judge is written from architecture section 4 alone and shares no line with
`linking.CONDITIONS`: a link that it calls wrong and `deciding.decide` allows is a violation.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any

from portal.accounts.deciding import decide
from portal.accounts.linking import LinkFacts

S, M, H, D = (timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1))
Facts = dict[str, Any]
STATES = ("open", "conflict", "frozen", "linked", "claimed", "waiting", "archived", "exempt")
INTENTS = ("sign_in", "undo", "step_up", "late_link", "link", "")


def sound(r: random.Random) -> Facts:
    """A link that may be made; half of them after the date."""
    late = r.random() < 0.5
    return {
        "way": "late" if late else "link",
        "kind": r.choice(("citizen", "official")),
        "state": "matched",
        "intent": "late_link" if late else "link",
        "started_here": True,
        "old_login_age": None if late else r.randint(0, 600) * S,
        "old_login_with_code": not late,
        "eid_login_lead": r.randint(-60, 600) * S,
        "acr_met": True,
        "eid_level": 2 if late else r.choice((1, 2)),
        "same_number": True,
        "policy_allowed": not late,
        "policy_code": "CUTOFF_PASSED" if late else "OPEN",
        "since_reset": r.choice((None, 72 * H, 400 * D)),
        "earlier_links_in_window": r.choice((0, 0, 1)),
        "register_overall": "MATCH",
        "register_record_state": "live",
        "register_age": r.randint(0, 600) * S,
        "confirmed_mine": True,
    }


Attack = Callable[[random.Random, Facts], Facts]
ATTACKS: dict[str, Attack] = {
    # The five classes of account pre-hijacking (Sudhodanan and Paverd, 2022).
    "classic-federated-merge": lambda r, f: {"same_number": False, "old_login_with_code": r.random() < 0.5},
    "unexpired-session": lambda r, f: {"way": "link", "intent": "link", "old_login_age": r.randint(601, 90000) * S},
    "trojan-identifier": lambda r, f: {"since_reset": r.randint(0, 72 * 3600 - 1) * S},
    "unexpired-contact-change": lambda r, f: {"since_reset": -r.randint(0, 3600) * S},
    "non-verifying-provider": lambda r, f: {"acr_met": False, "eid_level": r.choice((0, 1))},
    # The takeovers of 2026.
    "proof-keyed-by-local-user": lambda r, f: {"started_here": False},
    "callback-of-another-flow": lambda r, f: {"intent": r.choice([i for i in INTENTS if i != f["intent"]])},
    "auto-link-without-asking": lambda r, f: {"confirmed_mine": False},
    "reset-credentials-takeover": lambda r, f: {"since_reset": r.randint(0, 72 * 3600 - 1) * S, "confirmed_mine": True},
    "sub-of-another-issuer": lambda r, f: {"same_number": False, "register_overall": "MATCH"},
    # The person.
    "father-and-son-of-one-name": lambda r, f: {"same_number": False, "register_record_state": "live"},
    "twin": lambda r, f: {"same_number": False, "eid_level": 2},
    "dead-mans-account": lambda r, f: {"register_record_state": "dead"},
    "cancelled-number": lambda r, f: {"register_record_state": "cancelled"},
    "merged-number": lambda r, f: {"register_record_state": "merged"},
    "record-state-unknown": lambda r, f: {"register_record_state": r.choice(("", "LIVE", "live "))},
    # The register.
    "register-silent": lambda r, f: {"register_overall": None},
    "register-asked-long-ago": lambda r, f: {"register_age": r.randint(601, 10**6) * S},
    "register-asked-in-the-future": lambda r, f: {"register_age": -r.randint(61, 10**6) * S},
    "register-changed-between-check-and-link": lambda r, f: {
        "register_overall": r.choice(("NO_MATCH", "NOT_FOUND", "INSUFFICIENT", "match"))
    },
    # The sign-ins.
    "stale-eid-session": lambda r, f: {"eid_login_lead": -r.randint(61, 10**6) * S},
    "auth-time-in-the-future": lambda r, f: {"eid_login_lead": r.randint(661, 10**6) * S},
    "old-login-without-its-code": lambda r, f: {"way": "link", "intent": "link", "old_login_with_code": False},
    "old-login-of-another-browser": lambda r, f: {"way": "link", "intent": "link", "old_login_age": None},
    "old-login-after-the-start": lambda r, f: {
        "way": "link",
        "intent": "link",
        "old_login_age": -r.randint(61, 600) * S,
    },
    "level-1-after-the-date": lambda r, f: {"way": "late", "intent": "late_link", "eid_level": 1},
    # The account.
    "account-of-somebody-else-already": lambda r, f: {"state": r.choice(("linked", "claimed"))},
    "conflict-ignored": lambda r, f: {"state": "conflict"},
    "frozen-account": lambda r, f: {"state": "frozen"},
    "never-matched": lambda r, f: {"state": r.choice(("open", "waiting", "archived", "exempt", "", "MATCHED"))},
    "organisations-account": lambda r, f: {"kind": r.choice(("organisation", "robot", ""))},
    "third-link-in-ninety-days": lambda r, f: {"earlier_links_in_window": r.randint(2, 9)},
    # The date.
    "date-passes-in-the-middle": lambda r, f: {
        "way": "link",
        "intent": "link",
        "policy_allowed": False,
        "policy_code": "CUTOFF_PASSED",
    },
    "policy-copy-too-old": lambda r, f: {"policy_code": r.choice(("POLICY_STALE", "POLICY_UNKNOWN_KIND", ""))},
    "late-link-before-the-date": lambda r, f: {
        "way": "late",
        "intent": "late_link",
        "policy_allowed": True,
        "policy_code": "OPEN",
    },
    # Chance alone: every fact may be anything.
    "noise": lambda r, f: _noise(r),
}


def _noise(r: random.Random) -> Facts:
    return {
        "way": r.choice(("link", "late")),
        "kind": r.choice(("citizen", "official", "organisation")),
        "state": r.choice(("matched", *STATES)),
        "intent": r.choice(INTENTS),
        "started_here": r.random() < 0.7,
        "old_login_age": r.choice((None, r.randint(-120, 1200) * S)),
        "old_login_with_code": r.random() < 0.7,
        "eid_login_lead": r.randint(-300, 1200) * S,
        "acr_met": r.random() < 0.8,
        "eid_level": r.choice((0, 1, 2)),
        "same_number": r.random() < 0.6,
        "policy_allowed": r.random() < 0.5,
        "policy_code": r.choice(("OPEN", "CUTOFF_PASSED", "POLICY_STALE")),
        "since_reset": r.choice((None, r.randint(0, 100) * H)),
        "earlier_links_in_window": r.randint(0, 4),
        "register_overall": r.choice(("MATCH", "MATCH", "NO_MATCH", None)),
        "register_record_state": r.choice(("live", "live", "dead", "merged")),
        "register_age": r.choice((None, r.randint(-60, 1200) * S)),
        "confirmed_mine": r.random() < 0.8,
    }


NAMES = tuple(fields(LinkFacts))


def case(r: random.Random, attack: str) -> LinkFacts:
    """One case: sound, bent by the attack, then nudged by chance in at most three facts."""
    facts = sound(r)
    facts.update(ATTACKS[attack](r, facts))
    if attack != "noise":
        for _ in range(r.choice((0, 0, 1, 3))):
            other = sound(r) if r.random() < 0.6 else _noise(r)
            name = r.choice(NAMES).name
            facts[name] = other[name]
    return LinkFacts(**facts)


def wrong(f: LinkFacts) -> str:
    """Why a link from these facts would be wrong, by the words of architecture section 4; "" when it would be right."""
    if f.kind == "organisation" or f.kind not in {"citizen", "official"}:
        return "not a person's account"
    if f.state != "matched":
        return "the account is not matched and free"
    if not f.same_number:
        return "another person"
    if not f.confirmed_mine:
        return "nobody said: this is mine"
    if f.register_overall != "MATCH" or f.register_record_state != "live":
        return "the register does not say MATCH of a living record"
    if f.register_age is None or (abs(f.register_age) > 10 * M and f.register_age > timedelta(0)):
        return "the register was not asked within ten minutes"
    if f.register_age < -M:
        return "the register was asked in the future"
    if f.since_reset is not None and f.since_reset < 72 * H:
        return "72 hours of quiet"
    if f.earlier_links_in_window > 1:
        return "the third link"
    if not f.started_here:
        return "not started by this session"
    if f.eid_login_lead < -M or f.eid_login_lead > 11 * M:
        return "the e-ID was not signed in for this"
    if not f.acr_met or f.eid_level < 1:
        return "the asked acr was not met"
    return _wrong_by_date(f)


def _wrong_by_date(f: LinkFacts) -> str:
    if f.policy_code not in {"OPEN", "CUTOFF_PASSED"}:
        return "the policy is not known"
    if f.way == "late":
        if f.policy_allowed or f.intent != "late_link" or f.eid_level < 2:
            return "a late link without date, intent or level 2"
        return ""
    if not f.policy_allowed or f.intent != "link":
        return "an old login after the date, or another intent"
    if f.old_login_age is None or not f.old_login_with_code or f.old_login_age > 10 * M or f.old_login_age < -M:
        return "the old account was not signed in here, with its code, within ten minutes"
    return ""


def allowed(f: LinkFacts) -> bool:
    """What the product decides."""
    return str(decide(f)) == "LINKED"
