"""campaign: moving a country's accounts onto the e-ID, as its staff and its citizens see it.

Owns: proposals and approvals of the date (four eyes), who holds which version of the policy, waves and their notices,
the forecast, lists for the communes, exemptions, the rehearsal, the gate, the page behind a freeze link.
Does not own: the policy, how it is judged and what a freeze does (`accounts`), how the policy travels (`exchange`).
Serves: Decree 69/2024/NĐ-CP article 40(3), (4); architecture section 4, "The date" and "After the date".
"""
