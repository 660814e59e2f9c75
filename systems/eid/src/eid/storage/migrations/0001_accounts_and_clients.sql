-- Who relies on us, who has an account, and by which name each sector knows each account.

create table clients (
    client_id   text primary key,
    metadata    jsonb not null,
    updated_at  timestamptz not null default now()
);

create table accounts (
    id                uuid primary key,
    personal_id       bytea not null,
    personal_id_blind bytea not null unique,
    full_name         bytea not null,
    birth_date        bytea not null,
    sex               text not null check (sex in ('M', 'F')),
    phone             bytea,
    phone_blind       bytea,
    email             bytea,
    email_blind       bytea,
    password_hash     text,
    level             smallint not null check (level in (1, 2)),
    state             text not null check (state in ('active', 'locked', 'not_activated', 'dead')),
    lock_reason       text,
    phone_since       date,
    register_opened_at  timestamptz,
    register_checked_at timestamptz,
    register_request_id text,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now()
);
create index accounts_phone on accounts (phone_blind);

create table subjects (
    account_id uuid not null references accounts,
    sector     text not null,
    sub        text not null unique,
    created_at timestamptz not null default now(),
    primary key (account_id, sector)
);
