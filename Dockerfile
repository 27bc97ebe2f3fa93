# Give NODE_IMAGE a digest to build on one image for ever: --build-arg NODE_IMAGE=docker.io/library/node@sha256:…
# The digest of what this tag is today: docker buildx imagetools inspect node:24-bookworm-slim
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

FROM $NODE_IMAGE AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY src src
# The pages that the exporter serves are made of these.
COPY scripts/render-documents.mjs scripts/
COPY docs/metrics.md docs/
COPY prometheus/runbooks prometheus/runbooks
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM $NODE_IMAGE
# The program needs Node.js alone. A package manager would only serve those who break in.
RUN rm -rf /usr/local/lib/node_modules /usr/local/include/node /opt/yarn-* \
      /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg
ARG REVISION=unknown
LABEL org.opencontainers.image.title="roboflow-exporter" \
      org.opencontainers.image.description="Prometheus exporter for Roboflow's Annotation Insights" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision="$REVISION"
ENV NODE_ENV=production ROBOFLOW_EXPORTER_REVISION=$REVISION
WORKDIR /app
COPY --from=build /build/package.json /build/package-lock.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
# For a volume of --storage.path: a new one takes over the owner.
RUN install -d -o 1000 -g 1000 -m 0700 /var/lib/roboflow-exporter
# The user node. By number, since Kubernetes' runAsNonRoot cannot know who a name is. Writes nothing else, so it runs on
# a read-only root file system and as any user.
USER 1000:1000
EXPOSE 17626
# It loads next to nothing (src/main.ts), since it is run every 30 s.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["node", "/app/dist/main.js", "healthcheck"]
# A small young generation: what a poll leaves behind is collected early, so that memory stays flat (docs/decisions/0008).
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=4", "/app/dist/main.js"]
