"""Which address leads where."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("clusters.urls")),
]

handler500 = "clusters.views.errors.server_error"
