"""Places for the nodes of a directed graph: columns from left to right, lines that cross little."""

import itertools

import numpy as np

BOX, PASSAGE = 1.0, 0.5  # height that a node, and a line that passes by, takes in its column
_SWEEPS = 100


def layered(parents):
    """Give every node a column and a height, and every edge a way past the nodes between.

    Parameters
    ----------
    parents : sequence of sequences of int
        For each node the nodes it was made from, which have smaller numbers. Node after node is
        used by a later one, up to the last, which is the result.

    Returns
    -------
    columns : ndarray of int, shape (n_points,)
        The first are those of the nodes, the others those of the points where a line passes.
    heights : ndarray of float, shape (n_points,)
        In rooms of one box; higher numbers are further up.
    routes : list of list of int
        For each edge the points it joins: a parent, the points it passes, the child.

    Examples
    --------
    >>> columns, heights, routes = layered([[], [], [0, 1]])
    >>> columns.tolist(), heights.tolist()
    ([0, 0, 1], [0.5, -0.5, 0.0])
    """
    columns, routes = _columns(parents), []
    for child, sources in enumerate(parents):
        for parent in sources:
            between = range(columns[parent] + 1, columns[child])
            passed = range(len(columns), len(columns) + len(between))
            columns.extend(between)
            routes.append([parent, *passed, child])
    rooms = np.where(np.arange(len(columns)) < len(parents), BOX, PASSAGE)
    return np.array(columns), _heights(columns, routes, rooms, len(parents) - 1), routes


def twins(routes):
    """Return for each edge how far it is moved aside, so that x · x shows two lines."""
    ends = [(route[0], route[-1]) for route in routes]
    moves = []
    for k, end in enumerate(ends):
        count, before = ends.count(end), ends[:k].count(end)
        moves.append(0.3 * (before - (count - 1) / 2))
    return moves


def _columns(parents):
    """Return each node's column: one before the first node that uses it."""
    steps = [0] * len(parents)  # still to go to the result
    for child in reversed(range(len(parents))):
        for parent in parents[child]:
            steps[parent] = max(steps[parent], steps[child] + 1)
    return [max(steps) - s for s in steps]


def _heights(columns, routes, rooms, result):
    """Return the height of each point: near those it is joined to, and apart from the others."""
    sources, joined = [[] for _ in columns], [[] for _ in columns]
    for one, other in itertools.chain.from_iterable(map(itertools.pairwise, routes)):
        sources[other].append(one)
        pull = 4 if min(one, other) > result else 1  # a line that passes by should pass straight
        joined[one] += [other] * pull
        joined[other] += [one] * pull
    heights = np.zeros(len(columns))
    heights[_reading_order(sources, result)] = -np.arange(len(columns))
    levels = [np.flatnonzero(np.equal(columns, c)) for c in range(max(columns) + 1)]
    for level in levels[::-1]:
        _settle(heights, level, heights[level], rooms)
    for level in [*levels, *levels[::-1]] * _SWEEPS:
        wanted = [np.mean(heights[joined[k]]) if joined[k] else heights[k] for k in level]
        _settle(heights, level, np.array(wanted), rooms)
    return heights - heights[result]


def _reading_order(sources, result):
    """List the points from the result back, first operand first."""
    order, todo = [], [result]
    while todo:
        point = todo.pop()
        if point not in order:
            order.append(point)
            todo += reversed(sources[point])
    return order


def _settle(heights, level, wanted, rooms):
    """Move the points of one column as near to the heights wanted as their rooms allow."""
    rising = np.lexsort((heights[level], wanted.round(6)))
    level, wanted = level[rising], wanted[rising]
    apart = np.concatenate([[0.0], np.cumsum((rooms[level][1:] + rooms[level][:-1]) / 2)])
    heights[level] = _rising(wanted - apart) + apart


def _rising(values):
    """Return the numbers nearest to `values`, in squares, of which none is below the one before."""
    groups = []  # of equal results: sum and count
    for value in values:
        groups.append([value, 1])
        while len(groups) > 1 and groups[-2][0] / groups[-2][1] > groups[-1][0] / groups[-1][1]:
            total, count = groups.pop()
            groups[-1][0] += total
            groups[-1][1] += count
    return np.concatenate([np.full(count, total / count) for total, count in groups])
