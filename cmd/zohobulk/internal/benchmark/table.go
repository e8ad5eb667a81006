package main

import (
	"fmt"
	"io"
	"time"
)

// table writes measurements as they come in.
type table struct {
	w    io.Writer
	rows int
}

func (t table) head(title string) {
	fmt.Fprintf(t.w, "\n%-40s %12s %12s %12s\n", title, "rows/s", "CPU a row", "peak memory")
}

func (t table) line(name string, u usage) {
	memory := "not known"
	if u.memory > 0 {
		memory = fmt.Sprintf("%d MB", u.memory>>20)
	}
	cpu := float64(u.cpu) / float64(time.Microsecond) / float64(t.rows)
	fmt.Fprintf(t.w, "  %-38s %12.0f %9.1f µs %12s\n", name, float64(t.rows)/u.wall.Seconds(), cpu, memory)
}
