package ooxml

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
)

// mostMerged is how many ranges a worksheet may have: far more than anybody merges (guessed), and little memory.
const mostMerged = 1 << 20

// Merged reads the merged cells of a worksheet, by their first row. They stand behind its rows, so a worksheet that has some is read
// once more than others.
func (w *Workbook) Merged(s Worksheet) ([]Area, error) {
	some, err := w.mentions(s.part, "mergeCell")
	if err != nil || !some {
		return nil, err
	}
	rc, err := w.Package.open(s.part, worksheetMax)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	merged, err := mergedOf(newXMLScanner(rc))
	if err != nil {
		return nil, w.damaged("worksheet \""+s.Name+"\"", err)
	}
	slices.SortStableFunc(merged, func(a, b Area) int { return cmp.Compare(a.Top, b.Top) })
	return merged, nil
}

func mergedOf(x *xmlScanner) (merged []Area, err error) {
	if err := x.open("worksheet"); err != nil {
		return nil, err
	}
	err = x.children(func(local string) error {
		if local != "mergeCells" {
			return x.skip()
		}
		return x.children(func(local string) error {
			if local == "mergeCell" {
				if a, ok := parseArea([]byte(x.attribute("ref"))); ok {
					merged = append(merged, a)
				}
			}
			if len(merged) > mostMerged {
				return errors.New("more merged cells than a worksheet has")
			}
			return x.skip()
		})
	})
	return merged, err
}

// mentions reports whether a part holds a word. Damage is for whoever reads the part to find.
func (p *Package) mentions(part, word string) (bool, error) {
	rc, err := p.open(part, worksheetMax)
	if err != nil {
		return false, err
	}
	defer rc.Close()
	kept := 0 // bytes of the piece before, in which the word may begin
	piece := make([]byte, 64<<10)
	for {
		n, err := rc.Read(piece[kept:])
		if bytes.Contains(piece[:kept+n], []byte(word)) {
			return true, nil
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				return true, nil
			}
			return false, nil
		}
		keep := min(kept+n, len(word)-1)
		copy(piece, piece[kept+n-keep:kept+n])
		kept = keep
	}
}

// covers tells, row by row, which cells others cover.
type covers struct {
	later []Area // that begin further down, by their first row
	now   []Area
}

// mostAbreast is how many ranges may lie across one row: more than anybody merges (guessed). Excel lets none overlap, so a file with more
// was made to cost time.
const mostAbreast = 1000

// row goes on to a row.
func (c *covers) row(number int) error {
	if len(c.later) == 0 && len(c.now) == 0 {
		return nil
	}
	c.now = slices.DeleteFunc(c.now, func(r Area) bool { return r.Bottom < number })
	for ; len(c.later) > 0 && c.later[0].Top <= number; c.later = c.later[1:] {
		if c.later[0].Bottom >= number {
			c.now = append(c.now, c.later[0])
		}
		if len(c.now) > mostAbreast {
			return fmt.Errorf("more than %d ranges of merged cells lie across row %d", mostAbreast, number)
		}
	}
	return nil
}

// cell reports whether a cell of that row is covered: it lies in a range, and is not the first there.
func (c *covers) cell(row, column int) bool {
	return len(c.now) > 0 && slices.ContainsFunc(c.now, func(a Area) bool { return a.covers(row, column) })
}
