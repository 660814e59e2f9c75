-- What the register keeps. Personal data are sealed; equality is asked through blind indexes only.

create table person (
    number_index    bytea primary key check (length(number_index) = 32),
    legacy_index    bytea,
    household_index bytea,
    record          bytea not null,
    state           text not null check (state in ('live', 'dead', 'cancelled', 'merged')),
    state_since     date,
    merged_into     bytea,
    fingerprint     bytea not null,
    changed_at      timestamptz not null default now(),
    check ((state = 'merged') = (merged_into is not null))
);
create index person_household on person (household_index) where household_index is not null;
create index person_legacy on person (legacy_index) where legacy_index is not null;

create table client (
    client_id     text primary key,
    name_vi       text not null,
    name_en       text not null,
    agency_code   text not null,
    jwks          jsonb not null,
    purposes      text[] not null,
    grants        jsonb not null,
    quota_per_day integer not null check (quota_per_day >= 1),
    changed_at    timestamptz not null default now()
);

create table used_assertion (
    client_id  text not null,
    jti        bytea not null,
    expires_at timestamptz not null,
    primary key (client_id, jti)
);

-- An account or dossier that a client says it handles now.
create table reference (
    client_id text not null references client,
    kind      text not null,
    ref       text not null,
    opened_at timestamptz not null default now(),
    closed_at timestamptz,
    primary key (client_id, kind, ref)
);

create table quota (
    day   date not null,
    scope text not null,
    key   bytea not null,
    used  integer not null,
    cap   integer not null,
    primary key (day, scope, key)
);

-- Who asked for whom, what, why, when; each entry carries the hash of the one before it.
create table access_log (
    id             bigint primary key,
    at             timestamptz not null,
    request_id     uuid not null,
    client_id      text not null,
    purpose        text not null,
    procedure_code text,
    reference      text not null,
    on_behalf_of   text,
    what           text not null,
    fields         text[] not null,
    outcome        text not null,
    result_shown   boolean not null,
    subject_index  bytea,
    prev_hash      bytea not null,
    hash           bytea not null
);
create index access_log_subject on access_log (subject_index, id desc);
create index access_log_at on access_log (at);

create table access_chain (
    only_one boolean primary key default true check (only_one),
    last_id  bigint not null,
    hash     bytea not null
);
insert into access_chain (last_id, hash) values (0, sha256('motcua population access log'::bytea));

create function access_entry_hash(entry access_log) returns bytea language sql stable as $$
    select sha256(entry.prev_hash || convert_to(jsonb_build_array(
        entry.id, extract(epoch from entry.at), entry.request_id, entry.client_id, entry.purpose,
        entry.procedure_code, entry.reference, entry.on_behalf_of, entry.what, entry.fields, entry.outcome,
        entry.result_shown, encode(entry.subject_index, 'hex'))::text, 'UTF8'))
$$;

create function access_log_chain() returns trigger language plpgsql as $$
declare
    last access_chain;
begin
    select * into last from access_chain for update;
    new.id := last.last_id + 1;
    new.at := clock_timestamp();
    new.prev_hash := last.hash;
    -- guard: npd-access-log-is-a-chain
    new.hash := access_entry_hash(new);
    update access_chain set last_id = new.id, hash = new.hash;
    return new;
end
$$;
create trigger access_log_chain before insert on access_log for each row execute function access_log_chain();

create function access_log_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if old.at < now() - interval '5 years' then
            return old;
        end if;
    end if;
    raise exception 'the access log is append-only and kept for 5 years';
end
$$;
-- guard: npd-access-log-is-append-only
create trigger access_log_stays before update or delete on access_log for each row execute function access_log_stays();
create trigger access_log_whole before truncate on access_log for each statement execute function access_log_stays();

-- Events to be pushed to the e-ID; the content is sealed, and gone once delivered.
create table outbox (
    id           bigint generated always as identity primary key,
    jti          uuid not null unique,
    receiver     text not null,
    content      bytea,
    created_at   timestamptz not null default now(),
    attempts     integer not null default 0,
    next_at      timestamptz not null default now(),
    delivered_at timestamptz
);
create index outbox_due on outbox (next_at) where delivered_at is null;

create table alarm (
    id        bigint generated always as identity primary key,
    kind      text not null,
    key       bytea not null,
    day       date not null,
    client_id text,
    count     integer not null,
    raised_at timestamptz not null default now(),
    mailed_at timestamptz,
    unique (kind, key, day)
);
