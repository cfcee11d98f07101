package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// topKeys lists the keys of a JSON object, and demands that nothing follows it.
func topKeys(text []byte) (keys []string, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("begins with %v (%v): want an object", t, err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		keys = append(keys, fmt.Sprint(key))
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("after the object: %v: want nothing", err)
	}
	return keys, nil
}
