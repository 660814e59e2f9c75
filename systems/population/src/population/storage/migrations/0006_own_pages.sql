-- People at the register's own pages, signed in with the e-ID; officers; corrections; orders of secrecy.

create table sign_in_state (
    state_hash bytea primary key,
    browser    bytea not null,
    content    bytea not null,
    expires_at timestamptz not null
);

create table visit (
    id_hash      bytea primary key,
    number_index bytea not null,
    content      bytea not null,
    expires_at   timestamptz not null
);

create table officer (
    number_index bytea primary key,
    name         bytea not null,
    duties       text[] not null,
    active       boolean not null default true
);

create table correction (
    id           uuid primary key,
    number_index bytea not null,
    content      bytea not null,
    asked_at     timestamptz not null,
    due_at       timestamptz not null,
    outcome      text check (outcome in ('grant', 'refuse')),
    reason       bytea,
    decided_at   timestamptz
);
create index correction_of on correction (number_index, asked_at desc);
create index correction_open on correction (due_at) where outcome is null;

create table correction_opinion (
    correction uuid not null references correction,
    officer    bytea not null,
    opinion    text not null check (opinion in ('grant', 'refuse')),
    reason     bytea not null,
    given_at   timestamptz not null,
    primary key (correction, officer)
);

-- Reads by a client under a court's or investigator's order are logged as all are, and shown when the order is over.
create table secrecy_order (
    id           uuid primary key,
    number_index bytea not null,
    client_id    text not null references client,
    ground       bytea not null,
    until        date not null,
    asked_by     bytea not null,
    asked_at     timestamptz not null default now(),
    approved_by  bytea,
    approved_at  timestamptz,
    ended_at     timestamptz,
    check (approved_by is null or approved_by <> asked_by)
);
create index secrecy_order_of on secrecy_order (number_index);

alter table alarm add column note bytea, add column acknowledged_at timestamptz, add column acknowledged_by bytea;
