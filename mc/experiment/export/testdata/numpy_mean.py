# Prints the mean learning curve of a setting over its seeds.
#
#   mcrl experiment export DIR -o results.npz
#   python3 numpy_mean.py results.npz                        lists the settings
#   python3 numpy_mean.py results.npz SETTING greedy_gap     episodes and mean, a point a line
import sys

import numpy

results = numpy.load(sys.argv[1])
if len(sys.argv) < 4:
    for name in results.files:
        if name.endswith("/seeds"):
            print(name.removesuffix("/seeds"))
    sys.exit()

setting, measure = sys.argv[2], sys.argv[3]
episodes = results[setting + "/episodes"]  # seeds x points; -1 behind the last point of a seed
curves = results[setting + "/" + measure]  # seeds x points; nan where there is no value

mean = curves.mean(axis=0)  # over the seeds
for n, x in zip(episodes.max(axis=0), mean):
    print(int(n), repr(float(x)))
