# syntax=docker/dockerfile:1
# psManager as a container: docs/deployment.md. The same commands are run in a clean folder by tests/packaging.
ARG NODE_IMAGE=node:20-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
# Install scripts of packages are not run: the build mends what it needs by itself.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    STORAGE_DIR=/var/lib/psmanager
WORKDIR /opt/psmanager
# The build is whole in itself. The embedded PostgreSQL is not in it: DATABASE_URL names yours.
COPY --from=build /src/.output ./.output
COPY --from=build /src/LICENSE ./
# A new volume belongs to whom its folder here belongs to.
RUN install -d -m 0700 -o node -g node /var/lib/psmanager /backups
USER node
VOLUME /var/lib/psmanager
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", ".output/server/index.mjs"]
