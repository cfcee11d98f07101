// Package estimate estimates means while the samples arrive: Mean and its step
// sizes, Variance, the importance-weighted mean Weighted, finite distributions
// with an exact sampler, and confidence intervals. For the scores of runs over
// seeds there are aggregates, Bootstrap intervals and comparisons; for looking
// after every sample, the confidence sequences HoeffdingSequence,
// BernsteinSequence and BettingSequence.
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
// # Which interval holds when
//
// How often an interval of 95% contains the exact mean, in percent of 10,000, n
// episodes each. The returns of zhao-5x5 have a skewness of -0.9 (uniform policy)
// and -1.6, those of a lake are 1 or 0, with mean p:
//
//	                                         boot strap        seq.  seq.  seq.
//	                            n     t Wils. perc.  exp. Hoef. Bern. aimed  bet.
//	zhao-5x5 uniform 0:0       10  93.7     -  89.6  94.1 100.0 100.0 100.0 100.0
//	zhao-5x5 uniform 0:0       30  94.5     -  93.5  94.8 100.0 100.0 100.0 100.0
//	zhao-5x5 uniform 0:0      100  94.8     -  94.5  95.1 100.0 100.0 100.0  99.2
//	zhao-5x5 half-optimal 0:0  10  90.7     -  87.1  91.8 100.0 100.0 100.0 100.0
//	zhao-5x5 half-optimal 0:0  30  93.0     -  92.2  93.6 100.0 100.0 100.0 100.0
//	zhao-5x5 half-optimal 0:0 100  94.0     -  93.8  94.1 100.0 100.0 100.0  99.3
//	lake-4x4 optimal p=0.740   10  94.4  97.6  92.5  94.1  99.5 100.0 100.0 100.0
//	lake-4x4 optimal p=0.740   30  96.0  94.2  94.3  95.2  99.9 100.0 100.0  99.6
//	lake-4x4 optimal p=0.740  100  94.4  95.0  94.5  95.2  99.8  99.5  99.4  98.7
//	lake-4x4 uniform p=0.014   10  13.2  86.8  13.2  13.2 100.0 100.0 100.0 100.0
//	lake-4x4 uniform p=0.014   30  34.4  93.6  34.3  34.3 100.0 100.0 100.0 100.0
//	lake-4x4 uniform p=0.014  100  75.8  94.9  75.5  75.6 100.0 100.0 100.0  99.6
//
// StudentT is within a quarter of a percent where |skewness|/sqrt(n) is below 0.1,
// within one below 0.2. Neither it nor a Bootstrap is to be used for a success
// rate before there are some ten successes and ten failures: Wilson is, with
// its dip at 0.18/n. The percentile Bootstrap is too narrow for few samples,
// Expanded less so. Hoeffding and EmpiricalBernstein cover 95% or more always,
// and so do the sequences (seq.: all intervals up to the n-th of BernsteinSequence,
// of the one of NewAimedBernsteinSequence and of BettingSequence, these two aiming
// at a tenth of the range, the last looked at after every tenth episode). They
// alone may be looked at until one is narrow enough: a t interval that stops at a
// half width misses between 13% and 78% of the time there, a sequence at most
// 0.6%, and BettingSequence stops after 19% to 59% fewer episodes than the best of
// the others. Samples must be independent: of returns after every visit within an
// episode, taken for samples, 95% intervals covered 26% to 28% of the time. Nor
// does any interval here hold for importance-weighted returns of infinite
// variance.
//
// Sources: [Zhao] S. Zhao, Mathematical Foundations of Reinforcement Learning,
// 2025; [S&B] R. Sutton and A. Barto, Reinforcement Learning, 2nd edition, 2018.
package estimate
