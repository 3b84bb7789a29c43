from django.urls import path

from certificates import views
from certificates.views import office

urlpatterns = [
    path("certificates/<uuid:completion_id>/evaluation/", views.evaluation, name="evaluation"),
    path("certificates/<uuid:completion_id>/claim/", views.claim, name="claim"),
    path("certificates/<uuid:award_id>/", views.certificate, name="certificate"),
    path("certificates/<uuid:award_id>/status/", views.certificate_status, name="certificate_status"),
    path("certificates/<uuid:award_id>/pdf/", views.certificate_pdf, name="certificate_pdf"),
    path("certificates/<uuid:award_id>/print-again/", views.certificate_print_again, name="certificate_print_again"),
    path("transcript/", views.transcript, name="transcript"),
    path("verify/", views.verify, name="verify"),
    path("verify/<str:code>/", views.verify_code, name="verify_code"),
    path("office/", office.start, name="office"),
    path("office/completions/", office.completions, name="office_completions"),
    path("office/completions/csv/", office.completions_csv, name="office_completions_csv"),
    path("office/evaluations/", office.evaluations, name="office_evaluations"),
    path("office/evaluations/csv/", office.evaluations_csv, name="office_evaluations_csv"),
    path("office/evaluations/<int:evaluation_id>/seen/", office.evaluation_seen, name="office_evaluation_seen"),
    path("office/certificates/", office.certificates, name="office_certificates"),
    path("office/certificates/csv/", office.certificates_csv, name="office_certificates_csv"),
    path("office/certificates/<uuid:award_id>/", office.certificate, name="office_certificate"),
    path("office/certificates/<uuid:award_id>/pdf/", office.certificate_pdf, name="office_certificate_pdf"),
    path("office/certificates/<uuid:award_id>/print/", office.certificate_print, name="office_certificate_print"),
    path("office/certificates/<uuid:award_id>/correct/", office.correct, name="office_correct"),
    path("office/certificates/<uuid:award_id>/revoke/", office.revoke, name="office_revoke"),
]
