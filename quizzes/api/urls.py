from django.urls import path

from quizzes.api import trainer, views

ENROLMENT = "enrolments/<uuid:enrolment_id>/"
ATTEMPT = "attempts/<uuid:attempt_id>/"
urlpatterns = [
    path(f"{ENROLMENT}checks/<slug:item>/", views.Check.as_view(), name="check"),
    path(f"{ENROLMENT}quizzes/<slug:slug>/", views.Quiz.as_view(), name="quiz"),
    path(f"{ENROLMENT}quizzes/<slug:slug>/attempts/", views.AttemptStart.as_view(), name="attempt_start"),
    path("attempts/", views.Attempts.as_view(), name="attempts"),
    path(ATTEMPT, views.AttemptDetail.as_view(), name="attempt"),
    path(f"{ATTEMPT}answers/<int:position>/", views.Answer.as_view(), name="answer"),
    path(f"{ATTEMPT}take-over/", views.AttemptTakeOver.as_view(), name="attempt_take_over"),
    path(f"{ATTEMPT}submit/", views.AttemptSubmit.as_view(), name="attempt_submit"),
    path("trainer/plates/", trainer.Plates.as_view(), name="trainer_plates"),
    path("trainer/plates/<uuid:round_id>/", trainer.PlateDetail.as_view(), name="trainer_plate"),
    path("trainer/plates/<uuid:round_id>/guess/", trainer.PlateGuess.as_view(), name="trainer_guess"),
]
