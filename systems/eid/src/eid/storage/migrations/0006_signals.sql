-- Streams of shared signals, and what still has to be told on them.

create table signal_streams (
    stream_id        uuid primary key,
    client_id        text not null unique references clients on delete cascade,
    sector           text not null,
    events_requested text[] not null,
    events_delivered text[] not null,
    delivery_method  text not null,
    endpoint_url     text,
    authorization_header bytea,               -- sealed: the receiver's secret
    description      text,
    status           text not null check (status in ('enabled', 'paused', 'disabled')),
    reason           text,
    created_at       timestamptz not null default now(),
    verified_at      timestamptz,             -- when a verification was last asked for
    attempts         integer not null default 0,
    next_at          timestamptz not null default now(),
    leased_until     timestamptz not null default now()
);

create table signal_exclusions (
    stream_id  uuid not null references signal_streams on delete cascade,
    account_id uuid not null references accounts,
    primary key (stream_id, account_id)
);

-- In the order of `id` per stream. No personal value stands in it: whom it is about is the sub of the receiver's sector.
create table signal_outbox (
    id         bigint generated always as identity primary key,
    stream_id  uuid not null references signal_streams on delete cascade,
    jti        uuid not null unique default gen_random_uuid(),
    txn        uuid not null,
    event_type text not null,
    body       jsonb not null,
    sub        text,                          -- null: about the stream itself
    session_id uuid,
    happened_at timestamptz not null,
    queued_at  timestamptz not null default now(),
    settled_at timestamptz,
    refused    text                           -- the receiver's error (RFC 8935 2.4), when that is how it ended
);
create index signal_outbox_waiting on signal_outbox (stream_id, id) where settled_at is null;
create index signal_outbox_settled on signal_outbox (settled_at);
