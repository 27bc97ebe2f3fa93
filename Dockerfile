# Give NODE_IMAGE a digest to build on one image for ever: --build-arg NODE_IMAGE=docker.io/library/node@sha256:…
# The digest of what this tag is today: docker buildx imagetools inspect node:24-bookworm-slim
# It must be one of Debian's (scripts/image-system.sh).
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
# Of the libraries only what runs, and their licences: bcrypt brings binaries of every platform, others bring tests and types.
RUN find node_modules -depth -type d \( -name test -o -name tests -o -name examples -o -name docs -o -name benchmarks -o -name .github \) \
      -exec rm -r {} + \
 && find node_modules -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' -o -name '*.md' \) \
      -not -iname 'licen[cs]e*' -delete \
 && find node_modules/bcrypt/prebuilds -mindepth 1 -maxdepth 1 -not -name "linux-$(node -p process.arch)" -exec rm -r {} + \
 && rm -r node_modules/.package-lock.json node_modules/bcrypt/src node_modules/node-addon-api node_modules/zod/src

FROM $NODE_IMAGE AS system
COPY scripts/image-system.sh /
RUN /image-system.sh /system

FROM scratch
COPY --from=system /system /
COPY --from=system /usr/local/bin/node /usr/local/bin/node
ARG REVISION=unknown
LABEL org.opencontainers.image.title="roboflow-exporter" \
      org.opencontainers.image.description="Prometheus exporter for Roboflow's Annotation Insights" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision="$REVISION"
ENV PATH=/usr/local/bin:/usr/bin NODE_ENV=production ROBOFLOW_EXPORTER_REVISION=$REVISION
WORKDIR /app
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/package.json ./
COPY --from=build /build/dist dist
# The user node. By number, since Kubernetes' runAsNonRoot cannot know who a name is. Writes nothing else, so it runs on
# a read-only root file system and as any user.
USER 1000:1000
EXPOSE 17626
# It loads next to nothing (src/main.ts), since it is run every 30 s.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["node", "/app/dist/main.js", "healthcheck"]
# A small young generation: what a poll leaves behind is collected early, so that memory stays flat (docs/decisions/0008).
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=4", "/app/dist/main.js"]
