"""How Kubernetes behaves: one package of components that only talk over the graph's links.

Enter by `scenarios`.
"""
