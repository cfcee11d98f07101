//go:build unix

package cli

import (
	"fmt"
	"os"
	"testing"

	"example.com/mcrl/mc/offpolicy"
)

// Values come through a pipe, as a shell makes one of <(mcrl solve --json), which can be read once.
func TestEvaluateValuesFromPipe(t *testing.T) {
	solved := command(t, "solve", lakeName, "--gamma", "0.95", "--json")
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	go func() {
		fmt.Fprint(out, solved)
		out.Close()
	}()
	log := rolledOut(t, "--epsilon", "0.3", "--episodes", "50")
	d := evaluated(t, log, "--target", "uniform", "--env", lakeName, "--gamma", "0.95", "--values", fmt.Sprintf("/dev/fd/%d", in.Fd()))
	if _, ok := d.Result.Of(offpolicy.DoublyRobust); !ok {
		t.Errorf("no doubly robust estimate: %+v", d.Result)
	}
}
