# Basal in one image: web, worker and reconciler differ by their command only (compose.yaml).
# Every RUN is a step of ./dev; tests/test_image.py runs the same steps in a clean folder and serves from it.
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/basal
COPY dev requirements-boot.txt requirements.txt requirements-node.txt ./
RUN ./dev image-python
COPY package.json package-lock.json .npmrc ./
COPY static static
RUN ./dev image-assets
COPY . .
# One kind of processor for all, at the cost of a fiftieth: what is compiled here is then right wherever the image runs.
ENV NUMBA_CPU_NAME=generic NUMBA_CPU_FEATURES=
RUN ./dev image-static
RUN ./dev image-lean

FROM python:3.11-slim-bookworm
WORKDIR /srv/basal
COPY dev ./
RUN ./dev image-packages --clean
COPY --from=build /srv/basal ./
COPY --from=build --chown=10001:10001 /srv/basal/var/certificates var/certificates
ENV PATH=/srv/basal/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
    DJANGO_SETTINGS_MODULE=edu.settings.production BASAL_BIND=0.0.0.0:8000 \
    NUMBA_CPU_NAME=generic NUMBA_CPU_FEATURES=
# A number needs no account in the image; it may write certificates and /tmp, and nothing else.
USER 10001:10001
VOLUME /srv/basal/var/certificates
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["./dev", "image-health"]
CMD ["gunicorn", "edu.wsgi", "-c", "edu/gunicorn.conf.py"]
