package main

import (
	"context"
	"os"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
)

// record DIRECTORY ENV ALGORITHM EPISODES SEED plays a trial and writes its record: what the plot commands read.
func record(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 5 {
		ts.Fatalf("usage: record DIRECTORY ENV ALGORITHM EPISODES SEED")
	}
	c, err := env.Preset(args[1])
	ts.Check(err)
	episodes, err := strconv.ParseInt(args[3], 10, 64)
	ts.Check(err)
	seed, err := strconv.ParseUint(args[4], 10, 64)
	ts.Check(err)
	spec := experiment.Spec{Env: experiment.GridWorld(c), Algorithm: experiment.Algorithm(args[2]), Gamma: 0.9, Horizon: 100, Episodes: episodes, Seed: seed}
	switch spec.Algorithm {
	case experiment.Basic:
		spec.Basic = &mc.BasicOptions{}
	case experiment.ExploringStarts:
		spec.Starts = &mc.StartsOptions{Visit: mc.FirstVisit}
	default:
		spec.EpsilonGreedy = &mc.EpsilonOptions{Epsilon: mc.Epsilon(0.2), StartsOptions: mc.StartsOptions{Visit: mc.FirstVisit}}
	}
	trial, err := experiment.NewTrial(spec, 1)
	ts.Check(err)
	for _, err := range trial.Play(context.Background()) {
		ts.Check(err)
	}
	r, err := trial.Record()
	ts.Check(err)
	text, table, err := r.Encode()
	ts.Check(err)
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o777))
	ts.Check(os.WriteFile(dir+"/"+experiment.RecordFile, text, 0o666))
	if table != nil {
		ts.Check(os.WriteFile(dir+"/"+experiment.TableFile, table, 0o666))
	}
}
