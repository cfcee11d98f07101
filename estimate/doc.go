// Package estimate estimates means while the samples arrive: Mean and its step
// sizes, Variance, the importance-weighted mean Weighted, finite distributions
// with an exact sampler, and confidence intervals. For the scores of runs over
// seeds there are aggregates, Bootstrap intervals and comparisons; for looking
// after every sample, the confidence sequences HoeffdingSequence and
// BernsteinSequence.
//
// Every running statistic but a confidence sequence is a small value. Its zero value is ready to use, it needs
// constant memory, copying it copies the statistic, and
//
//	a.Merge(b)
//
// turns a into the statistic of both sets of samples; the zero value is a
// two-sided identity of Merge. No type here is safe for concurrent use: give
// each goroutine its own and merge them in a fixed order.
//
// The results are the same bits on every machine: no operation is left to be
// fused (a product is rounded by float64(x*y) before it is added), and of
// package math only exactly specified functions are used.
//
// Sources: [Zhao] S. Zhao, Mathematical Foundations of Reinforcement Learning,
// 2025; [S&B] R. Sutton and A. Barto, Reinforcement Learning, 2nd edition, 2018.
package estimate
