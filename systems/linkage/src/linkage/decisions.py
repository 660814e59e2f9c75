"""The rules of the dry run: facts of one account in, its class and the reason out. Pure, and the same in every engine.

Facts are few and small on purpose: an engine asks `decide` once for each combination that occurs in a base, whatever
its size, and the table in `docs/linkage/rules.md` is written by running it. The order of `RULES` is the order of
precedence; the first rule that holds decides. "Probable" tells whom to invite; it never links anybody
(architecture section 4: a match is made by the owner, at the portal, and proven by the e-ID).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

RULE_VERSION = "2026-11-2"


class AccountClass(StrEnum):
    """Every account is in exactly one of these."""

    EXACT = "exact"
    NEAR = "near"
    PROBABLE = "probable"
    SEVERAL_ACCOUNTS = "several_accounts"
    SEVERAL_PEOPLE = "several_people"
    NUMBER_TAKEN = "number_taken"
    NINE_RESOLVABLE = "nine_digits_resolvable"
    NINE_UNRESOLVABLE = "nine_digits_unresolvable"
    DEAD = "dead"
    MINOR = "minor"
    FOREIGNER = "foreigner"
    ORGANISATION = "organisation_current"
    ORGANISATION_STALE = "organisation_not_current"
    OFFICIAL = "official"
    NO_MATCH = "no_match"
    INSUFFICIENT = "insufficient"
    NEVER_SIGNED_IN = "never_signed_in"


# Classes in which the person is known without a guess. The rest goes to an invitation, the desk, or nowhere.
AUTOMATIC = frozenset(
    {AccountClass.EXACT, AccountClass.NEAR, AccountClass.NINE_RESOLVABLE, AccountClass.SEVERAL_ACCOUNTS}
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What an engine found out about one account. Each field holds one of a handful of words.

    kind            citizen | official | organisation
    representative  "" | current | left | dead | unknown: of an organisation, by the register of organisations
    foreigner       the account names another nationality, or a passport and no Vietnamese number
    usable          the name and birth date suffice to ask the register (facts.md 3.3)
    signed_in       anybody ever signed in
    number          none | missing (not in the register) | found | former (a cancelled number that leads to its owner)
                    | cancelled (leads to nobody): the 12-digit number
    name            none | same | accents | order | differs: the account's name beside that of the record found
    date            none | same | part | differs: ``part`` = one of the two knows less and nothing differs
    state           "" | live | dead | minor: of the person that was found, by number, alias or name
    nine            none | nobody | one | many | other: people whom the 9-digit alias leads to and who agree;
                    ``other`` = it leads to people, none of whom agrees
    namesakes       none | one | many: *other* people with this name and this birth date; where the number agrees
                    and the name does so but for accents or order: who is spelled alike, or of the same commune
    nearby          where the only namesake lives in another commune than the account says: somebody of the account's
                    commune fits but for a digit, a swapped day and month, a letter or a surname
    likeliest       none | one | many: people whom the model finds above its threshold, by the margin apart
    accounts        one | several: accounts that lead surely to this person
    """

    kind: str
    representative: str
    foreigner: bool
    usable: bool
    signed_in: bool
    number: str
    name: str
    date: str
    state: str
    nine: str
    namesakes: str
    nearby: bool
    likeliest: str
    accounts: str

    @property
    def names_agree(self) -> bool:
        """The record that the number leads to bears this name, but for accents and order."""
        return self.name in {"same", "accents", "order"}

    @property
    def dates_agree(self) -> bool:
        """It has this birth date, or one of the two knows less."""
        return self.date in {"same", "part"}

    @property
    def agrees(self) -> bool:
        """The record that the number leads to is the person of the registration."""
        return self.number in {"found", "former"} and self.names_agree and self.dates_agree

    @property
    def agrees_wholly(self) -> bool:
        return self.number == "found" and self.name == "same" and self.date == "same"


