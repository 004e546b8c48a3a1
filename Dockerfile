# The server as an image: build with `docker build -t claudeforge .`, run with docker-compose.yml.
# To pin the base by its digest: docker build --build-arg NODE_IMAGE=node:24-slim@sha256:… .
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# What goes into the image is what would be published: the packed bundle, without node_modules.
RUN npm run -s build && npm pack ./dist --silent && tar -xzf claudeforge-*.tgz

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="claudeforge" \
      org.opencontainers.image.description="The exact usage of Claude Code on all your machines, together and for good" \
      org.opencontainers.image.licenses="MIT"
# Root's, so that the server cannot change its own program.
COPY --from=build /build/package /app
RUN install -d -o 65532 -g 65532 -m 0700 /data
# Inside a container every interface is its own; the published port decides who reaches it.
ENV NODE_ENV=production \
    HOME=/data \
    FORGE_HOST=0.0.0.0 \
    FORGE_PORT=8420 \
    FORGE_DATA_DIR=/data
USER 65532:65532
VOLUME /data
EXPOSE 8420
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.FORGE_PORT + '/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/forge.js", "serve"]
