package zoho

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"
)

// BenchmarkPut sends changes over loopback without a limit; a bare net/http loop with as many workers is the yardstick.
// The goal is 0.6 of it, the journal and all; this is the client's share.
func BenchmarkPut(b *testing.B) {
	for _, workers := range []int{4, 16} {
		b.Run(strconv.Itoa(workers), func(b *testing.B) { comparePuts(b, workers, 0) })
	}
	b.Run("16 at 50 ms", func(b *testing.B) { comparePuts(b, 16, 50*time.Millisecond) })
}

// comparePuts takes the two in turn, so that both meet the same machine.
func comparePuts(b *testing.B, workers int, latency time.Duration) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		time.Sleep(latency)
		io.WriteString(w, success)
	}))
	defer server.Close()
	client := newClient(b, nil, Options{MailURL: server.URL, Workers: workers})
	transport := NewTransport(workers)
	round := 500 * workers
	if latency > 0 {
		round = 40 * workers
	}
	var ours, bare time.Duration
	for b.Loop() {
		bare += timed(b, workers, round, func() error { return barePut(transport, server.URL) })
		ours += timed(b, workers, round, func() error { return rename(b.Context(), client) })
	}
	puts := float64(b.N * round)
	b.ReportMetric(puts/ours.Seconds(), "puts/s")
	b.ReportMetric(puts/bare.Seconds(), "bare-puts/s")
	b.ReportMetric(bare.Seconds()/ours.Seconds(), "of-bare")
	if latency > 0 {
		b.ReportMetric(puts/ours.Seconds()*latency.Seconds()/float64(workers), "of-ideal")
	}
}

// timed has the workers do n things, and says how long that took.
func timed(b *testing.B, workers, n int, do func() error) time.Duration {
	var wait sync.WaitGroup
	began := time.Now()
	for range workers {
		wait.Go(func() {
			for range n / workers {
				if err := do(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	return time.Since(began)
}

var bareBody = []byte(`{"displayName":"Rebecca Anderson","mode":"updatePersonalInfo","zuid":100001234}`)

// barePut is the least that sends the same request.
func barePut(transport http.RoundTripper, base string) error {
	request, err := http.NewRequest(http.MethodPut, base+"/api/organization/1234567890/accounts/2560636000000008002", bytes.NewReader(bareBody))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}
