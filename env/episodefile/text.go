package episodefile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxLine bounds a line.
const maxLine = 1 << 20

// text reads a file line by line: a fault in one line does not reach the next.
type text struct {
	scan *bufio.Scanner
	line int
}

func newText(r io.Reader) text {
	t := text{scan: bufio.NewScanner(r)}
	t.scan.Buffer(make([]byte, 0, 1<<16), maxLine)
	return t
}

// read returns the next line that is not empty, which holds until the next call.
func (t *text) read() ([]byte, error) {
	for t.scan.Scan() {
		t.line++
		if b := t.scan.Bytes(); len(b) > 0 && (b[0] > ' ' || len(bytes.TrimSpace(b)) > 0) {
			return b, nil
		}
	}
	switch err := t.scan.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("line %d: more than %d bytes: want one row a line", t.line+1, maxLine)
	case err != nil:
		return nil, err
	}
	return nil, io.EOF
}
