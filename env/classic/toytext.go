package classic

// toyText lists the worlds that Gymnasium publishes as tables, and their variants.
func toyText() []named {
	return []named{
		as("frozenlake-4x4", NewFrozenLake, FrozenLakeConfig{NotSlippery: true}),
		as("frozenlake-4x4-slippery", NewFrozenLake, FrozenLakeConfig{}),
		as("frozenlake-8x8", NewFrozenLake, FrozenLakeConfig{Map: LakeMap8(), NotSlippery: true}),
		as("frozenlake-8x8-slippery", NewFrozenLake, FrozenLakeConfig{Map: LakeMap8()}),
		as("cliffwalking", NewCliffWalking, CliffWalkingConfig{}),
		as("cliffwalking-slippery", NewCliffWalking, CliffWalkingConfig{Slippery: true}),
		as("cliffwalking-ends", NewCliffWalking, CliffWalkingConfig{FallEnds: true}),
		as("taxi", NewTaxi, TaxiConfig{}),
		as("taxi-rainy", NewTaxi, TaxiConfig{Rain: RainGymnasium}),
		as("taxi-rainy-drift", NewTaxi, TaxiConfig{Rain: RainDrift}),
	}
}

// windyGrids lists the windy grid worlds.
func windyGrids() []named {
	return []named{
		as("windy", NewWindy, WindyConfig{}),
		as("windy-king", NewWindy, WindyConfig{Actions: 8}),
		as("windy-king-stay", NewWindy, WindyConfig{Actions: 9}),
		as("windy-stochastic", NewWindy, WindyConfig{Actions: 8, WindNoise: 2.0 / 3}),
	}
}
