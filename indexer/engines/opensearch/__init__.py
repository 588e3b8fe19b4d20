"""The engine for many machines: an index in an OpenSearch cluster.

What the cluster does with texts is as little as can be: it cuts what we fold and split into words at spaces, and folded
units into pairs of letters. So it matches, counts and ranks as the other engines do.
"""
