-- What services told their users through us; who is not known here leaves a row without an account, so that a
-- notice that comes again is known again. No personal value stands in it.

create table notices (
    client_id   text        not null,
    id          uuid        not null,
    account_id  uuid references accounts,
    kind        text        not null,
    received_at timestamptz not null default now(),
    primary key (client_id, id)
);
create index notices_account on notices (account_id, received_at desc) where account_id is not null;
