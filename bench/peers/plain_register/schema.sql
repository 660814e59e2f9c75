create table person (personal_id text primary key, full_name text not null, birth_date text not null, record jsonb not null);
create table reference (client_id text, kind text, ref text, primary key (client_id, kind, ref));
create table quota (day date, client_id text, used int not null, primary key (day, client_id));
create table access_log (id bigint generated always as identity primary key, at timestamptz not null default now(),
    request_id uuid not null, client_id text not null, purpose text not null, reference text not null, what text not null,
    fields text[] not null, outcome text not null, personal_id text not null);
create index on access_log (personal_id, id desc);
create index on access_log (at)
