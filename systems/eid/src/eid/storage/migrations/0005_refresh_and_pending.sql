-- What goes on after the code, and what is allowed on another screen.

-- One row per grant however often it is refreshed: the newest token's number. No token and no hash stands here.
create table refresh_families (
    grant_id    uuid primary key references grants on delete cascade,
    client_id   text not null,
    bound_key   text,                         -- null: bound by the client's authentication
    rotates     boolean not null,
    generation  integer not null default 0,
    expires_at  timestamptz not null,
    used_at     timestamptz not null,
    rotated_at  timestamptz,
    rotated_key text not null default '',
    proven      boolean not null default false
) with (fillfactor = 70);                     -- rotations stay on their page
create index refresh_families_expiry on refresh_families (expires_at);

-- Device grant and CIBA: a request that waits for its owner.
create table pending_requests (
    id              uuid primary key,
    kind            text not null check (kind in ('device', 'ciba')),
    code_hash       bytea not null unique,    -- of the device_code or auth_req_id
    user_code_blind bytea unique,             -- device only
    client_id       text not null,
    account_id      uuid references accounts, -- ciba: who is asked; device: who answered
    content         bytea not null,           -- sealed: request, binding message, notification token
    state           text not null default 'pending' check (state in ('pending', 'allowed', 'denied')),
    created_at      timestamptz not null,
    expires_at      timestamptz not null,
    interval        integer not null,
    polled_at       timestamptz,
    decided_at      timestamptz,
    grant_id        uuid references grants on delete cascade,
    redeemed        boolean not null default false,
    ping_at         timestamptz,              -- when the client is told next; null: never
    ping_attempts   integer not null default 0
);
create index pending_requests_account on pending_requests (account_id, expires_at) where state = 'pending';
create index pending_requests_expiry on pending_requests (expires_at);
create index pending_requests_ping on pending_requests (ping_at) where ping_at is not null;

-- Grants of another screen belong to no browser's session.
alter table grants alter column session_id drop not null;
alter table grants alter column code_hash drop not null;

-- Tokens that ended alone, without their grant: until they would have ended anyway.
create table revoked_tokens (
    jti        text primary key,
    expires_at timestamptz not null
);
create index revoked_tokens_expiry on revoked_tokens (expires_at);

-- A sign-in that began on a page of ours goes back there; one that decides a pending request says which.
alter table interactions add column return_to text;
alter table interactions add column pending_id uuid references pending_requests on delete cascade;

-- A notice that is not about the register.
alter table notice_queue add column client_id text;
