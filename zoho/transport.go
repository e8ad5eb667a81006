package zoho

import (
	"net"
	"net/http"
	"time"
)

// NewTransport makes a transport for that many calls at once. Each worker has a connection of its own and keeps it:
// the default transport keeps two and opens the others again for each call, which halves the throughput.
func NewTransport(workers int) *http.Transport {
	workers = max(workers, 1)
	var protocols http.Protocols
	protocols.SetHTTP1(true) // HTTP/2 would repeat requests by itself, past the limiter
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 20 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		Protocols:              &protocols,
		MaxIdleConns:           workers,
		MaxIdleConnsPerHost:    workers,
		MaxConnsPerHost:        workers,
		IdleConnTimeout:        45 * time.Second, // guessed: less than servers wait, so that no call goes out on a dead connection
		TLSHandshakeTimeout:    15 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}
