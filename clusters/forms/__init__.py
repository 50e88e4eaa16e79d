"""Forms: submitted text becomes a `ClusterSpec`, or an error message at each field."""

from clusters.forms.request import RequestForm
from clusters.forms.summary import Summary, summary
from clusters.forms.values import first_values, values_of

__all__ = ["RequestForm", "Summary", "first_values", "summary", "values_of"]
