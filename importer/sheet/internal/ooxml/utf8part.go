package ooxml

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// xmlDeclaration is how a part begins that says which encoding it is in, utf8Declaration how one begins that was decoded.
const (
	xmlDeclaration  = "<?xml"
	utf8Declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)

// utf8Part is a workbook's part in UTF-8, which is what is read and written. The standard also allows UTF-16.
func utf8Part(part io.ReadCloser) (io.ReadCloser, error) {
	r := bufio.NewReader(part)
	head, _ := r.Peek(2)
	order, ok := byteOrder(head)
	if !ok {
		return struct {
			io.Reader
			io.Closer
		}{r, part}, nil
	}
	decoded := bufio.NewReader(transform.NewReader(r, unicode.UTF16(order, unicode.UseBOM).NewDecoder()))
	if head, _ = decoded.Peek(len(xmlDeclaration)); string(head) == xmlDeclaration {
		if _, err := decoded.ReadString('>'); err != nil {
			return nil, fmt.Errorf("a part that is cut off: %w", err)
		}
	}
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader([]byte(utf8Declaration)), decoded), part}, nil
}

// byteOrder reports whether a part that begins so is in UTF-16, and in which order its bytes are.
func byteOrder(head []byte) (order unicode.Endianness, ok bool) {
	switch string(head) {
	case "\xff\xfe", "<\x00":
		return unicode.LittleEndian, true
	case "\xfe\xff", "\x00<":
		return unicode.BigEndian, true
	}
	return unicode.BigEndian, false
}
