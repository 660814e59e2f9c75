-- What happens between a browser and the code.

create table pushed_requests (
    request_uri_hash bytea primary key,
    client_id        text not null,
    request          bytea not null,          -- sealed: login_hint may hold a personal number
    expires_at       timestamptz not null,
    used_by          uuid                     -- the presentation that used it up
);
create index pushed_requests_expiry on pushed_requests (expires_at);

create table interactions (
    id               text primary key,
    browser_hash     bytea not null,          -- the pre-session that it belongs to
    client_id        text,                    -- null: the owner's own page
    request          bytea,                   -- sealed
    request_uri_hash bytea,                   -- lets a reloaded /authorize find its way back
    created_at       timestamptz not null default now(),
    account_id       uuid references accounts,
    password_at      timestamptz,
    session_id       uuid,
    consent_id       uuid,
    finished_at      timestamptz
);
create index interactions_created on interactions (created_at);
create index interactions_request_uri on interactions (request_uri_hash);

create table one_time_codes (
    interaction_id text primary key references interactions on delete cascade,
    mac            bytea not null,
    sent_at        timestamptz not null,
    tries          smallint not null default 0,
    used           boolean not null default false
);

create table sessions (
    id           uuid primary key,
    token_hash   bytea not null unique,
    account_id   uuid not null references accounts,
    auth_time    timestamptz not null,
    created_at   timestamptz not null,
    last_seen_at timestamptz not null,
    user_agent   text not null,
    ended_at     timestamptz
);
create index sessions_account on sessions (account_id) where ended_at is null;

create table consents (
    id         uuid primary key,
    account_id uuid not null references accounts,
    client_id  text not null,
    asked      text[] not null,
    granted    text[] not null,
    version    text not null,
    given_at   timestamptz not null,
    revoked_at timestamptz
);
create index consents_account on consents (account_id, client_id, given_at desc);

create table grants (
    id              uuid primary key,
    code_hash       bytea not null unique,
    client_id       text not null,
    sector          text not null,
    account_id      uuid not null references accounts,
    session_id      uuid not null references sessions,
    sub             text not null,
    redirect_uri    text not null,
    code_challenge  text not null,
    scope           text[] not null,
    granted         text[] not null,
    acr             text not null,
    amr             text[] not null,
    auth_time       timestamptz not null,
    nonce           text,
    checked_at      timestamptz,
    code_expires_at timestamptz not null,
    redeemed_by     uuid,                     -- the presentation that came first
    redeemed_at     timestamptz,
    revoked_at      timestamptz,
    created_at      timestamptz not null default now()
);
create index grants_session on grants (session_id);
create index grants_account on grants (account_id, client_id);
create index grants_created on grants (created_at);

create table client_assertions (
    client_id  text not null,
    jti        text not null,
    expires_at timestamptz not null,
    claimed_by uuid not null,
    primary key (client_id, jti)
);
create index client_assertions_expiry on client_assertions (expires_at);

create table rate_limits (
    key        bytea not null,
    window_end timestamptz not null,
    count      integer not null,
    primary key (key)
);
