# The server image: one for the web server, the workers, the scheduler and the migrations.
FROM python:3.11-slim AS build
WORKDIR /build
RUN python -m venv /opt/enishi
ENV PATH=/opt/enishi/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.lock .
RUN pip install --require-hashes --compile -r requirements.lock
COPY . .
RUN pip install --no-deps --compile .

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home enishi && install -d -o enishi -g enishi /data
COPY --from=build /opt/enishi /opt/enishi
WORKDIR /app
# Piccolo finds its list of migrations by this module, not in a package.
COPY piccolo_conf.py .
ENV PATH=/opt/enishi/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 ENISHI_DATA=/data ENISHI_HOST=0.0.0.0
USER enishi
VOLUME /data
EXPOSE 8000
CMD ["enishi", "web"]
