package mc

import (
	"context"
	"fmt"
	"testing"

	"example.com/mcrl/env"
)

// BenchmarkPrediction is the time of a step of prediction, without intervals and with them, in episodes of 100 steps.
func BenchmarkPrediction(b *testing.B) {
	for _, n := range []int{5, 100} {
		table := compile(b, uniformStart{square(n)})
		soft := must(env.NewSoft(make([]env.Action, n*n), 5, 0.5))
		for _, of := range []Estimand{StateValues, ActionValues} {
			for _, visit := range []Visit{FirstVisit, EveryVisit} {
				for _, intervals := range []bool{false, true} {
					b.Run(fmt.Sprintf("%dx%d/%v/%v/intervals=%v", n, n, of, visit, intervals), func(b *testing.B) {
						l := must(NewPrediction(Problem{table, 0.9, 100}, soft, PredictionOptions{Of: of, Visit: visit, Intervals: intervals}, 1))
						play(b, l, 10_000)
						before := l.Progress().Steps
						b.ReportAllocs()
						for b.Loop() {
							for _, err := range Run(context.Background(), l, 1000) {
								if err != nil {
									b.Fatal(err)
								}
							}
						}
						b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(l.Progress().Steps-before), "ns/step")
					})
				}
			}
		}
	}
}
