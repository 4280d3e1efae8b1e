# Two stages: the first builds the environment, the second only runs it. Each RUN can be tried by hand in a shell.
#   docker build -t hotline .
#   docker run -p 8080:8080 -v hotline-data:/srv/hotline/data -v hotline-secret:/srv/hotline/secret hotline

FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock ./
RUN python -m venv /opt/hotline && /opt/hotline/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . ./
RUN /opt/hotline/bin/pip install --no-cache-dir --no-deps .
# The model is trained here once, not at every start of a new container.
RUN cd / && /opt/hotline/bin/python -m hotline.warm /model

FROM python:3.13-slim
RUN useradd --create-home --home-dir /srv/hotline --uid 10001 hotline \
    && install -d -o hotline -g hotline -m 700 /srv/hotline/data /srv/hotline/secret
COPY --from=build /opt/hotline /opt/hotline
COPY --from=build --chown=hotline:hotline /model /srv/hotline/model
USER hotline
WORKDIR /srv/hotline
ENV PATH=/opt/hotline/bin:$PATH HOTLINE_WEB__HOST=0.0.0.0 HOTLINE_KNOWLEDGE__CACHE_DIR=/srv/hotline/model
VOLUME ["/srv/hotline/data", "/srv/hotline/secret"]
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["hotline", "run"]
