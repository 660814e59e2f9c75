"""Who the commune is: the introduction, the officers with their duties, and the way to its procedures.

Owns: the introduction page, officers, the page that leads to the national portal's procedures. Does not own: the
procedures themselves (they are taken from the national portal, never retyped), roles of officials in any system.
Serves: Decree 224/2026/NĐ-CP article 9 (organisation chart, short CVs and duties of leaders, procedures).
"""
