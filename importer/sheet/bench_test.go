//go:build unix

package sheet

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet/internal/ooxml"
)

// benchRows is the size that the promises about speed are made for.
const benchRows = 1_000_000

// people writes rows as a directory has them: 14 columns, some of them quoted, or all as in our own reports.
func people(b *testing.B, rows int, quoted bool) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "people.csv")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintln(w, "email,accountId,zuid,First Name,Last Name,displayName,gender,Country,Phone,Mobile,Street,City,zip,state")
	format := "user%07d@example.com,%019d,%09d,Rebecca,Müller,\"Müller, Rebecca\",female,us,+1555010%04d,,%d Thomas Street,New York,%05d,New York\n"
	if quoted {
		format = `"` + strings.ReplaceAll(strings.ReplaceAll(format[:len(format)-1], `"`, ""), ",", `","`) + "\"\n"
		format = strings.Replace(format, `Müller"," Rebecca`, "Müller, Rebecca", 1)
	}
	for i := range rows {
		fmt.Fprintf(w, format, i, 2560636000000000000+i, 100000000+i, i%10000, i%100, i%100000)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// bare reads a file with encoding/csv and nothing else.
func bareCSV(b *testing.B, path string) (rows int) {
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); err == io.EOF {
			return rows
		} else if err != nil {
			b.Fatal(err)
		}
		rows++
	}
}

// readAll reads a sheet to its end.
func readAll(b *testing.B, path string, o Options) (rows int) {
	s, err := Open(path, o)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for _, err := range s.Rows() {
		if err != nil {
			b.Fatal(err)
		}
		rows++
	}
	return rows
}

// BenchmarkCSV reads a million rows, and says what that costs beside bare encoding/csv. Promised: at most 1.6 times the
// wall time on two cores, within 32 MB.
func BenchmarkCSV(b *testing.B) {
	for _, quoted := range []bool{false, true} {
		b.Run(fmt.Sprintf("quoted=%v", quoted), func(b *testing.B) { benchCSV(b, people(b, benchRows, quoted)) })
	}
}

func benchCSV(b *testing.B, path string) {
	var bare, ours time.Duration
	var peak uint64
	for b.Loop() {
		start := time.Now()
		bareCSV(b, path)
		bare += time.Since(start)
		runtime.GC()
		watch := watchHeap()
		start = time.Now()
		readAll(b, path, Options{Known: known})
		ours += time.Since(start)
		peak = max(peak, watch())
	}
	report(b, benchRows, ours, peak)
	b.ReportMetric(ours.Seconds()/bare.Seconds(), "x-encoding/csv")
}

// report prints rows a second and the most memory that the runtime had from the system.
func report(b *testing.B, rows int, took time.Duration, peak uint64) {
	b.ReportMetric(float64(rows)*float64(b.N)/took.Seconds(), "rows/s")
	b.ReportMetric(float64(peak)/1e6, "MB-peak")
	b.ReportMetric(0, "ns/op")
}

// watchHeap samples the heap, with what waits to be collected, until it is asked for the most it saw.
func watchHeap() func() uint64 {
	quit, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse+m.StackInuse)
			select {
			case <-quit:
				peak <- most
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(quit); return <-peak }
}

// benchBook writes a workbook of 14 columns of text, inline or shared.
func benchBook(b *testing.B, rows int, inline bool) string {
	b.Helper()
	var data, table strings.Builder
	data.WriteString("<sheetData>")
	n := 0
	index := map[string]int{}
	cell := func(column, row int, text string) {
		ref := problem.Column(column) + strconv.Itoa(row)
		if inline {
			fmt.Fprintf(&data, `<c r="%s" s="1" t="inlineStr"><is><t>%s</t></is></c>`, ref, text)
			return
		}
		i, ok := index[text]
		if !ok {
			i, index[text] = n, n
			n++
			table.WriteString("<si><t>" + text + "</t></si>")
		}
		fmt.Fprintf(&data, `<c r="%s" s="1" t="s"><v>%d</v></c>`, ref, i)
	}
	for i := range rows + 1 {
		fmt.Fprintf(&data, `<row r="%d" spans="1:14">`, i+1)
		texts := []string{"email", "accountId", "zuid", "First Name", "Last Name", "displayName", "gender", "Country", "Phone", "Mobile", "Street", "City", "zip", "state"}
		if i > 0 {
			texts = []string{fmt.Sprintf("user%07d@example.com", i), fmt.Sprint(2560636000000000000 + i), fmt.Sprint(100000000 + i), "Rebecca", "Müller",
				"Müller, Rebecca", "female", "us", fmt.Sprintf("+1555010%04d", i%10000), "+15550100000", fmt.Sprintf("%d Thomas Street", i%100), "New York", fmt.Sprintf("%05d", i%100000), "New York"}
		}
		for j, text := range texts {
			cell(j, i+1, text)
		}
		data.WriteString("</row>")
	}
	data.WriteString("</sheetData>")
	x := xlsx{sheets: map[string]string{"Sheet1": data.String()}, strings: table.String(),
		styles: `<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="49"/></cellXfs>`}
	return x.save(b)
}

