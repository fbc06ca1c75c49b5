"""A small printing press: newspaper, book and album pages from public-domain text and pictures, with the exact truth.

It makes the demonstration corpus, and any number of pages for tests and benchmarks. Needs the extra ``press``.
"""

from .corpus import DEMONSTRATION, Order, newspaper_orders, print_corpus

__all__ = ["DEMONSTRATION", "Order", "newspaper_orders", "print_corpus"]
