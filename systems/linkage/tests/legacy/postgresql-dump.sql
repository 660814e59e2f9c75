--
-- PostgreSQL database dump, made up
--
SET client_encoding = 'UTF8';
CREATE TABLE public.accounts_export (
    username text,
    last_name text
);
COPY public.accounts_export (username, last_name, first_name, birth_date, citizen_id, identity_card, phone, email, date_joined, last_login, dossier_codes, password) FROM stdin;
0900000123	Hồ Thị Mỹ	Duyên	1985-02-12	045185000123	\N	0900000123	duyen@example.vn	2021-03-01 08:00:00+07	2024-04-22 08:15:00+07	000.00.01.H50-240110-0001;000.00.01.H50-240111-0002	pbkdf2_sha256$870000$abcdefghijklmnop$aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd28=
0900000204	Hồ Thị	Gái	1958	\N	197000204	0900000204	\N	2020-06-05 08:00:00+07	\N	\N	\N
\.
