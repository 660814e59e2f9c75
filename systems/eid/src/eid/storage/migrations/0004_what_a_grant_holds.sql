-- Resource servers (RFC 8707), what was asked by name (Core 5.5), the key it was bound to (RFC 9449 10), and rich
-- requests (RFC 9396), sealed: they may speak of a person's affairs.

alter table grants
    add column resource              text[] not null default '{}',
    add column dpop_jkt              text,
    add column claims                jsonb,
    add column authorization_details bytea;

-- Ids that may be used once, whoever made them: client assertions (RFC 7523), DPoP proofs (RFC 9449 11.1), request objects.
alter table client_assertions rename to used_ids;
alter table used_ids rename column client_id to holder;
alter index client_assertions_expiry rename to used_ids_expiry;
