from django.urls import path

from courses import views

urlpatterns = [
    path("start/", views.patient_home, name="patient_home"),
    path("start/summary/", views.patient_summary, name="patient_summary"),
    path("look-up/", views.look_up, name="look_up"),
    path("courses/", views.catalogue, name="catalogue"),
    path("courses/<slug:slug>/", views.course, name="course"),
    path("courses/<slug:slug>/enrol/", views.enrol, name="course_enrol"),
    path("courses/<slug:slug>/<slug:lesson_slug>/", views.lesson, name="lesson"),
    path("courses/<slug:slug>/<slug:lesson_slug>/done/", views.lesson_done, name="lesson_done"),
    path("courses/<slug:slug>/<slug:lesson_slug>/seen/", views.lesson_seen, name="lesson_seen"),
]
