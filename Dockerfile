# rig's image: the platform (rigd, supervisor, edge), the command line, and what makes pods ready.
#   docker build --tag rig .
# Without a registry: node scripts/make-image.mjs --root FOLDER --tag NAME OUT.tar
ARG NODE=node:24.21.0-bookworm-slim
FROM ${NODE} AS build
WORKDIR /src
COPY . .
RUN node scripts/bootstrap.mjs && node scripts/lay-image.mjs /image

FROM ${NODE}
COPY --from=build /image/ /
# What a volume is made of that has nothing in it yet. COPY changes no folder that is there.
RUN useradd --uid 10001 --user-group --home-dir /var/lib/rig --no-create-home --shell /bin/sh rig \
  && chown rig:rig /var/lib/rig && chmod 700 /var/lib/rig
ENV RIG_HOME=/var/lib/rig NODE_ENV=production
WORKDIR /var/lib/rig
USER 10001:10001
EXPOSE 7443 7444 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/rig/entrypoint.sh"]
