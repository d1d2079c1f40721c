from datetime import date, datetime, UTC
import pytest
@pytest.mark.parametrize("cases", [300, 2000, 20000])
def test_u(db, cases):
    from counselling.centre import defaults
    from tests.support import world
    from counselling.statistics.domain import releases, counted, publishing, definitions
    from counselling.statistics.domain.simulating import simulate
    defaults.ensure(); world.team()
    simulate(cases, seed=7, until=date(2025,12,31), years=1)
    now=datetime(2026,2,1,tzinfo=UTC)
    while p := releases.due(now.date()):
        c = counted.of_period(p[0]); before = publishing.publish(p[0], c)
        releases.freeze(p[0], now); after = releases.shown(p[0])
        print(cases, p[0].code, "silent", sum(t.withheld for t in before.tables.values()), "blind", [k for k,t in after.tables.items() if not t.cells], "merged more", [k for k,t in after.tables.items() if t.cells and t.merged != before.tables[k].merged], "figures gone", set(before.figures)-set(after.figures), "of", len(before.tables))
