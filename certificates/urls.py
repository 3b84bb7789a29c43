from django.urls import path

from certificates import views

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
]
