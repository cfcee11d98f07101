package planfile

// Example is a plan that explains itself.
const Example = `# A plan: every environment with every algorithm and every seed. Run it with
#     mcrl experiment run FILE
# and, after an interruption of any kind, go on with
#     mcrl experiment resume DIR

title: Step sizes of exploring starts

# These hold wherever an environment or an algorithm does not say otherwise.
gamma: 0.9             # the discount
horizon: 100           # episodes are cut after so many steps
episodes: 20000        # of each cell
checkpoint: 100000     # episodes between two checkpoints of a long cell

environments:
  - zhao-5x5                        # a name of mcrl envs, or a file: a map, YAML or a JSON table
  - env: frozenlake-4x4-slippery
    gamma: 0.95
  - name: corridor                  # or a map, as in an environment file
    map: |
      S....
      .FF.T

# An option that is not here has the value that the book prints. mcrl schema lists all of them.
algorithms:
  - name: es-constant
    algorithm: es                   # basic, es or epsilon-greedy
    visit: first
    grid:                           # every combination
      step: [0.1, 0.2]
      batch: [64, 320]
    improve: batch
  - name: es-average
    algorithm: es
    visit: first
    improve: batch
    batch: 320
    average: reset
  - name: soft
    algorithm: epsilon-greedy
    epsilon: {start: 1, decay: harmonic, end: 0.1}
    improve: batch
    batch: 320
    average: reset
    starts: uniform-pairs

seeds: 1..10                        # or a list: [1, 2, 5..8]

# Of each setting only as many seeds as it takes to know the mean gap of its greedy policy to within 0.05:
# until: {metric: greedy_gap, half_width: 0.05}    # seeds: 1..1000 is then the most
`
