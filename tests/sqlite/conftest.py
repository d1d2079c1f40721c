"""The embedded database's own tests; on PostgreSQL there is nothing to take turns for."""

import django

django.setup()
