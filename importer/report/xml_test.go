package report

import (
	"encoding/xml"
	"io"
)

// parseXML reads XML to its end.
func parseXML(r io.Reader) error {
	d := xml.NewDecoder(r)
	for {
		_, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
