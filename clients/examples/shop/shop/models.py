"""The shop's own tables. The last four columns of a customer came with the e-ID."""

import uuid

from django.db import models


class Customer(models.Model):
    """Whoever buys here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    login = models.CharField(max_length=60, unique=True, null=True)
    password = models.CharField(max_length=200, blank=True)
    full_name = models.CharField(max_length=120)
    birth_date = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=15, blank=True)
    personal_id = models.CharField(max_length=12, blank=True)  # matched with the register in step 1
    eid_issuer = models.CharField(max_length=200, blank=True)
    eid_sub = models.CharField(max_length=200, blank=True)
    linked_at = models.DateTimeField(null=True)
    sessions_from = models.FloatField(default=0)  # a session older than this is over

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["eid_issuer", "eid_sub"], condition=~models.Q(eid_sub=""), name="one_account_per_person"
            )
        ]


class Order(models.Model):
    """What was bought. It stays with its customer, whoever he signs in as."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    text = models.CharField(max_length=200)


class Seen(models.Model):
    """Marks of tokens and answers that were used."""

    jti = models.CharField(max_length=200, primary_key=True)
    at = models.DateTimeField(auto_now_add=True)
