FROM docker.io/library/node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM docker.io/library/node:24-bookworm-slim
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
RUN install -d -o node -g node -m 0700 /var/lib/roboflow-exporter
# Writes nothing else, so it runs on a read-only root file system and as any user.
USER node
EXPOSE 17626
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["node", "/app/dist/main.js", "healthcheck"]
# A small young generation: what a poll leaves behind is collected early, so that memory stays flat (docs/decisions/0008).
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=4", "/app/dist/main.js"]
