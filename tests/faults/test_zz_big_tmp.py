import time, resource, os
from datetime import date, datetime, UTC
def test_big(db):
    from counselling.centre import defaults
    from counselling.cases.models import CountRow
    from tests.support import world
    from counselling.statistics.domain import releases, counted, publishing
    from counselling.statistics.domain.shapes import Period
    from counselling.statistics.domain.simulating import simulate
    defaults.ensure(); world.team()
    t=time.perf_counter(); n=simulate(200_000, seed=6, until=date(2025,12,31), years=5); print("simulate",n,time.perf_counter()-t)
    last=[str(m) for m in range(0)]
    t=time.perf_counter(); releases.due(date(2026,2,1)); print("due",time.perf_counter()-t)
    now=datetime(2026,2,1,tzinfo=UTC)
    for q in Period(2025).quarters:
        t=time.perf_counter(); c=time.process_time(); releases.freeze(q, now); print(q.code, time.perf_counter()-t, time.process_time()-c, flush=True)
    print("rss before year", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024)
    t=time.perf_counter(); c=time.process_time()
    numbers=counted.of_period(Period(2025)); print("count", time.perf_counter()-t, time.process_time()-c, flush=True)
    t=time.perf_counter(); c=time.process_time()
    releases.hold_back(publishing.publish(Period(2025), numbers), numbers, releases.kept(2025)); print("publish+hold_back", time.perf_counter()-t, time.process_time()-c, flush=True)
    t=time.perf_counter(); c=time.process_time()
    releases.freeze(Period(2025), now); print("year", time.perf_counter()-t, time.process_time()-c, "rss", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024, flush=True)
