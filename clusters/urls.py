"""Every address of the product."""

from django.urls import URLPattern, path

from clusters.views.audit.page import audit
from clusters.views.auth import ChangePassword, SignIn, SignOut
from clusters.views.form.request_new import catalog_refresh, request_new
from clusters.views.health import livez, readyz
from clusters.views.lists.approvals import approval_list
from clusters.views.lists.clusters import cluster_list
from clusters.views.lists.home import home
from clusters.views.lists.requests import request_list
from clusters.views.operator.screens import operate, pause, reconcile_now, resume
from clusters.views.operator.simulator import simulator
from clusters.views.request.actions import (
    adopt,
    approve,
    cancel,
    confirm_absent,
    delete_cluster,
    hand_over,
    keep_watching,
    reject,
    retry,
)
from clusters.views.request.detail import request_detail
from clusters.views.request.password import admin_password

urlpatterns: list[URLPattern] = [
    path("", home, name="home"),
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", SignOut.as_view(), name="logout"),
    path("password/", ChangePassword.as_view(), name="password"),
    path("requests/", request_list, name="request-list"),
    path("requests/new/", request_new, name="request-new"),
    path("requests/new/refresh/", catalog_refresh, name="catalog-refresh"),
    path("approvals/", approval_list, name="approval-list"),
    path("clusters/", cluster_list, name="cluster-list"),
    path("requests/<uuid:request_id>/", request_detail, name="request-detail"),
    path("requests/<uuid:request_id>/approve/", approve, name="request-approve"),
    path("requests/<uuid:request_id>/reject/", reject, name="request-reject"),
    path(
        "requests/<uuid:request_id>/password/", admin_password, name="request-password"
    ),
    path("requests/<uuid:request_id>/cancel/", cancel, name="request-cancel"),
    path("requests/<uuid:request_id>/retry/", retry, name="request-retry"),
    path(
        "requests/<uuid:request_id>/delete-cluster/",
        delete_cluster,
        name="request-delete-cluster",
    ),
    path("requests/<uuid:request_id>/hand-over/", hand_over, name="request-hand-over"),
    path("requests/<uuid:request_id>/adopt/", adopt, name="request-adopt"),
    path(
        "requests/<uuid:request_id>/confirm-absent/",
        confirm_absent,
        name="request-confirm-absent",
    ),
    path(
        "requests/<uuid:request_id>/keep-watching/",
        keep_watching,
        name="request-keep-watching",
    ),
    path("operate/", operate, name="operate"),
    path("operate/reconcile/", reconcile_now, name="operate-reconcile"),
    path("operate/simulator/", simulator, name="operate-simulator"),
    path("operate/<slug:name>/pause/", pause, name="operate-pause"),
    path("operate/<slug:name>/resume/", resume, name="operate-resume"),
    path("audit/", audit, name="audit"),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
]
