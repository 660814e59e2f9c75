"""portal: a public-service portal, deployed as `national` or as `province`.

Owns: old and linked accounts, the move onto the e-ID, single sign-on to the provinces, the policy of the date,
procedures, dossiers, the officers' desk and the citizen's document store.
Does not own: who a person is (`eid`), the population data (`population`); both are reached over HTTP only.
Serves: Decree 59/2022 and Decree 69/2024 (e-ID sign-in and the end of portal-made accounts), Decree 45/2020
(electronic procedures). Layers, top to bottom:
`urls > desk | campaign | exchange > dossiers > catalogue | store > sso > accounts > eid_login`.
"""
