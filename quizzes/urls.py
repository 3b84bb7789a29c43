from django.urls import path

from quizzes import views
from quizzes.views import accommodations, authoring, editing, history, quizmaking, reviewing, showing, trainer

urlpatterns = [
    path("carbs/", trainer.home, name="trainer"),
    path("carbs/in/<uuid:enrolment_id>/", trainer.in_lesson, name="trainer_in_lesson"),
    path("carbs/plates/<uuid:round_id>/", trainer.trainer_round, name="trainer_round"),
    path("carbs/own/", trainer.own, name="trainer_own"),
    path("carbs/history/", trainer.history, name="trainer_history"),
    path("bank/", authoring.bank, name="bank"),
    path("bank/new/", authoring.item_new, name="item_new"),
    path("bank/quizzes/", quizmaking.quiz_list, name="quiz_list"),
    path("bank/quizzes/new/", quizmaking.quiz_new, name="quiz_new"),
    path("bank/quizzes/<int:quiz_id>/", quizmaking.quiz_edit, name="quiz_edit"),
    path("bank/quizzes/<int:quiz_id>/discard/", quizmaking.quiz_discard, name="quiz_discard"),
    path("bank/bulk/", authoring.bank_bulk, name="bank_bulk"),
    path("bank/<slug:item_id>/", editing.item, name="item"),
    path("bank/<slug:item_id>/preview/", showing.item_preview, name="item_preview"),
    path("bank/<slug:item_id>/comment/", reviewing.item_comment, name="item_comment"),
    path("bank/<slug:item_id>/compare/", history.item_compare, name="item_compare"),
    path("bank/<slug:item_id>/publish/", authoring.item_publish, name="item_publish"),
    path("bank/<slug:item_id>/versions/<int:number>/", history.item_version, name="item_version"),
    path("bank/<slug:item_id>/discard/", authoring.item_discard, name="item_discard"),
    path("review/", reviewing.review_queue, name="review_queue"),
    path("review/<slug:item_id>/", reviewing.item_review, name="item_review"),
    path("quizzes/more-time/", accommodations.accommodations, name="accommodations"),
    path("quizzes/check/<uuid:enrolment_id>/<slug:item_id>/", views.check_answer, name="check_answer"),
    path("quizzes/attempts/<uuid:attempt_id>/", views.attempt, name="attempt"),
    path("quizzes/attempts/<uuid:attempt_id>/<int:position>/", views.question, name="question"),
    path("quizzes/attempts/<uuid:attempt_id>/review/", views.attempt_review, name="attempt_review"),
    path("quizzes/attempts/<uuid:attempt_id>/take-over/", views.attempt_take_over, name="attempt_take_over"),
    path("quizzes/attempts/<uuid:attempt_id>/submit/", views.attempt_submit, name="attempt_submit"),
    path("quizzes/attempts/<uuid:attempt_id>/result/", views.attempt_result, name="attempt_result"),
    path("quizzes/<uuid:enrolment_id>/<slug:slug>/", views.quiz, name="quiz"),
]
