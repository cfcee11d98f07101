// Package plots draws what Monte Carlo reinforcement learning produces: learning curves with bands, state values,
// policies, visit counts, trajectories and running averages, in the manner of the figures of Zhao, Mathematical
// Foundations of Reinforcement Learning, chapters 3 and 5; tables of values or actions over two axes, as in chapter 5 of Sutton &
// Barto, Reinforcement Learning; and bars, for times and the like.
//
// Every constructor takes data and returns a [Figure], whose gonum plot the caller may restyle; [Page] puts several
// figures on one sheet with their cells lined up; [Save] and [Write] render any [Drawable] as SVG, PNG or PDF. Nothing
// is printed, no default of gonum is changed, and the same data give the same bytes.
//
// Lengths such as the width of a picture are gonum's vg.Length: 6*vg.Inch, or a number of points.
//
// Misuse is an error that names the field, the value and what would be right; nothing panics.
package plots
