# An image with the program and nothing else: no shell, no package manager. It runs as a user without rights.
#
#   docker build --tag zohobulk .
#   docker run --rm --volume "$PWD:/data" --user "$(id -u):$(id -g)" zohobulk validate staff.xlsx
#
# The user of the container needs to write to /data: reports, locks and the count of calls lie there. docs/schedule.md has a CronJob.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/zohobulk ./cmd/zohobulk \
 && cp "$(go env GOROOT)/lib/time/zoneinfo.zip" /out/ \
 && mkdir /out/data

FROM scratch
COPY --from=build /out/zohobulk /zohobulk
COPY --from=build /out/zoneinfo.zip /zoneinfo.zip
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build --chown=65532:65532 /out/data /data
ENV ZONEINFO=/zoneinfo.zip XDG_CONFIG_HOME=/data/.config XDG_CACHE_HOME=/data/.cache TMPDIR=/data
USER 65532:65532
WORKDIR /data
ENTRYPOINT ["/zohobulk"]
