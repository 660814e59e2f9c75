-- People made up for outside tools: every standard claim (Core 5.1), sealed, and who is let in without a code.

alter table accounts
    add column claims        bytea,
    add column second_factor boolean not null default true;
