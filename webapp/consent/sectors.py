"""The trades that professionals may have, in words."""

from typing import Any

from webapp.consent.grounds import Sector
from webapp.core.i18n import _l

# The sections of NACE Rev. 2, as people speak of them.
SECTORS: dict[str, Any] = {
    Sector.AGRICULTURE.value: _l("Agriculture, forestry, fishing"),
    Sector.INDUSTRY.value: _l("Industry and crafts that make things"),
    Sector.CONSTRUCTION.value: _l("Building and its trades"),
    Sector.TRADE.value: _l("Shops, wholesale, garages"),
    Sector.TRANSPORT.value: _l("Transport and storage"),
    Sector.HOSPITALITY.value: _l("Hotels, restaurants, cafés"),
    Sector.INFORMATION.value: _l("Computing, media, telecommunications"),
    Sector.FINANCE.value: _l("Banking and insurance"),
    Sector.REAL_ESTATE.value: _l("Real estate"),
    Sector.EXPERTISE.value: _l("Law, accounting, architecture, consulting, science"),
    Sector.SUPPORT.value: _l("Services to companies, travel agencies"),
    Sector.ADMINISTRATION.value: _l("Public administration"),
    Sector.EDUCATION.value: _l("Education and training"),
    Sector.HEALTH.value: _l("Health and social work"),
    Sector.CULTURE.value: _l("Arts, culture, sport, leisure"),
    Sector.SERVICES.value: _l("Associations, hairdressers, other services"),
}
