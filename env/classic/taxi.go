package classic

import (
	"fmt"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dynamics"
)

// TaxiConfig is a taxi in a town of 5 x 5 cells with walls and four stands, R, G, Y and B. It fetches a passenger from one
// stand and drives it to another:
//
//	+---------+
//	|R: | : :G|
//	| : | : : |
//	| : : : : |
//	| | : | : |
//	|Y| : |B: |
//	+---------+
//
// The actions are south, north, east, west, pick up and drop off. A step pays -1, delivery 20, and the episode ends; to pick
// up where nobody waits, or to drop off where that is not allowed, pays -10. A passenger may be dropped off at any stand. The taxi
// starts anywhere, the passenger waits at any stand, and wants to go to any other: 300 starts, equally likely.
//
// The zero value is Taxi-v3. Its fickle_passenger is not here: Gymnasium keeps what it needs outside the state, so no table
// of 500 states has it.
//
// Source: Gymnasium 1.2, gymnasium/envs/toy_text/taxi.py (is_rainy since pull request 1315); T. G. Dietterich, Hierarchical
// reinforcement learning with the MAXQ value function decomposition, JAIR 13, 2000.
type TaxiConfig struct {
	Rain Rain `json:"rain,omitempty"`
}

// Validate reports a rule for rain that there is not.
func (c TaxiConfig) Validate() error {
	if int(c.Rain) >= len(rainNames) {
		return c.Rain.fault(c.Rain)
	}
	return nil
}

// Taxi is a taxi. State ((row*5 + col)*5 + passenger)*4 + destination is that of a TaxiState; twins of four of the 500 states
// follow (see package dynamics): the end with the passenger delivered at R, G, Y or B. The states whose passenger waits at the
// destination are in no episode that starts as it should, but they are in Gymnasium's table, and so they are here.
type Taxi struct {
	*dynamics.Model
	config TaxiConfig
}

// TaxiState is a state in words.
type TaxiState struct {
	Row, Col    int
	Passenger   int // 0 to 3: waits at R, G, Y, B; 4: in the taxi
	Destination int // 0 to 3: R, G, Y, B
}

const (
	taxiSide  = 5
	inTaxi    = 4
	taxiStand = "RGYB"
)

// stands are the cells of R, G, Y and B.
var stands = [4]env.Cell{{Row: 0, Col: 0}, {Row: 0, Col: 4}, {Row: 4, Col: 0}, {Row: 4, Col: 3}}

// walled[row] marks the boundaries of the columns 0, ..., 5 at which a taxi that moves east or west is stopped.
var walled = [taxiSide][taxiSide + 1]bool{
	{0: true, 2: true, 5: true}, {0: true, 2: true, 5: true}, {0: true, 5: true},
	{0: true, 1: true, 3: true, 5: true}, {0: true, 1: true, 3: true, 5: true},
}

// NewTaxi checks the configuration and makes the taxi.
func NewTaxi(c TaxiConfig) (*Taxi, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	d := &dynamics.Dynamics{ActionNames: []string{"south", "north", "east", "west", "pick up", "drop off"}}
	for s := range env.State(taxiSide * taxiSide * 5 * 4) {
		x, p := taxiStateOf(s), 0.0
		if x.Passenger != inTaxi && x.Passenger != x.Destination {
			p = 1.0 / 300
		}
		d.Start = append(d.Start, p)
		d.StateNames = append(d.StateNames, x.String())
		rows := make([][]dynamics.Transition, 6)
		for a := range 4 {
			rows[a] = c.drive(x, a)
		}
		rows[4], rows[5] = []dynamics.Transition{x.pickUp()}, []dynamics.Transition{x.dropOff()}
		d.P = append(d.P, rows)
	}
	m, err := d.Model()
	if err != nil {
		return nil, err
	}
	return &Taxi{m, c}, nil
}

// Config returns the configuration.
func (t *Taxi) Config() TaxiConfig { return t.config }

// State returns the state in words; that of a twin is the state whose twin it is.
func (t *Taxi) State(s env.State) TaxiState {
	if twins := t.Twins(); int(s) >= t.NumStates()-len(twins) {
		s = twins[int(s)-(t.NumStates()-len(twins))]
	}
	return taxiStateOf(s)
}

// Index returns the number of the state, which is not that of its twin.
func (x TaxiState) Index() env.State {
	return env.State(((x.Row*taxiSide+x.Col)*5+x.Passenger)*4 + x.Destination)
}

func taxiStateOf(s env.State) TaxiState {
	i := int(s)
	return TaxiState{Row: i / 100, Col: i / 20 % 5, Passenger: i / 4 % 5, Destination: i % 4}
}

// String says where everybody is: "taxi at (0,1), passenger at R, to G".
func (x TaxiState) String() string {
	passenger := "in it"
	if x.Passenger != inTaxi {
		passenger = "at " + taxiStand[x.Passenger:x.Passenger+1]
	}
	return fmt.Sprintf("taxi at (%d,%d), passenger %s, to %s", x.Row, x.Col, passenger, taxiStand[x.Destination:x.Destination+1])
}

// stand is the stand that the taxi is at, -1 at none.
func (x TaxiState) stand() int {
	for i, c := range stands {
		if c == (env.Cell{Row: x.Row, Col: x.Col}) {
			return i
		}
	}
	return -1
}

func (x TaxiState) pickUp() dynamics.Transition {
	t := dynamics.Transition{Prob: 1, Reward: -1}
	if x.Passenger != inTaxi && x.Passenger == x.stand() {
		x.Passenger = inTaxi
	} else {
		t.Reward = -10
	}
	t.Next = x.Index()
	return t
}

func (x TaxiState) dropOff() dynamics.Transition {
	t := dynamics.Transition{Prob: 1, Reward: -1}
	switch at := x.stand(); {
	case x.Passenger != inTaxi || at < 0:
		t.Reward = -10
	case at == x.Destination:
		x.Passenger, t.Reward, t.Done = at, 20, true
	default:
		x.Passenger = at
	}
	t.Next = x.Index()
	return t
}
