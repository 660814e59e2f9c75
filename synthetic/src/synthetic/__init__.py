"""Made-up people, households, e-ID accounts and old portal accounts, with ground truth: any size, seeded, streamed.

Owns: the demo people (`synthetic.demo`) and the generator (`synthetic.population.stream`). Does not own: any system's
database; what comes out here enters a system only through that system's own import verb (`docs/interfaces.md`).
Nobody in it exists: demo telephone numbers are 0900 000 xxx, generated ones 095x xxx xxx (a range no operator uses),
mail goes to example.vn. Numbers follow Decree 137/2015 Art 13, residence Law 68/2020 Art 20-27.
"""

from synthetic.streaming import MadeUp, people, stream, with_accounts

__all__ = ["MadeUp", "people", "stream", "with_accounts"]
