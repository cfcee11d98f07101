package reproduce

import (
	"context"
	"errors"
	"sync"

	"example.com/mcrl/env"
)

// share calls work(i) for i = 0, ..., n-1 from so many goroutines, until ctx ends. The calls must not depend on each other.
func share(ctx context.Context, workers, n int, work func(i int) error) error {
	workers = min(max(workers, 1), n)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n && errs[w] == nil; i += workers {
				if errs[w] = ctx.Err(); errs[w] == nil {
					errs[w] = work(i)
				}
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	return errors.Join(errs...)
}

// derived is a seed named by the seed of the reproduction and some integers, the first the figure's.
func derived(seed uint64, index ...uint64) uint64 {
	return env.NewRand(seed, env.PurposeStatistics, index...).Uint64()
}
