package classic

// sutton lists the worlds of Sutton & Barto's book, and the rules that others have for them.
func sutton() []named {
	gymnasium := func(rule NaturalRule) BlackjackConfig { return BlackjackConfig{Natural: rule, From4: true} }
	return []named{
		as("sb-example-3.5", NewJumpGrid, JumpGridConfig{}),
		as("sb-example-4.1", NewSmallGrid, SmallGridConfig{}),
		as("random-walk-5", NewRandomWalk, RandomWalkConfig{}),
		as("random-walk-19", NewRandomWalk, RandomWalkConfig{States: 19, Left: -1}),
		as("loop", NewLoop, LoopConfig{}),
		as("blackjack", NewBlackjack, BlackjackConfig{}),
		as("blackjack-sab", NewBlackjack, gymnasium(NaturalWins)),
		as("blackjack-plain", NewBlackjack, gymnasium(NaturalPlain)),
		as("blackjack-natural", NewBlackjack, gymnasium(NaturalPays)),
		as("racetrack-left", NewRacetrack, RacetrackConfig{}),
		as("racetrack-right", NewRacetrack, RacetrackConfig{Map: RightTrack()}),
	}
}
