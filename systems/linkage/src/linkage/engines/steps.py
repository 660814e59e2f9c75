"""The dry run as a list of named SQL steps, read alike by DuckDB and Spark. Each step is one table.

Inputs: `accounts`, `people`, `organisations` (columns of `linkage.normalise.columns`). Nothing here decides: the steps
find out the facts of `linkage.decisions.Facts`, a word each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from linkage.model.comparisons import COMPARISONS

GUARDED_UNDER = 14  # own e-ID accounts from 14 (Decree 59/2022, Decree 69/2024)
BITS = tuple(f"bits_{one.name}" for one in COMPARISONS)


def _bits(of: str = "") -> str:
    return ", ".join(f"{of}{column}" for column in BITS)


@dataclass(frozen=True, slots=True)
class Step:
    """One table of a run: its name, the sentence of the progress bar, the query."""

    name: str
    says: str
    sql: str


def born_after(as_of: date) -> str:
    """Whoever is born after this ISO text is surely under 14 on the day (a year alone sorts before its days)."""
    day = as_of.day - 1 if (as_of.month, as_of.day) == (2, 29) else as_of.day
    return f"{as_of.year - GUARDED_UNDER:04}-{as_of.month:02}-{day:02}"


FORMER = """
select number as former_number, merged_into from people where merged_into is not null
"""

# May be searched for: what the rules ask before anything of the register (decisions.RULES, first rows).
_PLAIN = """a.kind = 'citizen' and not a.foreigner and a.last_sign_in is not null
    and a.birth_date is not null and a.name_rest <> ''"""


def numbered(as_of: date) -> str:
    """For every account: what its number leads to, and how that record agrees."""
    return f"""
select a.seq,
  case when a.number is null then 'none'
       when p.number is null and f.former_number is null then 'missing'
       when p.number is null or p.state in ('merged', 'cancelled') then 'cancelled'
       when f.former_number is not null then 'former'
       else 'found' end as number_fact,
  case when p.number is null then 'none'
       when a.name_spelled = p.name_spelled then 'same'
       when a.name_folded = p.name_folded then 'accents'
       when a.name_ordered = p.name_ordered then 'order'
       else 'differs' end as name_fact,
  case when p.number is null or a.birth_date is null or p.birth_date is null then 'none'
       when a.birth_date = p.birth_date then 'same'
       when substr(a.birth_date, 1, length(p.birth_date)) = p.birth_date
         or substr(p.birth_date, 1, length(a.birth_date)) = a.birth_date then 'part'
       else 'differs' end as date_fact,
  case when p.state = 'dead' then 'dead' when p.birth_date > '{born_after(as_of)}' then 'minor'
       when p.number is null then '' else 'live' end as state,
  p.number as person, p.commune as person_commune, substr(a.birth_date, 1, 4) as birth_year,
  a.id9 is not null as has_id9, {_PLAIN} as plain
from accounts a
left join former f on f.former_number = a.number
left join people p on p.number = coalesce(f.merged_into, a.number)
"""


AGREES = """n.number_fact in ('found', 'former') and n.name_fact in ('same', 'accents', 'order')
    and n.date_fact in ('same', 'part')"""


def aliased(as_of: date) -> str:
    """For accounts with nine digits only: how many people they lead to, how many of them agree, and who."""
    agrees = """(a.name_ordered = p.name_ordered and (substr(a.birth_date, 1, length(p.birth_date)) = p.birth_date
      or substr(p.birth_date, 1, length(a.birth_date)) = a.birth_date))"""
    return f"""
select a.seq, count(*) as led_to, sum(case when {agrees} then 1 else 0 end) as agreeing,
  min(case when {agrees} then p.number end) as person,
  min(case when {agrees} then case when p.state = 'dead' then 'dead'
    when p.birth_date > '{born_after(as_of)}' then 'minor' else 'live' end end) as state
from accounts a join people p on p.id9 = a.id9
where a.id9 is not null and p.merged_into is null
group by a.seq
"""


def seekers() -> str:
    """Accounts whose number settles nothing, or agrees but for the name: who else bears name and birth date?"""
    return f"""
select a.seq, a.number, a.name_spelled, a.name_folded, a.name_ordered, a.name_rest, a.name_head, a.name_given,
  a.birth_date, a.commune, n.number_fact, n.person, n.person_commune, ({AGREES}) as agrees
from accounts a join numbered n on n.seq = a.seq
where n.plain and not n.has_id9 and not (({AGREES}) and n.name_fact = 'same')
"""


def namesakes(as_of: date) -> str:
    """Other people of this name (any order, any accents) and birth date: all, those spelled alike, and the rivals of
    a record that agrees but for the name: spelled alike, or of the same commune, as twins are.
    """
    alike = "s.name_spelled = p.name_spelled"
    state = f"""case when p.state = 'dead' then 'dead' when p.birth_date > '{born_after(as_of)}' then 'minor'
      else 'live' end"""
    return f"""
