"""Text into values: what people type becomes a spec, or words at each field."""

from clusters.forms.request import RequestForm
from clusters.forms.together import Together, together
from clusters.forms.values import first_values, values_of

__all__ = ["RequestForm", "Together", "first_values", "together", "values_of"]
