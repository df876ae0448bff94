# The version of Node is the one that is maintained longest of those that the tests run on.
FROM node:24-slim AS build
WORKDIR /source
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run bundle

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
WORKDIR /app
COPY --from=build /source/bundle ./
# A volume takes its owner from the folder that it is mounted on.
RUN install --directory --owner=node --group=node "$DATA_DIR"
VOLUME /data
USER node
EXPOSE 4000
HEALTHCHECK --start-period=30s CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself is the first process, so that a SIGTERM reaches it.
CMD ["node", "main.js"]
