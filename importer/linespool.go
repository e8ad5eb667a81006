package importer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
)

// spoolInMemory is how much a spool holds before it goes to disk: the list of any sheet that somebody corrects by hand.
const spoolInMemory = 4 << 20

// lineSpool keeps values as lines of JSON, first in memory and then in a temporary file that only its owner can read.
type lineSpool struct {
	memory  bytes.Buffer
	encoder *json.Encoder
	file    *os.File
}

func (s *lineSpool) add(value any) error {
	if s.encoder == nil {
		s.encoder = json.NewEncoder(&s.memory)
		s.encoder.SetEscapeHTML(false)
	}
	if err := s.encoder.Encode(value); err != nil {
		return err
	}
	if s.memory.Len() < spoolInMemory {
		return nil
	}
	return s.spill()
}

// spill moves what is in memory to the file.
func (s *lineSpool) spill() error {
	if s.file == nil {
		file, err := os.CreateTemp("", "zohobulk-*") // created 0600
		if err != nil {
			return err
		}
		s.file = file
		_ = os.Remove(file.Name()) // where a file in use can be removed, a killed process leaves nothing behind
	}
	_, err := s.memory.WriteTo(s.file)
	return err
}

// each hands over every line, without its end. It can be called once, when nothing more is added.
func (s *lineSpool) each(take func(line []byte) error) error {
	from := io.Reader(&s.memory)
	if s.file != nil {
		if err := s.spill(); err != nil {
			return err
		}
		if _, err := s.file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		from = s.file
	}
	r := bufio.NewReader(from)
	for {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := take(line[:len(line)-1]); err != nil {
			return err
		}
	}
}

func (s *lineSpool) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	_ = os.Remove(s.file.Name()) // where it could not be removed while in use
	return err
}
