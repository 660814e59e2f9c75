-- What happens to records, told to subscribers: for each one numbered without a gap, in the order of the commits.

create table subscriber (
    client_id text primary key references client,
    push_to   text not null,
    kinds     text[] not null,
    about     text not null check (about in ('everybody', 'asked')),
    newest    bigint not null default 0
);

-- Apart from `subscriber`, whose row a writer holds until it commits: a slow receiver must not hold up a writer.
create table feed_cursor (
    client_id text primary key references subscriber on delete cascade,
    delivered bigint not null default 0,
    attempts  integer not null default 0,
    next_at   timestamptz not null default now()
);

-- Kept after delivery, sealed, so that a subscriber can be told again; gone after 90 days.
create table feed (
    client_id  text not null references subscriber on delete cascade,
    position   bigint not null,
    jti        uuid not null unique,
    content    bytea not null,
    written_at timestamptz not null default now(),
    set_aside  boolean not null default false,
    primary key (client_id, position)
);