// unpack inflates a worksheet's part, and the shared strings if there are any, and nothing else. It gives the strings'
// unpacked size.
func unpack(b *testing.B, path string) (table int64) {
	z, err := zip.OpenReader(path)
	if err != nil {
		b.Fatal(err)
	}
	defer z.Close()
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	for _, f := range z.File {
		if f.Name != "xl/worksheets/sheet1.xml" && f.Name != "xl/sharedStrings.xml" {
			continue
		}
		r, err := f.Open()
		if err != nil {
			b.Fatal(err)
		}
		n, err := io.Copy(io.Discard, r)
		if err != nil {
			b.Fatal(err)
		}
		if f.Name == "xl/sharedStrings.xml" {
			table = n
		}
		r.Close()
	}
	return table
}

// excelizeRows reads a worksheet with excelize's iterator.
func excelizeRows(b *testing.B, path string) {
	f, err := excelize.OpenFile(path, excelize.Options{UnzipSizeLimit: 1 << 30, UnzipXMLSizeLimit: 1 << 29})
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	rows, err := f.Rows("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			b.Fatal(err)
		}
	}
}

// processCPU is the processor time of this process so far.
func processCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkXLSX reads workbooks, and says what that costs beside excelize's Rows (promised: at least 8 times as fast) and
// beside merely unpacking the part (promised: at most 6 times the processor time).
func BenchmarkXLSX(b *testing.B) {
	for _, rows := range []int{100_000, 500_000} {
		for _, inline := range []bool{true, false} {
			b.Run(fmt.Sprintf("rows=%d/inline=%v", rows, inline), func(b *testing.B) { benchXLSX(b, rows, inline) })
		}
	}
}

func benchXLSX(b *testing.B, rows int, inline bool) {
	path := benchBook(b, rows, inline)
	var ours, cpu, bare, theirs time.Duration
	var peak uint64
	var table int64
	for b.Loop() {
		runtime.GC()
		before := processCPU()
		table = unpack(b, path)
		bare += processCPU() - before
		runtime.GC()
		watch := watchHeap()
		start := time.Now()
		before = processCPU()
		readAll(b, path, Options{Known: known})
		cpu += processCPU() - before
		ours += time.Since(start)
		peak = max(peak, watch())
		if rows <= 100_000 {
			start = time.Now()
			excelizeRows(b, path)
			theirs += time.Since(start)
		}
	}
	report(b, rows, ours, peak)
	if table > 0 {
		b.ReportMetric(float64(table)/1e6, "MB-of-strings")
	}
	b.ReportMetric(cpu.Seconds()/bare.Seconds(), "x-cpu-of-unpacking")
	if theirs > 0 {
		b.ReportMetric(theirs.Seconds()/ours.Seconds(), "times-as-fast-as-excelize")
	}
}

// BenchmarkStrayCell reads a worksheet whose last row holds one cell in the last column. Promised: at most a second.
func BenchmarkStrayCell(b *testing.B) {
	path := tableOf(`<row r="1"><c r="A1" t="inlineStr"><is><t>email</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`).save(b)
	watch := watchHeap()
	for b.Loop() {
		readAll(b, path, Options{Known: known})
	}
	b.ReportMetric(float64(watch())/1e6, "MB-peak")
}

// BenchmarkZipBomb opens workbooks that unpack to a gigabyte. Promised: refused within a second and 100 MB.
func BenchmarkZipBomb(b *testing.B) {
	for _, test := range []struct{ name, part, head, text string }{
		{"rows", "xl/worksheets/sheet1.xml", `<worksheet xmlns="` + ooxml.MainSpace + `"><sheetData><row><c><v>1</v></c></row>`, "<row/>"},
		{"one-cell", "xl/worksheets/sheet1.xml", `<worksheet xmlns="` + ooxml.MainSpace + `"><sheetData><row><c t="inlineStr"><is><t>`, "a"},
		{"strings", "xl/sharedStrings.xml", `<sst xmlns="` + ooxml.MainSpace + `">`, "<si/>"},
		{"workbook", "xl/workbook.xml", "<workbook>", "<a></a>"},
	} {
		b.Run(test.name, func(b *testing.B) {
			path := bomb(b, test.part, test.head, test.text, 1<<30)
			runtime.GC()
			watch := watchHeap()
			for b.Loop() {
				if _, err := texts(path, Options{}); err == nil {
					b.Fatal("a bomb was read")
				}
			}
			b.ReportMetric(float64(watch())/1e6, "MB-peak")
		})
	}
}

// BenchmarkCorrect corrects every tenth of 100,000 rows, and says the most memory that it took.
func BenchmarkCorrect(b *testing.B) {
	const rows = 100_000
	csv := people(b, rows, false)
	book := correct(b, csv, Options{Known: known}, CorrectOptions{Format: formatXLSX})
	for _, path := range []string{csv, book} {
		b.Run(filepath.Ext(path)[1:], func(b *testing.B) {
			s, err := Open(path, Options{Known: known})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			watch := watchHeap()
			start := time.Now()
			for b.Loop() {
				err := Correct(b.Context(), io.Discard, s, func(yield func(Edit, error) bool) {
					for row := 2; row <= rows; row += 10 {
						if !yield(Edit{row, "L", "Boston"}, nil) {
							return
						}
					}
				}, CorrectOptions{})
				if err != nil {
					b.Fatal(err)
				}
			}
			report(b, rows, time.Since(start), watch())
		})
	}
}
