package classic

import (
	"fmt"
	"slices"
	"strings"

	"example.com/mcrl/env"
)

// named is one environment that New knows.
type named struct {
	name string
	make func() (World, error)
}

// catalogue lists the environments that New knows, in teaching order.
func catalogue() []named {
	return slices.Concat(
		toyText(), windyGrids(), sutton(), garnets(),
	)
}

// Names lists the names that New knows, in teaching order.
func Names() []string {
	var names []string
	for _, n := range catalogue() {
		names = append(names, n.name)
	}
	return names
}

// New returns an environment by its name. For any other name the error is a FieldError that says which names there are.
func New(name string) (World, error) {
	for _, n := range catalogue() {
		if n.name == name {
			return n.make()
		}
	}
	return nil, &env.FieldError{Field: "environment", Value: fmt.Sprintf("%.40q", name), Want: "one of " + strings.Join(Names(), ", ")}
}

// as is a constructor with its configuration, as an entry of the catalogue.
func as[C any, W World](name string, construct func(C) (W, error), config C) named {
	return named{name, func() (World, error) {
		w, err := construct(config)
		if err != nil {
			return nil, err
		}
		return w, nil
	}}
}
