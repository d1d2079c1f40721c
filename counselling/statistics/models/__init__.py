"""Tables of the statistics: what was published, campaign links, thresholds of the live load."""

from counselling.statistics.models.alerts import AlertRule
from counselling.statistics.models.campaigns import Campaign
from counselling.statistics.models.offered import OfferedQuarter
from counselling.statistics.models.releases import Foreword, Release

__all__ = ["AlertRule", "Campaign", "Foreword", "OfferedQuarter", "Release"]
