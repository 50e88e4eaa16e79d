"""URL configuration of the project."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from clusters.forms.auth import AdminSignInForm

admin.site.login_form = AdminSignInForm

urlpatterns = [
    # One page only asks for the old password: the one behind the sign-in limits.
    path("admin/password_change/", RedirectView.as_view(pattern_name="password")),
    path("admin/", admin.site.urls),
    path("", include("clusters.urls")),
]

handler400 = "clusters.views.error_pages.handlers.bad_request"
handler403 = "clusters.views.error_pages.handlers.forbidden"
handler404 = "clusters.views.error_pages.handlers.not_found"
handler500 = "clusters.views.error_pages.handlers.server_error"
