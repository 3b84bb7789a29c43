"""All addresses. Each app names its own; the composition's are the landing page and home."""

from django.contrib import admin
from django.urls import include, path

from core import views as core_views
from edu import styleguide, views
from edu.audit.views import audit_log
from edu.privacy import letters, pages
from edu.privacy import views as privacy_views

urlpatterns = [
    path("", views.landing, name="landing"),
    path("home/", views.home, name="home"),
    path("me/copy/", privacy_views.copy, name="export"),
    path("me/delete/", privacy_views.delete, name="erase"),
    path("me/letters/", letters.own, name="own_letters"),
    path("privacy/", pages.privacy, name="privacy"),
    path("terms/", pages.terms, name="terms"),
    path("contact/", letters.contact, name="contact"),
    path("complaints/", letters.complaint, name="complaint"),
    path("letters/sent/", letters.sent, name="letter_sent"),
    path("office/letters/", letters.office, name="letters"),
    path("office/letters/<uuid:letter_id>/", letters.letter, name="letter"),
    path("people/audit/", audit_log, name="audit_log"),
    path("", include("courses.urls")),
    path("", include("quizzes.urls")),
    path("", include("certificates.urls")),
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("api/v1/", include("edu.api")),
    path("admin/", admin.site.urls),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("healthz", core_views.healthz, name="healthz"),
    path("readyz", core_views.readyz, name="readyz"),
]
handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler429 = "core.views.too_many"  # Django knows no such handler; allauth asks for it
handler500 = "core.views.broken"
