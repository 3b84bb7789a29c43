from django.urls import path

from courses.api import views

ENROLMENT = "enrolments/<uuid:enrolment_id>/"
urlpatterns = [
    path("courses/", views.Courses.as_view(), name="courses"),
    path("courses/<slug:slug>/", views.CourseDetail.as_view(), name="course"),
    path("enrolments/", views.Enrolments.as_view(), name="enrolments"),
    path(ENROLMENT, views.EnrolmentDetail.as_view(), name="enrolment"),
    path(f"{ENROLMENT}progress/", views.Progress.as_view(), name="progress"),
    path(f"{ENROLMENT}lessons/<slug:slug>/", views.LessonDetail.as_view(), name="lesson"),
    path(f"{ENROLMENT}lessons/<slug:slug>/done/", views.LessonDone.as_view(), name="lesson_done"),
    path(f"{ENROLMENT}lessons/<slug:slug>/seen/", views.LessonSeen.as_view(), name="lesson_seen"),
]
