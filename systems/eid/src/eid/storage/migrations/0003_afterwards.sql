-- What is told to others and to the owner afterwards.

create table logout_queue (
    id           uuid primary key,
    client_id    text not null,
    sub          text not null,
    session_id   uuid not null,
    queued_at    timestamptz not null default now(),
    attempts     integer not null default 0,
    next_at      timestamptz not null default now(),
    delivered_at timestamptz,
    given_up_at  timestamptz
);
create index logout_queue_due on logout_queue (next_at) where delivered_at is null and given_up_at is null;

create table register_events (
    jti         text primary key,
    account_id  uuid references accounts,     -- null: the number has no account here
    agency      jsonb,
    purpose     text,
    happened_at timestamptz,
    received_at timestamptz not null default now()
);
create index register_events_account on register_events (account_id, happened_at desc);

create table notice_queue (
    id           uuid primary key,
    account_id   uuid not null references accounts,
    event_jti    text references register_events (jti),
    kind         text not null,
    queued_at    timestamptz not null default now(),
    attempts     integer not null default 0,
    next_at      timestamptz not null default now(),
    delivered_at timestamptz,
    given_up_at  timestamptz
);
create index notice_queue_due on notice_queue (next_at) where delivered_at is null and given_up_at is null;

-- Append-only: access to personal data is kept five years (Decree 69/2024). No personal value stands in it.
create table audit (
    id         bigint generated always as identity primary key,
    at         timestamptz not null default now(),
    event      text not null,
    account_id uuid,
    client_id  text,
    session_id uuid,
    detail     jsonb not null default '{}'
);
create index audit_account on audit (account_id, at desc);

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'audit rows are never changed';
end $$;
create trigger audit_no_update before update on audit for each row execute function audit_is_append_only();