select s.seq, count(*) as folded, sum(case when {alike} then 1 else 0 end) as spelled,
  sum(case when {alike} or p.commune = s.commune or p.commune = s.person_commune then 1 else 0 end) as rivals,
  min(case when {alike} then p.number end) as spelled_person, min(p.number) as folded_person,
  min(case when {alike} then {state} end) as spelled_state, min({state}) as folded_state,
  min(case when {alike} then p.commune end) as spelled_commune, min(p.commune) as folded_commune
from seekers s join people p on p.name_ordered = s.name_ordered and p.birth_date = s.birth_date
where length(s.birth_date) = 10 and p.merged_into is null and (s.person is null or p.number <> s.person)
group by s.seq
"""


def _swapped(day: str) -> str:
    """The same date with day and month in each other's place."""
    return f"concat(substr({day}, 1, 5), substr({day}, 9, 2), '-', substr({day}, 6, 2))"


def nearby() -> str:
    """Seekers without a number whose only namesake lives elsewhere, while somebody of their own commune nearly fits."""
    elsewhere = """(select s.seq, s.name_ordered, s.name_folded, s.name_rest, s.birth_date, s.commune
    from seekers s join namesakes k on k.seq = s.seq
    where s.number_fact not in ('found', 'former') and (k.spelled = 1 and k.spelled_commune <> s.commune
      or k.spelled = 0 and k.folded = 1 and k.folded_commune <> s.commune))"""
    return f"""
select distinct seq from (
  select s.seq from {elsewhere} s join people p on p.commune = s.commune and p.name_ordered = s.name_ordered
  where p.merged_into is null and p.birth_date <> s.birth_date and (levenshtein(p.birth_date, s.birth_date) <= 2
    or p.birth_date = {_swapped("s.birth_date")} or p.birth_date = substr(s.birth_date, 1, length(p.birth_date)))
  union all
  select s.seq from {elsewhere} s join people p on p.commune = s.commune and p.birth_date = s.birth_date
  where p.merged_into is null and p.name_ordered <> s.name_ordered
    and (p.name_rest = s.name_rest or levenshtein(p.name_folded, s.name_folded) <= 2)
) found
"""


def open_accounts() -> str:
    """Left of the model: accounts that the rules leave open, with the columns its blocking rules read."""
    known = "s.number_fact in ('found', 'former')"
    return f"""
select s.seq as unique_id, lpad(cast(s.number as varchar(12)), 12, '0') as digits,
  case when {known} then s.person end as block_number,
  case when not {known} then s.birth_date end as block_date,
  case when not {known} then s.name_ordered end as block_name,
  case when not {known} and (s.number is not null or s.commune is null) then s.name_ordered end as block_wide,
  case when length(s.birth_date) = 10 then {_swapped("s.birth_date")} end as block_swapped,
  substr(s.birth_date, 1, 4) as birth_year, substr(s.birth_date, 6, 5) as month_and_day,
  s.name_spelled, s.name_folded, s.name_ordered, s.name_rest, s.name_head, s.name_given, s.birth_date, s.commune
from seekers s left join namesakes k on k.seq = s.seq
where not s.agrees and k.seq is null
"""


def candidates() -> str:
    """Right of the model: people whom a blocking rule can meet, and nobody else."""

    def met(keys: str, join: str, among: str = "people") -> str:
        return f"select p.number from {among} p join (select distinct {keys} from open_accounts) k on {join}"

    day = "case when length(p.birth_date) = 10 then substr(p.birth_date, 6, 5) end"
    name, year = "k.block_name = p.name_ordered", "k.birth_year = substr(p.birth_date, 1, 4)"
    return f"""
with alike as (
  select p.number, p.name_ordered, p.birth_date, p.commune
  from people p join (select distinct block_name, birth_year from open_accounts) k on {name} and {year}
)
select p.number as unique_id, lpad(cast(p.number as varchar(12)), 12, '0') as digits, p.number as block_number,
  cast(null as varchar(10)) as block_date, cast(null as varchar(200)) as block_name,
  cast(null as varchar(200)) as block_wide, cast(null as varchar(10)) as block_swapped,
  substr(p.birth_date, 1, 4) as birth_year, {day} as month_and_day,
  p.name_spelled, p.name_folded, p.name_ordered, p.name_rest, p.name_head, p.name_given, p.birth_date, p.commune,
  case when p.state = 'dead' then 'dead' else 'live' end as state
from people p join (
  {met("block_number", "k.block_number = p.number")}
  union
  {met("block_date, name_given", "k.block_date = p.birth_date and k.name_given = p.name_given")}
  union
  {met("block_date, name_head", "k.block_date = p.birth_date and k.name_head = p.name_head")}
  union
  {met("block_name, birth_year, commune", f"{name} and {year} and k.commune = p.commune", "alike")}
  union
  {met("block_wide, birth_year", f"k.block_wide = p.name_ordered and {year}", "alike")}
  union
  {met("block_name, block_swapped", f"{name} and k.block_swapped = p.birth_date", "alike")}
  union
  {met("block_name, month_and_day", f"{name} and k.month_and_day = {day}")}
) met on met.number = p.number
where p.merged_into is null
"""


