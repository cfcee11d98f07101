package experiment

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math"

	"example.com/mcrl/env"
)

// Encode returns the JSON text of the record and, where it has more than MaxInlinePairs pairs, the bytes of the table beside
// it (else nil). Equal records give equal bytes.
func (r *Record) Encode() (record, table []byte, err error) {
	var b bytes.Buffer
	record, err = r.Write(&b)
	if b.Len() > 0 {
		table = b.Bytes()
	}
	return record, table, err
}

// Write is Encode that writes the table, if there is one, instead of holding it in memory.
func (r *Record) Write(table io.Writer) (record []byte, err error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	c := *r
	c.Table = nil
	if len(c.Q) > MaxInlinePairs {
		sum := sha256.New()
		if err := r.writeTable(io.MultiWriter(table, sum)); err != nil {
			return nil, err
		}
		c.Q, c.N, c.Table = nil, nil, &Table{TableFile, hex.EncodeToString(sum.Sum(nil))}
		if r.Intervals != nil {
			c.Intervals = &Intervals{Level: r.Intervals.Level}
		}
	}
	record, err = json.Marshal(&c)
	return append(record, '\n'), err
}

func (r *Record) writeTable(w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<16) // it keeps the first error
	for _, x := range r.Q {
		b.Write(binary.LittleEndian.AppendUint64(b.AvailableBuffer(), math.Float64bits(x)))
	}
	for _, n := range r.N {
		b.Write(binary.LittleEndian.AppendUint64(b.AvailableBuffer(), uint64(n)))
	}
	if r.Intervals != nil {
		for _, h := range r.Intervals.Half {
			b.Write(binary.LittleEndian.AppendUint64(b.AvailableBuffer(), math.Float64bits(h)))
		}
	}
	return b.Flush()
}

// Decode reads what Encode returned; table may be nil where the record refers to none. It reports the first thing that is
// wrong in one line: a format or version it does not know, an unknown key, a length or a number out of range, an altered
// table.
func Decode(record, table []byte) (*Record, error) {
	var r Record
	if err := checkVersion(record); err != nil {
		return nil, err
	}
	if err := decodeStrictly(record, &r); err != nil {
		return nil, err
	}
	if r.Table != nil {
		if err := r.readTable(table); err != nil {
			return nil, err
		}
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	return &r, nil
}

// The most bytes that are read of a record and of the table beside it, MaxPairs pairs.
const (
	maxRecordSize = 1 << 26
	maxTableSize  = 24 * MaxPairs
)

// Read reads the record of a run directory.
func Read(dir fs.FS) (*Record, error) {
	r, err := ReadFile(dir, RecordFile)
	if err != nil && !isAbsent(err) {
		return nil, fmt.Errorf("%s: %w", RecordFile, err)
	}
	return r, err
}

// ReadFile reads the record of the given name, and the table beside it. Files that are larger than any record are refused.
func ReadFile(dir fs.FS, name string) (*Record, error) {
	record, err := readUpTo(dir, name, maxRecordSize)
	if err != nil {
		return nil, err
	}
	table, err := readUpTo(dir, TableFile, maxTableSize)
	if err != nil && !isAbsent(err) {
		return nil, err
	}
	return Decode(record, table)
}

func readUpTo(dir fs.FS, name string, most int64) ([]byte, error) {
	f, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("more than %d bytes: want a record, or the table of one", most)
	}
	return b, err
}

// checkVersion looks at the version before anything else: a later one may have other keys.
func checkVersion(text []byte) error {
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return fmt.Errorf("not a record: %w", err)
	}
	if head.Format != RecordFormat {
		return &env.FieldError{Field: "format", Value: fmt.Sprintf("%.40q", head.Format), Want: fmt.Sprintf("%q", RecordFormat)}
	}
	if head.Version != RecordVersion {
		return &env.FieldError{Field: "version", Value: head.Version, Want: fmt.Sprintf("%d, the one that this program reads", RecordVersion)}
	}
	return nil
}

// decodeStrictly reads one JSON value without unknown keys.
func decodeStrictly(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something follows the JSON value")
	}
	return nil
}

func (r *Record) readTable(b []byte) error {
	if r.Q != nil || r.N != nil || r.Intervals != nil && r.Intervals.Half != nil {
		return &env.FieldError{Field: "table", Value: r.Table.File, Want: "none beside q, n and half"}
	}
	if r.Table.File != TableFile {
		return &env.FieldError{Field: "table.file", Value: fmt.Sprintf("%.40q", r.Table.File), Want: TableFile}
	}
	sum := sha256.Sum256(b)
	if got := hex.EncodeToString(sum[:]); got != r.Table.SHA256 {
		return &env.FieldError{Field: "table.sha256", Value: fmt.Sprintf("%.70q", r.Table.SHA256), Want: got + ", that of " + TableFile}
	}
	size := 16
	if r.Intervals != nil {
		size = 24
	}
	if len(b)%size != 0 {
		return &env.FieldError{Field: TableFile, Value: fmt.Sprintf("%d bytes", len(b)), Want: fmt.Sprintf("%d for each pair", size)}
	}
	pairs := len(b) / size
	r.Q, r.N = make([]float64, pairs), make([]int64, pairs)
	for i := range pairs {
		r.Q[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		r.N[i] = int64(binary.LittleEndian.Uint64(b[8*(pairs+i):]))
	}
	if r.Intervals == nil {
		return nil
	}
	r.Intervals.Half = make(HalfWidths, pairs)
	for i := range pairs {
		r.Intervals.Half[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*(2*pairs+i):]))
	}
	return nil
}
