-- People in sixteen parts by the number's blind index, which is a hash: 100 million in parts of 6 million.
-- `match_key` is a keyed digest of number, canonical name and whole birth date: equal means that all three agree.

alter table person rename to person_whole;
alter table person_whole rename constraint person_pkey to person_whole_pkey;
alter index person_household rename to person_whole_household;
alter index person_legacy rename to person_whole_legacy;

create table person (
    number_index    bytea not null check (length(number_index) = 32),
    legacy_index    bytea,
    household_index bytea,
    record          bytea not null,
    state           text not null check (state in ('live', 'dead', 'cancelled', 'merged')),
    state_since     date,
    merged_into     bytea,
    fingerprint     bytea not null,
    match_key       bytea check (length(match_key) = 16),
    changed_at      timestamptz not null default now(),
    primary key (number_index) include (state, match_key),
    check ((state = 'merged') = (merged_into is not null))
) partition by range (number_index);

do $$
begin
    for part in 0..15 loop
        execute format(
            'create table person_%s partition of person for values from (%s) to (%s)',
            to_hex(part),
            case part when 0 then 'minvalue' else quote_literal(decode(to_hex(part) || '0', 'hex')) end,
            case part when 15 then 'maxvalue' else quote_literal(decode(to_hex(part + 1) || '0', 'hex')) end
        );
    end loop;
end
$$;
create index person_household on person (household_index) where household_index is not null;
create index person_legacy on person (legacy_index) where legacy_index is not null;

insert into person (number_index, legacy_index, household_index, record, state, state_since, merged_into, fingerprint, changed_at)
    select number_index, legacy_index, household_index, record, state, state_since, merged_into, fingerprint, changed_at
    from person_whole;
drop table person_whole;
