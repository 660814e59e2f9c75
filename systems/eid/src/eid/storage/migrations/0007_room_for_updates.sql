-- Rows that are updated soon after they were made leave room on their page, so that the update touches no index
-- (heap-only tuples): a code is redeemed, a pushed request used, a refresh token rotated, a session seen again.

alter table grants set (fillfactor = 60);
alter table pushed_requests set (fillfactor = 60);
alter table refresh_families set (fillfactor = 50);
alter table sessions set (fillfactor = 70);