@dataclass(frozen=True, slots=True)
class Decision:
    """``person`` says which of the engine's findings is meant: number, nine, namesake, likeliest, or none."""

    account_class: AccountClass
    reason: str
    person: str = "none"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: when it holds, the class, the reason, whose person it is."""

    account_class: AccountClass
    reason: str
    person: str
    when: Callable[[Facts], bool]


C = AccountClass


def _acts_for(found: str) -> Callable[[Facts], bool]:
    return lambda f: f.kind == "organisation" and f.representative == found


def _found(f: Facts) -> bool:
    return f.number in {"found", "former"}


def _is(finding: str, state: str = "") -> Callable[[Facts], bool]:
    """The finding leads to exactly one person (who is dead, a child)."""
    return lambda f: getattr(f, finding) == "one" and state in {"", f.state}


def _found_and_likely(state: str = "") -> Callable[[Facts], bool]:
    return lambda f: _found(f) and f.likeliest == "one" and state in {"", f.state}


RULES: tuple[Rule, ...] = (
    Rule(C.ORGANISATION, "representative_is_current", "number", _acts_for("current")),
    Rule(C.ORGANISATION_STALE, "representative_left", "none", _acts_for("left")),
    Rule(C.ORGANISATION_STALE, "representative_is_dead", "none", _acts_for("dead")),
    Rule(C.ORGANISATION_STALE, "organisation_unknown", "none", lambda f: f.kind == "organisation"),
    Rule(C.OFFICIAL, "duty_account", "none", lambda f: f.kind == "official"),
    Rule(C.FOREIGNER, "another_nationality_or_passport", "none", lambda f: f.foreigner),
    Rule(C.INSUFFICIENT, "name_or_birth_date_missing", "none", lambda f: not f.usable),
    Rule(C.NEVER_SIGNED_IN, "nobody_ever_signed_in", "none", lambda f: not f.signed_in),
    # The number leads to somebody who agrees.
    # guard: linkage-name-of-another
    Rule(
        C.SEVERAL_PEOPLE,
        "number_of_one_and_name_of_another",
        "none",
        lambda f: f.agrees and f.name != "same" and f.namesakes != "none",
    ),
    # guard: linkage-dead-are-not-exact
    Rule(C.DEAD, "number_of_a_dead_person", "number", lambda f: f.agrees and f.state == "dead"),
    Rule(C.MINOR, "number_of_a_child", "number", lambda f: f.agrees and f.state == "minor"),
    Rule(
        C.SEVERAL_ACCOUNTS,
        "another_account_leads_to_the_same_person",
        "number",
        lambda f: f.agrees and f.accounts == "several",
    ),
    Rule(C.EXACT, "number_name_and_birth_date_agree", "number", lambda f: f.agrees_wholly),
    Rule(C.NEAR, "former_number", "number", lambda f: f.agrees and f.number == "former"),
    Rule(C.NEAR, "order_of_the_name", "number", lambda f: f.agrees and f.name == "order"),
    Rule(C.NEAR, "accents_of_the_name", "number", lambda f: f.agrees and f.name == "accents"),
    Rule(C.NEAR, "birth_date_known_in_part", "number", lambda f: f.agrees),
    # The number leads to somebody who does not agree.
    # guard: linkage-two-who-fit
    Rule(
        C.SEVERAL_PEOPLE,
        "number_of_one_and_birth_date_of_another",
        "none",
        lambda f: _found(f) and f.namesakes == "one" and (f.names_agree or f.dates_agree),
    ),
    # guard: linkage-number-of-another
    Rule(
        C.NUMBER_TAKEN,
        "name_and_birth_date_are_another_persons",
        "namesake",
        lambda f: _found(f) and f.namesakes == "one",
    ),
    Rule(
        C.NUMBER_TAKEN,
        "name_and_birth_date_are_several_others",
        "none",
        lambda f: _found(f) and f.namesakes == "many",
    ),
    Rule(C.DEAD, "number_agrees_and_the_rest_nearly_dead", "likeliest", _found_and_likely("dead")),
    Rule(C.MINOR, "number_agrees_and_the_rest_nearly_child", "likeliest", _found_and_likely("minor")),
    Rule(C.PROBABLE, "number_agrees_and_the_rest_nearly", "likeliest", _found_and_likely()),
    Rule(C.NUMBER_TAKEN, "number_of_another_person", "none", _found),
    # Nine digits: an alias, it never decides alone.
    Rule(C.SEVERAL_PEOPLE, "nine_digits_lead_to_several_who_agree", "none", lambda f: f.nine == "many"),
    Rule(C.DEAD, "nine_digits_of_a_dead_person", "nine", _is("nine", "dead")),
    Rule(C.MINOR, "nine_digits_of_a_child", "nine", _is("nine", "minor")),
    Rule(
        C.SEVERAL_ACCOUNTS,
        "another_account_leads_to_the_same_person",
        "nine",
        lambda f: f.nine == "one" and f.accounts == "several",
    ),
    Rule(C.NINE_RESOLVABLE, "nine_digits_name_and_birth_date_agree", "nine", _is("nine")),
    Rule(C.NINE_UNRESOLVABLE, "nine_digits_of_somebody_else", "none", lambda f: f.nine == "other"),
    Rule(C.NINE_UNRESOLVABLE, "nine_digits_unknown", "none", lambda f: f.nine == "nobody"),
    # No number that leads anywhere: name and birth date, then the model.
    Rule(C.SEVERAL_PEOPLE, "several_people_of_this_name_and_birth_date", "none", lambda f: f.namesakes == "many"),
    # guard: linkage-somebody-nearer
    Rule(
        C.SEVERAL_PEOPLE,
        "namesake_elsewhere_and_another_nearby",
        "none",
        lambda f: f.namesakes == "one" and f.nearby,
    ),
    Rule(C.DEAD, "name_and_birth_date_of_a_dead_person", "namesake", _is("namesakes", "dead")),
    Rule(C.MINOR, "name_and_birth_date_of_a_child", "namesake", _is("namesakes", "minor")),
    Rule(C.PROBABLE, "only_person_of_this_name_and_birth_date", "namesake", _is("namesakes")),
    Rule(C.SEVERAL_PEOPLE, "several_people_are_as_likely", "none", lambda f: f.likeliest == "many"),
    Rule(C.DEAD, "probably_a_dead_person", "likeliest", _is("likeliest", "dead")),
    Rule(C.MINOR, "probably_a_child", "likeliest", _is("likeliest", "minor")),
    Rule(C.PROBABLE, "one_person_stands_out", "likeliest", _is("likeliest")),
    Rule(C.NO_MATCH, "number_was_cancelled", "none", lambda f: f.number == "cancelled"),
    Rule(C.NO_MATCH, "number_not_in_the_register", "none", lambda f: f.number == "missing"),
    Rule(C.NO_MATCH, "nobody_of_this_name_and_birth_date", "none", lambda _f: True),
)


def decide(facts: Facts) -> Decision:
    """The first rule that holds. There is always one: the last holds for everything."""
    rule = next(rule for rule in RULES if rule.when(facts))
    return Decision(rule.account_class, rule.reason, rule.person)


def rules_table() -> str:
    """The rules in order, as the Markdown table of `docs/linkage/rules.md`."""
    lines = ["| | class | reason | the person is |", "| --- | --- | --- | --- |"]
    for place, rule in enumerate(RULES, 1):
        person = {"none": "nobody", "number": "whom the number leads to", "nine": "whom the 9 digits lead to"}
        person |= {"namesake": "the one of this name and date", "likeliest": "the one the model prefers"}
        lines.append(f"| {place} | `{rule.account_class}` | `{rule.reason}` | {person[rule.person]} |")
    return "\n".join(lines) + "\n"
