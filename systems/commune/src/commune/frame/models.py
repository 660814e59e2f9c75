"""What the frame remembers: the edition of the site."""

from __future__ import annotations

from django.db import models


class Edition(models.Model):
    """One row. Its number rises whenever something that readers see has changed."""

    number = models.BigIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.number)
