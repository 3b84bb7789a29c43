"""The site with one page under /api/, for test_errors."""

from django.urls import path

from courses import views
from edu.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]
urlpatterns = [path("api/courses/", views.catalogue), *urlpatterns]
