"""Which address leads where."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from clusters.forms.signing_in import AdminSignInForm

admin.site.login_form = AdminSignInForm

urlpatterns = [
    # One page takes an old password, the one whose tries are counted.
    path("admin/password_change/", RedirectView.as_view(pattern_name="password")),
    path("admin/", admin.site.urls),
    path("", include("clusters.urls")),
]

handler400 = "clusters.views.errors.bad_request"
handler403 = "clusters.views.errors.forbidden"
handler404 = "clusters.views.errors.not_found"
handler500 = "clusters.views.errors.server_error"
