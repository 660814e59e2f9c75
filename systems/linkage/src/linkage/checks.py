"""What must not be, as questions that an engine answers with rows; the first column names what was found.

Tables: `accounts`, `holdings` (taken in), `ledger` (of the dry run), `later_…` (a second export of any portal),
`portal_accounts`, `portal_things` (our portal's account of itself), `seen_…` (the one before it that was whole).
"""

from __future__ import annotations

from dataclasses import dataclass

from linkage.decisions import AccountClass


@dataclass(frozen=True, slots=True)
class Check:
    """What must not be, and the query that finds it."""

    what: str
    query: str


_CLASSES = ", ".join(f"'{one.value}'" for one in AccountClass)
# architecture section 4: the states of an old account, and those in which a person holds it.
_STATES = "'open', 'matched', 'conflict', 'frozen', 'linked', 'claimed', 'waiting', 'archived', 'exempt'"
_FINAL = "'linked', 'claimed', 'archived', 'exempt'"
_HELD = "'linked', 'claimed', 'frozen'"

INSIDE: tuple[Check, ...] = (
    Check("account taken in twice", "select account_ref from accounts group by 1 having count(*) > 1"),
    Check("account without a decision", "select account_ref from accounts anti join ledger using (account_ref)"),
    Check("decision about no account", "select account_ref from ledger anti join accounts using (account_ref)"),
    Check("account with two decisions", "select account_ref from ledger group by 1 having count(*) > 1"),
    Check("decision of no class", f"select account_ref from ledger where account_class not in ({_CLASSES})"),  # noqa: S608
    # Nothing but a certain class may name a person without a score or a sole namesake: see decisions.RULES.
    Check(
        "person named where the class has none",
        "select account_ref from ledger where person_ref is not null and account_class in ('no_match', 'insufficient', "
        "'never_signed_in', 'foreigner', 'official', 'several_people', 'nine_digits_unresolvable')",
    ),
    Check("thing held by two accounts", "select code from holdings group by what, code having count(*) > 1"),
    Check("thing held by no account", "select code from holdings anti join accounts using (account_ref)"),
)

LATER: tuple[Check, ...] = (
    Check("account lost", "select account_ref from accounts anti join later_accounts using (account_ref)"),
    Check("account there twice", "select account_ref from later_accounts group by 1 having count(*) > 1"),
    Check("thing lost", "select code from holdings anti join later_holdings using (what, code)"),
    Check("thing there twice", "select code from later_holdings group by what, code having count(*) > 1"),
    Check(
        "thing with another owner",
        "select h.code from holdings h join later_holdings l using (what, code) where l.account_ref <> h.account_ref",
    ),
)

PORTAL: tuple[Check, ...] = (
    Check("account there twice", "select portal_ref from portal_accounts group by 1 having count(*) > 1"),
    Check(
        "one registration as two accounts",
        "select min(portal_ref) from portal_accounts group by registered having count(distinct portal_ref) > 1",
    ),
    Check(
        "account in no state, or called settled and is not",
        f"select portal_ref from portal_accounts where coalesce(state not in ({_STATES}), true)"  # noqa: S608
        f" or coalesce(final <> (state in ({_FINAL})), true)",
    ),
    Check(
        "state that the links do not bear out",
        f"select portal_ref from portal_accounts where coalesce(live_link <> (state in ({_HELD})), true)",  # noqa: S608
    ),
    Check(
        "thing there twice",
        "select what || ' ' || code from portal_things group by what, code having count(*) > 1",
    ),
)

TAKEN_IN: tuple[Check, ...] = (
    Check("account lost", "select account_ref from accounts anti join portal_accounts using (account_ref)"),
    Check(
        "account of another kind",
        "select p.portal_ref from accounts a join portal_accounts p using (account_ref) where p.kind <> a.kind",
    ),
    Check(
        "thing lost",
        "select what || ' ' || code from holdings anti join portal_things using (what, code)",
    ),
    Check(
        "thing with another owner",
        "select h.what || ' ' || h.code from holdings h join portal_things t using (what, code)"
        " left join portal_accounts p on p.portal_ref = t.owner where p.account_ref is distinct from h.account_ref",
    ),
)

SEEN: tuple[Check, ...] = (
    Check(
        "account lost since it was seen",
        "select portal_ref from seen_accounts anti join portal_accounts using (portal_ref)",
    ),
    Check(
        "account altered: it says another registration",
        "select s.portal_ref from seen_accounts s join portal_accounts p using (portal_ref)"
        " where p.registered is distinct from s.registered or p.kind is distinct from s.kind",
    ),
    Check(
        "link taken out of the history",
        "select s.portal_ref from seen_accounts s join portal_accounts p using (portal_ref) where p.links < s.links",
    ),
    Check(
        "thing lost since it was seen",
        "select what || ' ' || code from seen_things anti join portal_things using (what, code)",
    ),
    Check(
        "thing altered",
        "select what || ' ' || s.code from seen_things s join portal_things p using (what, code)"
        " where p.sha256 is distinct from s.sha256",
    ),
    Check(
        "thing with another owner than it was seen with",
        "select what || ' ' || s.code from seen_things s join portal_things p using (what, code)"
        " where p.owner is distinct from s.owner",
    ),
)
