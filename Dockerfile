# Two images: `docker build --target server .` and `docker build --target web .`
# The parts of both are made as scripts/images.test.ts says; deploy/compose.yaml starts them.

FROM node:24-slim AS packages
WORKDIR /app
# The browsers of the tests are not wanted here.
ENV PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json .npmrc ./
RUN npm ci

FROM packages AS build-web
COPY . .
ENV NEXT_OUTPUT=standalone
RUN node --import ./scripts/require-node.mjs scripts/build.ts

# Of the packages, those that the agent server imports: about 60 MB of a thousand.
FROM packages AS server-packages
COPY scripts ./scripts
COPY src ./src
RUN node scripts/server-packages.ts && npm prune --omit=dev --omit=peer

FROM node:24-slim AS server
WORKDIR /app
ENV NODE_ENV=production AGENT_HOST=0.0.0.0 AGENT_PORT=3001 DATA_DIR=/data
COPY --from=server-packages /app/node_modules ./node_modules
COPY package.json ./
COPY src/core ./src/core
COPY src/server ./src/server
COPY src/cli ./src/cli
RUN mkdir -m 700 /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3001
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3001/readyz').then((it) => process.exit(it.ok ? 0 : 1), () => process.exit(1))"]
# As `npm start` runs it. It is the process that gets SIGTERM, and stops gracefully.
CMD ["node", "--max-semi-space-size=16", "--no-parallel-scavenge", "src/server/main.ts"]

FROM node:24-slim AS web
WORKDIR /app
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOSTNAME=0.0.0.0 PORT=3000
COPY --from=build-web --chown=node:node /app/.next/standalone ./
COPY --from=build-web --chown=node:node /app/.next/static ./.next/static
COPY --from=build-web --chown=node:node /app/public ./public
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/').then((it) => process.exit(it.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server.js"]
