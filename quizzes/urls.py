from django.urls import path

from quizzes import views

urlpatterns = [
    path("quizzes/check/<uuid:enrolment_id>/<slug:item_id>/", views.check_answer, name="check_answer"),
    path("quizzes/attempts/<uuid:attempt_id>/", views.attempt, name="attempt"),
    path("quizzes/attempts/<uuid:attempt_id>/<int:position>/", views.question, name="question"),
    path("quizzes/attempts/<uuid:attempt_id>/review/", views.attempt_review, name="attempt_review"),
    path("quizzes/attempts/<uuid:attempt_id>/submit/", views.attempt_submit, name="attempt_submit"),
    path("quizzes/attempts/<uuid:attempt_id>/result/", views.attempt_result, name="attempt_result"),
    path("quizzes/<uuid:enrolment_id>/<slug:slug>/", views.quiz, name="quiz"),
]
