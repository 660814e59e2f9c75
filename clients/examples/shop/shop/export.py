"""`python -m shop.export > accounts.csv`: the shop's whole user table, for the dry run of the move."""

import sys

import django


def main() -> None:
    """One row per customer, streamed."""
    django.setup()
    from portalkit.export import write
    from shop.models import Customer

    rows = (
        {
            "account_key": str(customer.pk),
            "kind": "citizen",
            "personal_id": customer.personal_id,
            "full_name": customer.full_name,
            "birth_date": customer.birth_date,
            "phone": customer.phone,
            "password_hash": customer.password,
            "dossiers": [str(order.pk) for order in customer.orders.all()],
        }
        for customer in Customer.objects.order_by("pk").iterator()
    )
    write(rows, sys.stdout)


if __name__ == "__main__":
    main()
