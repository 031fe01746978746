"""Entropy, KL divergence, cross-entropy and the losses built on them, from first principles.

The package of the book *Cross-Entropy from First Principles*. Its modules follow the chapters:
`information` (one distribution), `divergence` (two distributions), `activations` (scores to
probabilities), `losses` (with gradients), `codes` (probabilities to bits), `language` (a model of
text that compresses it; not imported here), `calibration` (are the probabilities honest?),
`training` (the smallest models) and `plots` (the book's figures; needs matplotlib and is not
imported here).
"""

from .activations import log_sigmoid, log_softmax, logsumexp, sigmoid, softmax
from .codes import arithmetic_decode, arithmetic_encode, code_from_lengths, huffman_code, kraft_sum
from .divergence import cross_entropy, js_divergence, kl_divergence, mutual_information, perplexity
from .information import conditional_entropy, entropy, self_information
from .losses import (
    binary_cross_entropy,
    binary_cross_entropy_grad,
    binary_cross_entropy_value_and_grad,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_grad,
    binary_cross_entropy_with_logits_value_and_grad,
    brier_score,
    brier_score_grad,
    brier_score_value_and_grad,
    focal_loss,
    focal_loss_grad,
    focal_loss_value_and_grad,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    softmax_cross_entropy_value_and_grad,
    squared_error,
    squared_error_grad,
    squared_error_value_and_grad,
)

__version__ = "0.1.0"

__all__ = [
    "arithmetic_decode",
    "arithmetic_encode",
    "binary_cross_entropy",
    "binary_cross_entropy_grad",
    "binary_cross_entropy_value_and_grad",
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy_with_logits_grad",
    "binary_cross_entropy_with_logits_value_and_grad",
    "brier_score",
    "brier_score_grad",
    "brier_score_value_and_grad",
    "code_from_lengths",
    "conditional_entropy",
    "cross_entropy",
    "entropy",
    "focal_loss",
    "focal_loss_grad",
    "focal_loss_value_and_grad",
    "huffman_code",
    "js_divergence",
    "kl_divergence",
    "kraft_sum",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "mutual_information",
    "perplexity",
    "self_information",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy",
    "softmax_cross_entropy_grad",
    "softmax_cross_entropy_value_and_grad",
    "squared_error",
    "squared_error_grad",
    "squared_error_value_and_grad",
]
