package importer

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"zohobulk/zoho"
)

// obliging answers every PUT with success, and takes no time to think: what is measured is the program.
func obliging(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"status":{"code":200,"description":"success"}}`)
}

// bothIDs is a sheet of n rows that are sent without being looked up.
func bothIDs(n int) string {
	var b strings.Builder
	b.WriteString("accountId,zuid,displayName,mobileNumber,city,postalCode,country,streetAddr,state\n")
	for i := range n {
		fmt.Fprintf(&b, "25606360000%07d2,1000%07d,Person %d,,Ghent,9000,be,Veldstraat %d,Oost-Vlaanderen\n", i, i, i, i)
	}
	return b.String()
}

// BenchmarkApply sends rows to a loopback server without a limit, every outcome on disk, beside a bare net/http loop with
// as many workers. It reports PUTs a second and the ratio of the two.
func BenchmarkApply(b *testing.B) {
	for _, workers := range []int{DefaultWorkers, MaxWorkers} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			server := httptest.NewServer(http.HandlerFunc(obliging))
			defer server.Close()
			const rows = 10_000
			csv := bothIDs(rows)
			var ours, bare time.Duration
			for b.Loop() {
				bare += bareLoop(b, server.URL, rows, workers)
				ours += sendAll(b, server.URL, csv, workers)
			}
			puts := float64(rows * b.N)
			b.ReportMetric(puts/ours.Seconds(), "PUTs/s")
			b.ReportMetric(puts/bare.Seconds(), "bare-PUTs/s")
			b.ReportMetric(bare.Seconds()/ours.Seconds(), "of-bare")
		})
	}
}

// sendAll plans a sheet, and gives the time that its sending takes.
func sendAll(b *testing.B, url, csv string, workers int) time.Duration {
	r := readCSV(b, b.TempDir(), csv, Options{Lookup: LookupNever, Auth: AuthAdmin, Workers: workers,
		Known: zoho.Knowledge{Capabilities: zoho.Capabilities{PhoneKey: "phoneNumber", Names: zoho.Yes, OmittedAddress: "kept"}, Probed: true}})
	defer r.Journal.Close()
	limiter := zoho.NewLimiter(zoho.Unlimited)
	client, err := zoho.New(zoho.Options{MailURL: url, Tokens: staticToken{"1000.a.b"}, Limiter: limiter, Workers: workers})
	if err != nil {
		b.Fatal(err)
	}
	r.Reconnect(Connection{Service: client, Limiter: limiter, Rate: zoho.Unlimited})
	r.ZOID = "1234567890"
	if _, err := r.Plan(b.Context()); err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if err := r.send(b.Context(), b.Context()); err != nil {
		b.Fatal(err)
	}
	took := time.Since(start)
	if counts, err := r.Journal.Counts(); err != nil || counts.Updated != counts.Rows {
		b.Fatalf("%+v, %v", counts, err)
	}
	return took
}

// bareLoop is the yardstick: workers that send the same bodies with net/http, and note nothing.
func bareLoop(b *testing.B, url string, rows, workers int) time.Duration {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost, transport.MaxConnsPerHost = workers, workers
	client := &http.Client{Transport: transport}
	defer transport.CloseIdleConnections()
	body := []byte(`{"displayName":"Person 1","country":"be","address":{"streetAddr":"Veldstraat 1","city":"Ghent",` +
		`"postalCode":"9000","state":"Oost-Vlaanderen"},"mode":"updatePersonalInfo","zuid":10000000001}`)
	jobs := make(chan int)
	var wg sync.WaitGroup
	start := time.Now()
	for range workers {
		wg.Go(func() {
			for i := range jobs {
				q, err := http.NewRequest(http.MethodPut, fmt.Sprintf("%s/api/organization/1234567890/accounts/%d", url, i), bytes.NewReader(body))
				if err != nil {
					b.Error(err)
					return
				}
				q.Header.Set("Content-Type", "application/json")
				answer, err := client.Do(q)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
			}
		})
	}
	for i := range rows {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
	return time.Since(start)
}
