"""What all agencies agree on by law, and nothing else.

Owns: personal numbers (Law 26/2023 Art 12), Vietnamese names and their order, partial dates, telephone numbers, tax
codes (Circular 105/2020), agency codes (Decision 20/2020/QĐ-TTg), administrative units before and after 1 July 2025
(Resolution 202/2025/QH15), working days (Labour Code Art 112), dossier codes (Circular 01/2018/TT-VPCP), the
country's clock. Does not own: any state, any person, any network, any wording shown to a citizen.
Standard library only.
"""
