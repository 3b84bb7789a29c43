# Basal in one image: web, worker and reconciler differ by their command only (compose.yaml).
FROM node:20-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY static static
# The options are those of ./dev (ESBUILD_OPTIONS).
RUN node_modules/@esbuild/*/bin/esbuild static/css/basal.css static/js/basal.js --bundle --minify \
    --format=esm --target=es2020 --entry-names=[name] --log-level=warning --outdir=assets

FROM python:3.11-slim-bookworm
# libharfbuzz-subset0: without it WeasyPrint embeds whole fonts, and a certificate takes a second longer.
RUN apt-get update && apt-get install -y --no-install-recommends \
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core && rm -rf /var/lib/apt/lists/*
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/venv/bin:$PATH UV_PYTHON_DOWNLOADS=never
WORKDIR /srv/basal
COPY requirements-boot.txt requirements.txt ./
RUN python -m venv /opt/venv \
    && pip install --no-cache-dir --require-hashes -r requirements-boot.txt \
    && uv pip sync --no-cache --require-hashes --python /opt/venv/bin/python requirements.txt
COPY . .
COPY --from=assets /build/assets var/assets
# Collected with the demo's settings, which need no secret; the files are the same ones.
RUN DJANGO_SETTINGS_MODULE=edu.settings.demo python manage.py collectstatic --noinput -v0 \
    && python -m whitenoise.compress -q var/static \
    && useradd --system --uid 1000 --home-dir /srv/basal basal \
    && mkdir -p var/certificates && chown basal var/certificates
USER basal
ENV DJANGO_SETTINGS_MODULE=edu.settings.production BASAL_BIND=0.0.0.0:8000
VOLUME /srv/basal/var/certificates
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; host = os.environ['BASAL_HOSTS'].split(',')[0].lstrip('.'); u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': host}), timeout=4)"]
CMD ["gunicorn", "edu.wsgi", "-c", "edu/gunicorn.conf.py"]
