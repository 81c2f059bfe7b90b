# The service. Every step is run by hand, without a container engine, by `python -m tests.image.build_by_hand`.

FROM debian:bookworm-slim AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/pip && python3 -m venv --without-pip /opt/bidring
WORKDIR /build
COPY requirements.lock ./
RUN /opt/pip/bin/pip --python /opt/bidring/bin/python3 install \
        --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY ingest ingest
COPY graph graph
COPY viz viz
COPY api api
RUN /opt/pip/bin/pip wheel --no-cache-dir --no-deps --wheel-dir dist . \
    && /opt/pip/bin/pip --python /opt/bidring/bin/python3 install --no-cache-dir --no-index --no-deps dist/bidring-*.whl

FROM debian:bookworm-slim AS service
LABEL org.opencontainers.image.title="bidring" \
      org.opencontainers.image.description="Finds bidding rings and officials tied to winners in procurement records" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log /var/log/alternatives.log
RUN groupadd --system --gid 10001 bidring \
    && useradd --system --uid 10001 --gid bidring --no-log-init --no-create-home \
        --home-dir /data --shell /usr/sbin/nologin bidring \
    && install --directory --owner=bidring --group=bidring --mode=0700 /data
COPY --from=build /opt/bidring /opt/bidring
ENV PATH=/opt/bidring/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BIDRING_HOME=/data
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=6 CMD ["python3", "-c", "\
from http.client import HTTPConnection as Connection; \
service = Connection('127.0.0.1', 8000, timeout=5); \
service.request('GET', '/api/v1/health'); \
raise SystemExit(service.getresponse().status != 200)"]
ENTRYPOINT ["bidring"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
