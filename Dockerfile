# Three stages: what runs has no compiler, no development package and no npm cache in it.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Without install scripts: none is needed, and none gets to run with the network at hand.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY clients ./clients
RUN npm run build

FROM node:24-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
# DATABASE=postgres: without a DATABASE_URL the service refuses to start, instead of giving each container a database
# of its own that is lost with it. DATABASE=embedded asks for that one.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    DATABASE=postgres \
    DATA_DIR=/data
WORKDIR /app
COPY --from=modules /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The playground, and the modules that it loads.
COPY clients/playground ./clients/playground
COPY --from=build /app/clients/typescript/dist ./clients/typescript/dist
COPY package.json LICENSE ./
# The built-in model answers from the service's own documentation.
COPY docs/guide ./docs/guide
# By number, so that Kubernetes can see that it is not root. Only the data folder is its own.
RUN install -d -m 0700 -o 10001 -g 10001 /data
USER 10001:10001
# The embedded database; used with DATABASE=embedded alone.
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health/live').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The exec form: node itself is PID 1 and gets SIGTERM, which a shell or npm would keep to itself.
CMD ["node", "dist/main.js"]
