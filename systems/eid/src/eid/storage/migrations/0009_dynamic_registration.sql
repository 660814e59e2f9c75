-- Tokens of dynamic registration, as hashes: initial ones are used once, a client's own is replaced at each use.

create table registration_tokens (
    token_hash bytea primary key,
    client_id  text references clients on delete cascade,  -- null: an initial access token
    expires_at timestamptz,
    created_at timestamptz not null default now()
);
create unique index registration_tokens_client on registration_tokens (client_id);
