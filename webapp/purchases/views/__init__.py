"""The pages about customers and orders."""

from webapp.purchases.views.customers import blueprint as customers
from webapp.purchases.views.orders import blueprint as orders

__all__ = ["customers", "orders"]
