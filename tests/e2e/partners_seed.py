"""Add a directory to a seeded team, and a supervisor; print how that one comes in, as one line of JSON.

python -m tests.e2e.partners_seed

{"staff": {alias: cookies}}
"""

import json

import django

django.setup()

from blended.domain import demo_partners, partners  # noqa: E402 -- after setup()
from blended.domain.partner_fields import PartnerFields  # noqa: E402
from counselling.people.models import Staff, Team  # noqa: E402
from tests.support import world  # noqa: E402
from tests.support.seed import sign_in  # noqa: E402

team = Team.objects.get()
uli = world.staff(team, "Uli", "supervisor")
demo_partners.ensure(team)
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenundwaisenberatungsstelle Musterstadt-Unterobersberg am See"
for fields in (
    PartnerFields(name=LONG, purpose="Lang. " * 99, area="Umland", telephone="069 90009 205", topics=("grief",)),
    PartnerFields(
        name="مركز الشباب في المدينة",
        purpose="نساعدك مجانا وبدون اسم.",
        area="Musterstadt",
        languages=("ar", "de"),
        website="https://markaz.example/",
        address="شارع البحيرة ٣\n12345 Musterstadt",
    ),
    *(
        PartnerFields(name=f"Treff {number:02}", purpose="Ein Ort zum Reden.", telephone="069 90009 206")
        for number in range(1, 18)
    ),
):
    partners.write(uli, fields, team=team.pk)
print(json.dumps({"staff": {"Uli": sign_in(Staff.objects.get(pk=uli.id), uli.private)[1]}}))
