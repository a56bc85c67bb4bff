"""How each peer is asked. Every one in the fastest way that its documentation shows."""

import importlib
import warnings


class Igraph:
    package = "igraph"
    modules = ["igraph"]

    def __init__(self, graph):
        import igraph
        import numpy

        # A path that is not there is an answer here, not a reason to warn.
        warnings.simplefilter("ignore")
        edges = numpy.column_stack([graph.causes, graph.effects])
        self.graph = igraph.Graph(n=graph.nodes, edges=edges, directed=True)

    def ancestors(self, node):
        return len(self.graph.subcomponent(node, mode="in")) - 1

    def descendants(self, node):
        return len(self.graph.subcomponent(node, mode="out")) - 1

    def is_ancestor(self, ancestor, node):
        return bool(self.graph.get_shortest_path(ancestor, node))

    def path_length(self, node, ancestor):
        return len(self.graph.get_shortest_path(ancestor, node)) - 1


class Rustworkx:
    package = "rustworkx"
    modules = ["rustworkx"]

    def __init__(self, graph):
        import rustworkx

        self.library = rustworkx
        self.graph = rustworkx.PyDiGraph()
        self.graph.add_nodes_from(range(graph.nodes))
        self.graph.add_edges_from_no_data(
            list(zip(graph.causes.tolist(), graph.effects.tolist()))
        )

    def ancestors(self, node):
        return len(self.library.ancestors(self.graph, node))

    def descendants(self, node):
        return len(self.library.descendants(self.graph, node))

    def is_ancestor(self, ancestor, node):
        return self.library.has_path(self.graph, ancestor, node)

    def path_length(self, node, ancestor):
        paths = self.library.digraph_dijkstra_shortest_paths(
            self.graph, ancestor, target=node, default_weight=1.0
        )
        return len(paths[node]) - 1

    @staticmethod
    def insert(causes_of_nodes):
        import rustworkx

        graph = rustworkx.PyDiGraph()
        for node, causes in enumerate(causes_of_nodes):
            graph.add_node(None)
            if causes:
                graph.add_edges_from_no_data([(cause, node) for cause in causes])


class Networkit:
    package = "networkit"
    modules = ["networkit"]

    def __init__(self, graph):
        import networkit

        self.search = networkit.distance.BFS
        self.two_way = networkit.distance.BidirectionalBFS
        columns = graph.causes.astype("u8"), graph.effects.astype("u8")
        self.down = networkit.GraphFromCoo(columns, n=graph.nodes, directed=True)
        self.up = networkit.graphtools.transpose(self.down)

    def _reach(self, graph, node):
        search = self.search(graph, node, False, True)
        search.run()
        return len(search.getNodesSortedByDistance()) - 1

    def ancestors(self, node):
        return self._reach(self.up, node)

    def descendants(self, node):
        return self._reach(self.down, node)

    def _distance(self, ancestor, node):
        search = self.two_way(self.down, ancestor, node, False)
        search.run()
        return search.getDistance()

    def is_ancestor(self, ancestor, node):
        # What cannot be reached is as far as a number of this type goes.
        return self._distance(ancestor, node) <= self.down.numberOfNodes()

    def path_length(self, node, ancestor):
        return int(self._distance(ancestor, node))

    @staticmethod
    def insert(causes_of_nodes):
        import networkit

        graph = networkit.Graph(0, directed=True)
        for node, causes in enumerate(causes_of_nodes):
            graph.addNode()
            for cause in causes:
                graph.addEdge(cause, node)


class Scipy:
    package = "scipy"
    modules = ["scipy", "scipy.sparse", "scipy.sparse.csgraph"]

    def __init__(self, graph):
        import numpy
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import breadth_first_order

        self.search = breadth_first_order
        # Any other kind of weight would be converted at every question.
        weights = numpy.ones(graph.edges, dtype=numpy.float64)
        shape = (graph.nodes, graph.nodes)
        self.down = csr_matrix((weights, (graph.causes, graph.effects)), shape=shape)
        self.up = self.down.T.tocsr()

    def _reach(self, matrix, node):
        return len(self.search(matrix, node, directed=True, return_predecessors=False)) - 1

    def ancestors(self, node):
        return self._reach(self.up, node)

    def descendants(self, node):
        return self._reach(self.down, node)


class Networkx:
    package = "networkx"
    modules = ["networkx"]

    def __init__(self, graph):
        import networkx

        self.library = networkx
        self.graph = networkx.DiGraph()
        self.graph.add_nodes_from(range(graph.nodes))
        self.graph.add_edges_from(zip(graph.causes.tolist(), graph.effects.tolist()))

    def ancestors(self, node):
        return len(self.library.ancestors(self.graph, node))

    def descendants(self, node):
        return len(self.library.descendants(self.graph, node))

    def is_ancestor(self, ancestor, node):
        return self.library.has_path(self.graph, ancestor, node)

    def path_length(self, node, ancestor):
        return self.library.shortest_path_length(self.graph, ancestor, node)

    @staticmethod
    def insert(causes_of_nodes):
        import networkx

        graph = networkx.DiGraph()
        for node, causes in enumerate(causes_of_nodes):
            graph.add_node(node)
            graph.add_edges_from([(cause, node) for cause in causes])


ALL = {peer.package: peer for peer in [Igraph, Rustworkx, Networkit, Scipy, Networkx]}


def load(peer):
    """Imports what a peer needs, before anything is timed or weighed. Returns its name and version."""
    for module in peer.modules:
        importlib.import_module(module)
    return f"{peer.package} {importlib.import_module(peer.package).__version__}"
