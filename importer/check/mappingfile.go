package check

import (
	"bufio"
	"os"
	"strconv"
	"strings"

	"zohobulk/importer/problem"
)

// A mapping file has a line for each column: header, equals sign, field; nothing behind the sign sets the
// column aside. Lines that begin with # are comments. A header that could be taken for something else, or that has a line
// break in it, stands in double quotes.

// ReadMapping reads a mapping file.
func ReadMapping(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, problem.Refuse("mapping-file", "look at its name", "mapping file: %v", err).With(problem.Remedy{Way: problem.SaveMapping})
	}
	mapping := map[string]string{}
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(string(text), "\ufeff")) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		header, target, ok := mappingLine(line)
		if !ok {
			return nil, problem.Refuse("mapping-file", `write a line like Column=field`, "%s line %d: %q is no mapping", path, number, problem.Shorten(line, 60))
		}
		if target != "" {
			if _, known := fieldNamed(target); !known {
				return nil, problem.Refuse("mapping-file", "the fields are: "+fieldNames(), "%s line %d: %q is no field", path, number, problem.Shorten(target, 60))
			}
		}
		mapping[header] = target
	}
	return mapping, nil
}

func mappingLine(line string) (header, target string, ok bool) {
	if line[0] == '"' {
		quoted, err := strconv.QuotedPrefix(line)
		if err != nil {
			return "", "", false
		}
		header, _ = strconv.Unquote(quoted)
		target, ok = strings.CutPrefix(strings.TrimSpace(line[len(quoted):]), "=")
		return header, strings.TrimSpace(target), ok
	}
	i := strings.LastIndexByte(line, '=')
	if i < 0 {
		return "", "", false
	}
	return strings.TrimSpace(line[:i]), strings.TrimSpace(line[i+1:]), true
}

// WriteMapping writes the mapping that was used, in the sheet's order, so that the next sheet like it is read the same.
func WriteMapping(path string, m Mapping) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return problem.Refuse("mapping-file", "", "mapping file: %v", err)
	}
	defer func() {
		if closed := file.Close(); err == nil {
			err = closed
		}
	}()
	w := bufio.NewWriter(file)
	w.WriteString("# header=field; with nothing behind the sign the column is set aside\n")
	for _, c := range m.Own() {
		if c.Header != "" {
			w.WriteString(mappingHeader(c.Header) + "=" + c.Field + "\n")
		}
	}
	return w.Flush()
}

// mappingHeader quotes a header that would be read as something else.
func mappingHeader(header string) string {
	if strings.ContainsAny(header, "\r\n") || header[0] == '#' || header[0] == '"' || strings.TrimSpace(header) != header {
		return strconv.Quote(header)
	}
	return header
}
