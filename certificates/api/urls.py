from django.urls import path

from certificates.api import views

COMPLETION = "completions/<uuid:completion_id>/"
CERTIFICATE = "certificates/<uuid:award_id>/"
urlpatterns = [
    path(COMPLETION, views.CompletionDetail.as_view(), name="completion"),
    path(f"{COMPLETION}evaluation/", views.Evaluate.as_view(), name="evaluation"),
    path(f"{COMPLETION}claim/", views.Claim.as_view(), name="claim"),
    path("certificates/", views.Certificates.as_view(), name="certificates"),
    path(CERTIFICATE, views.CertificateDetail.as_view(), name="certificate"),
    path(f"{CERTIFICATE}pdf/", views.CertificatePdf.as_view(), name="certificate_pdf"),
    path("verification/<str:code>/", views.Verification.as_view(), name="verification"),
]
