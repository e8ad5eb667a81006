package check

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// benchRows is the size of a large directory; ZOHOBULK_BENCH_ROWS makes it smaller for a quick look.
func benchRows() int {
	if n, err := strconv.Atoi(os.Getenv("ZOHOBULK_BENCH_ROWS")); err == nil {
		return n
	}
	return 1_000_000
}

// silent takes everything and keeps nothing.
type silent struct{}

func (silent) Row(*Row) error                  { return nil }
func (silent) Late(int, problem.Problem) error { return nil }

var (
	benchFirst  = strings.Fields("Anna Bob Carla Dirk Elena Farid Gita Hiro Ines Jan Kofi Lena Mario Nina Omar Petra Quentin Rosa Sven Tara")
	benchLast   = strings.Fields("Anderson Brown Costa Dubois Eriksen Fischer Garcia Hughes Ivanova Jansen Kumar Lopez Moreau Novak Okafor Petrov Rossi Schmidt Tanaka Weber")
	benchPlaces = [][4]string{{"us", "New York", "10001", "New York"}, {"de", "Berlin", "10115", "Berlin"}, {"fr", "Lyon", "69001", "Rhône"}, {"in", "Chennai", "600001", "Tamil Nadu"}, {"gb", "Leeds", "LS1 4AP", "Yorkshire"}}
)

const benchHeader = "email,zuid,firstName,lastName,displayName,gender,country,streetAddr,city,postalCode,state,department"

// writeClean writes a sheet in which every row is sound and about another user.
func writeClean(w io.Writer, n int) {
	fmt.Fprintln(w, benchHeader)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		first, last, place := benchFirst[r.IntN(len(benchFirst))], benchLast[r.IntN(len(benchLast))], benchPlaces[r.IntN(len(benchPlaces))]
		fmt.Fprintf(w, "%s.%s.%d@zylker.com,%d,%s,%s,%s %s,FEMALE,%s,%d Long Street,%s,%s,%s,Sales\n",
			strings.ToLower(first), strings.ToLower(last), i, 100000000+i, first, last, first, last, place[0], r.IntN(300), place[1], place[2], place[3])
	}
}

// writeWrong writes a sheet in which every row has an error, each another value.
func writeWrong(w io.Writer, n int) {
	fmt.Fprintln(w, benchHeader)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		first, last, place := benchFirst[r.IntN(len(benchFirst))], benchLast[r.IntN(len(benchLast))], benchPlaces[r.IntN(len(benchPlaces))]
		fmt.Fprintf(w, "%s.%s.%d@zylker.com,%d,%s,%s,%s %s,FEMALE,Untied%dland,%d Long Street,%s,%s,%s,Sales\n",
			strings.ToLower(first), strings.ToLower(last), i, 100000000+i, first, last, first, last, i, r.IntN(300), place[1], place[2], place[3])
	}
}

// writePhones writes sound rows with two phone numbers each, no two alike.
func writePhones(w io.Writer, n int) {
	fmt.Fprintln(w, "email,country,phoneNumber,mobileNumber")
	for i := range n {
		fmt.Fprintf(w, "user%d@zylker.com,de,+49 30 %08d,+49 151 %08d\n", i, 20000000+i, 20000000+i)
	}
}

func benchFile(b *testing.B, name string, n int, write func(io.Writer, int)) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	write(w, n)
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		b.Fatal(err)
	}
	return path
}

// yardstick reads the file with nothing but encoding/csv.
func yardstick(b *testing.B, path string) time.Duration {
	b.Helper()
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	began := time.Now()
	r := csv.NewReader(bufio.NewReader(f))
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); err == io.EOF {
			return time.Since(began)
		} else if err != nil {
			b.Fatal(err)
		}
	}
}

func validate(path string) (Result, error) {
	s, err := sheet.Open(path, sheet.Options{Known: Options{}.Known})
	if err != nil {
		return Result{}, err
	}
	defer s.Close()
	return Sheet(context.Background(), s, Options{}, silent{})
}

// BenchmarkCSV validates large CSVs beside bare encoding/csv: "x-csv" is how many times its wall time, "x-clean" how many
// times a clean sheet's.
func BenchmarkCSV(b *testing.B) {
	n := benchRows()
	clean := benchFile(b, "clean.csv", n, writeClean)
	b.Run("clean", func(b *testing.B) { benchmarkFile(b, clean, n, 0) })
	b.Run("wrong", func(b *testing.B) {
		wrong := benchFile(b, "wrong.csv", n, writeWrong)
		began := time.Now()
		if _, err := validate(clean); err != nil {
			b.Fatal(err)
		}
		benchmarkFile(b, wrong, n, time.Since(began))
	})
	b.Run("phones", func(b *testing.B) {
		benchmarkFile(b, benchFile(b, "phones.csv", n/20, writePhones), n/20, 0)
	})
	b.Run("memory", func(b *testing.B) { benchmarkMemory(b, clean) })
}

func benchmarkFile(b *testing.B, path string, n int, clean time.Duration) {
	var bare time.Duration
	for b.Loop() {
		b.StopTimer()
		bare += yardstick(b, path)
		b.StartTimer()
		result, err := validate(path)
		if err != nil || result.Rows != n {
			b.Fatalf("%d rows of %d, %v", result.Rows, n, err)
		}
	}
	took := b.Elapsed()
	b.ReportMetric(float64(n)*float64(b.N)/took.Seconds(), "rows/s")
	b.ReportMetric(float64(took)/float64(bare), "x-csv")
	if clean > 0 {
		b.ReportMetric(float64(took)/float64(b.N)/float64(clean), "x-clean")
	}
}

// memoryFile makes the test binary validate one file and print the most memory it had resident.
const memoryFile = "ZOHOBULK_MEMORY_FILE"

func benchmarkMemory(b *testing.B, path string) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		b.Skip("needs /proc, to ask for the most memory that was resident")
	}
	var peak float64
	for b.Loop() {
		cmd := exec.Command(os.Args[0], "-test.run=^TestMemoryChild$")
		cmd.Env = append(os.Environ(), memoryFile+"="+path)
		out, err := cmd.Output()
		if err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		text, _, _ := strings.Cut(string(out), "\n")
		kb, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			b.Fatalf("child said %q", out)
		}
		peak = max(peak, float64(kb)/1024)
	}
	b.ReportMetric(peak, "MB-resident")
}

// TestMemoryChild is the child of the memory benchmark.
func TestMemoryChild(t *testing.T) {
	path := os.Getenv(memoryFile)
	if path == "" {
		t.Skip("the memory benchmark runs this in a process of its own")
	}
	if _, err := validate(path); err != nil {
		t.Fatal(err)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if peak, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Println(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(peak), "kB")))
		}
	}
}
