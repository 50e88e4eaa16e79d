# One image for web, worker, beat and every command of manage.py: docs/deploy.md.

FROM python:3.13-slim AS packages
COPY requirements.txt /
# Nothing is compiled, and nothing comes in that the lock's hashes do not name.
RUN python -m venv --without-pip /venv \
    && python -m pip --python /venv install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: --requirement /requirements.txt

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH \
    BIND_ADDRESS=0.0.0.0 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
RUN groupadd --system --gid 10001 portal \
    && useradd --system --uid 10001 --gid portal --no-create-home --home-dir /app portal
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
# Root owns all of it, so that the portal can read and never change its own code. The
# keys are made for this one command, and the image keeps none.
RUN chmod -R u=rwX,go=rX . \
    && SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(50))") \
        ENCRYPTION_KEYS=$(python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())") \
        PUBLIC_URL=http://localhost \
        python manage.py collectstatic --no-input \
    && python -m compileall -q clusters portal
USER 10001:10001
EXPOSE 8000
# Of the web process; compose.yaml says what goes for the others.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-I", "portal/healthcheck.py"]
ENTRYPOINT ["sh", "/app/portal/entrypoint.sh"]
CMD ["web"]
