# rig's image: the platform (rigd, supervisor, edge), the command line, and what makes pods ready.
#   docker build --tag rig .
# Without a registry: node scripts/make-image.mjs --root FOLDER --tag NAME OUT.tar
ARG NODE=node:24.21.0-bookworm-slim
FROM ${NODE} AS build
WORKDIR /src
COPY . .
RUN node scripts/bootstrap.mjs && node scripts/lay-image.mjs /image

FROM ${NODE}
RUN useradd --uid 10001 --user-group --home-dir /var/lib/rig --no-create-home --shell /bin/sh rig
COPY --from=build /image/ /
COPY --from=build --chown=10001:10001 /image/var/lib/rig /var/lib/rig
ENV RIG_HOME=/var/lib/rig NODE_ENV=production
WORKDIR /var/lib/rig
USER 10001:10001
EXPOSE 7443 7444 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/rig/entrypoint.sh"]
