# Give NODE_IMAGE a digest to build on one image for ever: --build-arg NODE_IMAGE=docker.io/library/node@sha256:…
# The digest of what this tag is today: docker buildx imagetools inspect node:24-bookworm-slim
# It must be one of Debian's: dpkg knows which of its files Node.js needs.
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

FROM $NODE_IMAGE AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY src src
# Of the libraries only what runs, and their licences: bcrypt brings binaries of every platform, others bring tests and types.
RUN npm run build && npm prune --omit=dev --ignore-scripts \
 && find node_modules -depth -type d \( -name test -o -name tests -o -name examples -o -name docs -o -name benchmarks -o -name .github \) \
      -exec rm -r {} + \
 && find node_modules -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' -o -name '*.md' \) \
      -not -iname 'licen[cs]e*' -delete \
 && find node_modules/bcrypt/prebuilds -mindepth 1 -maxdepth 1 -not -name "linux-$(node -p process.arch)" -exec rm -r {} + \
 && rm -r node_modules/.package-lock.json node_modules/bcrypt/src node_modules/node-addon-api node_modules/zod/src

# A root file system of what Node.js links to, a shell for the commands that users give, and the names of users. No package manager and
# no tools: they would only serve those who break in. dpkg's list of what there is stays, for scanners.
FROM $NODE_IMAGE AS system
RUN mkdir -p /system/usr/bin /system/usr/sbin /system/usr/lib /system/usr/lib64 /system/usr/local/bin /system/var/lib/dpkg \
 && packages="base-files dash $(ldd /usr/local/bin/node | sed -n 's/^\t\(.*\) => \/.*/\1/p' | while read -r library; do \
      dpkg-query --search "*/$library"; done | cut -d: -f1 | sort -u | tr '\n' ' ')" \
 && for package in $packages; do dpkg-query --status "$package"; echo; done >/system/var/lib/dpkg/status \
 && for package in $packages; do dpkg-query --listfiles "$package"; done | sort -u \
      | grep -v -e /gconv -e /usr/share/man -e /usr/share/lintian -e '/usr/share/doc/.*/[^c]' | sed -n 's#^/\(.\)#\1#p' \
      | while read -r file; do if [ -e "/$file" ]; then echo "$file"; fi; done \
      | tar --create --directory=/ --no-recursion --files-from=- | tar --extract --directory=/system \
 && cp -P /etc/passwd /etc/group /etc/nsswitch.conf /system/etc/ \
 && ln -sf dash /system/usr/bin/sh \
 && if [ -e /usr/local/LICENSE ]; then cp /usr/local/LICENSE /system/usr/local/; fi \
 # For a volume of --storage.path: a new one takes over the owner.
 && install -d -o 1000 -g 1000 -m 0700 /system/var/lib/roboflow-exporter

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