def likeliest(as_of: date, threshold: float, margin: float) -> str:
    """For each open account the best person of the model, and whether somebody else is nearly as likely."""
    return f"""
select b.seq, b.person, b.weight, {_bits("b.")},
  case when b.weight < {threshold} then 'none'
       when b.next_weight is null or b.weight - b.next_weight >= {margin} then 'one' else 'many' end as likeliest,
  case when c.state = 'dead' then 'dead' when c.birth_date > '{born_after(as_of)}' then 'minor' else 'live' end as state
from (
  select seq, person, weight, {_bits()}, row_number() over w as place, lead(weight) over w as next_weight
  from scored window w as (partition by seq order by weight desc, person)
) b join candidates c on c.unique_id = b.person
where b.place = 1
"""


def sure() -> str:
    """People to whom more than one account leads surely."""
    return f"""
select person from (
  select n.person from numbered n left join namesakes k on k.seq = n.seq
    where n.plain and {AGREES} and coalesce(k.rivals, 0) = 0
  union all
  select x.person from aliased x join numbered n on n.seq = x.seq where n.plain and x.agreeing = 1
    and n.number_fact = 'none'
) found group by person having count(*) > 1
"""


FACTS = (
    """
select n.seq, n.number_fact, n.name_fact, n.date_fact, n.birth_year, a.kind, a.foreigner,
  a.birth_date is not null and coalesce(a.name_rest, '') <> '' as usable, a.last_sign_in is not null as signed_in,
  case when a.kind <> 'organisation' then ''
       when o.tax_code is null then 'unknown'
       when n.state = 'dead' then 'dead'
       when o.representative = n.person and """
    + AGREES
    + """ then 'current' else 'left' end as representative,
  case when not n.has_id9 then 'none' when x.seq is null then 'nobody' when x.agreeing = 0 then 'other'
       when x.agreeing = 1 then 'one' else 'many' end as nine,
  case when k.seq is null then 'none'
       when """
    + AGREES
    + """ then case when k.rivals > 0 then 'one' else 'none' end
       when k.spelled = 1 or (k.spelled = 0 and k.folded = 1) then 'one' else 'many' end as namesakes,
  b.seq is not null as nearby,
  coalesce(m.likeliest, 'none') as likeliest,
  case when """
    + AGREES
    + """ then n.state
       when x.agreeing = 1 then x.state
       when k.spelled = 1 then k.spelled_state
       when k.spelled = 0 and k.folded = 1 then k.folded_state
       when k.seq is null and m.likeliest = 'one' then m.state else '' end as state,
  case when d.person is not null then 'several' else 'one' end as accounts,
  n.person as person_number, x.person as person_nine,
  case when k.spelled = 1 then k.spelled_person when k.folded = 1 then k.folded_person end as person_namesake,
  m.person as person_likeliest, m.weight, """
    + _bits("m.")
    + """
from numbered n join accounts a on a.seq = n.seq
left join organisations o on o.tax_code = a.tax_code and a.kind = 'organisation'
left join aliased x on x.seq = n.seq and n.number_fact = 'none'
left join namesakes k on k.seq = n.seq
left join nearby b on b.seq = n.seq
left join likeliest m on m.seq = n.seq
left join sure d on d.person = case when """
    + AGREES
    + """ then n.person
  when x.agreeing = 1 then x.person end
"""
)

# The facts of `linkage.decisions.Facts`, in its order.
FACT_COLUMNS = (
    "kind", "representative", "foreigner", "usable", "signed_in", "number_fact", "name_fact", "date_fact", "state",
    "nine", "namesakes", "nearby", "likeliest", "accounts",
)  # fmt: skip

COMBINATIONS = f"""
select {", ".join(FACT_COLUMNS)}, count(*) as accounts_of_it from facts group by {", ".join(FACT_COLUMNS)}
"""


def decided() -> str:
    """Every account with its class, the reason, whose it is, and what a report counts by; sorted before texts are made
    of what an engine may hold as numbers.
    """
    scores = ", ".join(f"case when t.scored then f.{column} end as {column}" for column in ("weight", *BITS))
    same = " and ".join(f"f.{column} = t.{column}" for column in FACT_COLUMNS)
    texts = ", ".join(f"cast({column} as varchar(1000)) as {column}" for column in ("account_class", "reason", "facts"))
    return f"""
select seq, account_ref, {texts}, person, weight, {_bits()}, kind, commune, birth_year, last_sign_in
from (
  select f.seq, a.account_ref, t.account_class, t.reason, t.facts,
    case t.person when 'number' then f.person_number when 'nine' then f.person_nine
      when 'namesake' then f.person_namesake when 'likeliest' then f.person_likeliest end as person,
    {scores},
    a.kind, a.commune, f.birth_year, a.last_sign_in
  from facts f join accounts a on a.seq = f.seq join decisions t on {same}
  order by f.seq
) sorted
"""
