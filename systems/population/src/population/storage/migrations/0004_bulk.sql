-- Verifying many people in one job. No number and no name: blind indexes, and one byte for each answer.

create table bulk_job (
    client_id      text not null references client,
    job            uuid not null,
    purpose        text not null,
    procedure_code text,
    reference      text not null,
    on_behalf_of   text,
    opened_at      timestamptz not null default now(),
    primary key (client_id, job)
);

-- What was answered, in the order of the rows: for giving the results, again if need be, and for knowing a row again.
create table bulk_chunk (
    client_id   text not null,
    job         uuid not null,
    first_row   bigint not null,
    count       integer not null,
    digest      bytea not null,
    answers     bytea not null,
    answered_at timestamptz not null default now(),
    primary key (client_id, job, first_row),
    foreign key (client_id, job) references bulk_job on delete cascade
);

-- Whom an entry of the access log asked for, where they are many: blind indexes cut to 16 bytes with the answer's byte,
-- sorted, apart by first byte. The entry holds the hash of all of them, so the chain covers these too.
create table access_log_people (
    bucket smallint not null,
    entry  bigint not null,
    people bytea not null,
    primary key (bucket, entry)
);
alter table access_log_people alter column people set storage main;
create index access_log_people_entry on access_log_people (entry);
create trigger access_log_people_stays before update or truncate on access_log_people
    for each statement execute function access_log_stays();

create function access_log_people_go() returns trigger language plpgsql as $$
begin
    if exists (select from access_log where id = old.entry) then
        raise exception 'the access log is append-only and kept for 5 years';
    end if;
    return old;
end
$$;
-- guard: npd-people-of-a-bulk-stay
create trigger access_log_people_go before delete on access_log_people
    for each row execute function access_log_people_go();

alter table access_log add column people_hash bytea;

create or replace function access_entry_text(entry access_log) returns text language sql stable as $$
    select jsonb_build_array(
        entry.id, extract(epoch from entry.at), entry.request_id, entry.client_id, entry.purpose,
        entry.procedure_code, entry.reference, entry.on_behalf_of, entry.what, entry.fields, entry.outcome,
        entry.result_shown, encode(entry.subject_index, 'hex'))::text
        || case when entry.people_hash is null then '' else encode(entry.people_hash, 'hex') end
$$;
