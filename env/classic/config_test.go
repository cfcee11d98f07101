package classic

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dynamics"
)

// A configuration in JSON is refused with fields, or makes a world, of a size that was checked before anything was computed; and
// comes back from JSON as one that makes the same world, as does the one that the world names.
func FuzzConfig(f *testing.F) {
	for _, text := range []string{"{}", `{"map":["SFH","FGF"],"success":0.8,"rewards":{"goal":5,"hole":-2,"frozen":-0.25}}`, `{"map":[]}`,
		`{"map":["..F","S.#"],"noise":1,"speed_limit":3,"all_directions":true,"crash":-5}`, `{"rows":1e9,"cols":1e9}`,
		`{"rows":1000000000,"cols":3,"states":1000000000,"actions":1000000000,"branching":1000000000,"side":1000000000,"speed_limit":1000000000}`,
		`{"rows":5,"cols":3,"slippery":true,"fall_ends":true}`, `{"rain":"drift"}`, `{"rain":"hail"}`, `{"actions":9,"wind_noise":0.5}`,
		`{"natural":"pays","from4":true,"hit_soft17":true,"uniform_start":true}`, `{"side":-1,"stay":1,"states":4,"left":1e308}`,
		`{"side":3,"jumps":[{"from":{"Row":0,"Col":2},"to":{"Row":1,"Col":0},"reward":-1e308}]}`, `{"not_slippery":true,"success":-0.5}`,
		`{"states":7,"actions":2,"branching":3,"sparsity":0.5,"uniform":true,"noise":0.1,"end":0.25,"seed":18446744073709551615}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		configured(t, text, NewFrozenLake, func(FrozenLakeConfig) int { return len(text) })
		configured(t, text, NewCliffWalking, func(c CliffWalkingConfig) int { return (1 + c.Rows) * (1 + c.Cols) })
		configured(t, text, NewTaxi, func(TaxiConfig) int { return len(text) })
		configured(t, text, NewWindy, func(WindyConfig) int { return len(text) })
		configured(t, text, NewSmallGrid, func(c SmallGridConfig) int { return c.Side * c.Side })
		configured(t, text, NewJumpGrid, func(c JumpGridConfig) int { return c.Side * c.Side })
		configured(t, text, NewRandomWalk, func(c RandomWalkConfig) int { return c.States })
		configured(t, text, NewLoop, func(LoopConfig) int { return 0 })
		configured(t, text, NewBlackjack, func(BlackjackConfig) int { return 0 })
		configured(t, text, NewRacetrack, func(c RacetrackConfig) int {
			if len(c.Map) == 0 {
				return 7306 // the left track
			}
			width := 2*max(c.SpeedLimit, 5) - 1
			return len(strings.Join(c.Map, "")) * width * width
		})
		configured(t, text, NewGarnet, func(c GarnetConfig) int { return (30 + c.States) * (4 + c.Actions) * (2 + c.Branching) })
	})
}

// configured reads one kind of configuration. What is valid is made only where its size is small, to be quick.
func configured[C interface{ Validate() error }, W World](t *testing.T, text []byte, make func(C) (W, error), size func(C) int) {
	var c C
	if json.Unmarshal(text, &c) != nil {
		return
	}
	if err := c.Validate(); err != nil {
		checkFields(t, err)
		if _, again := make(c); again == nil || again.Error() != err.Error() {
			t.Fatalf("%s: %T: %v, when made %v", text, c, err, again)
		}
		return
	}
	if size(c) > 2000 {
		return
	}
	w, err := make(c)
	if err != nil {
		t.Fatalf("%s: %T is valid, but %v", text, c, err)
	}
	want := tableOf(t, w)
	var back C
	if b, err := json.Marshal(c); err != nil || json.Unmarshal(b, &back) != nil {
		t.Fatalf("%s: %T comes back as %s, %v", text, c, b, err)
	}
	again := []C{back}
	if named, ok := any(w).(interface{ Config() C }); ok {
		again = append(again, named.Config())
	}
	for _, c := range again {
		w, err := make(c)
		if err != nil || !reflect.DeepEqual(tableOf(t, w), want) {
			t.Fatalf("%s: %+v is another world, %v", text, c, err)
		}
	}
}

func tableOf(t *testing.T, w World) *dynamics.Dynamics {
	d, err := dynamics.Of(w)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// checkFields demands that an error is one FieldError, or joins some, each of one line.
func checkFields(t *testing.T, err error) {
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	for _, e := range list {
		if field := (*env.FieldError)(nil); !errors.As(e, &field) || strings.Contains(e.Error(), "\n") {
			t.Fatalf("%v is no FieldError of one line", e)
		}
	}
}
