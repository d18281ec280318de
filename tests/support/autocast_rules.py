"""What autocast does on CUDA (aten/src/ATen/autocast_mode.h), for tensors that are on CUDA only for Python."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils._pytree import tree_flatten, tree_unflatten

LOWER = {
    "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "prelu", "addmm", "addmv", "addr",
    "matmul", "__matmul__", "__rmatmul__", "einsum", "mm", "mv", "linear", "addbmm", "baddbmm", "bmm",
}  # fmt: skip
UPPER = {
    "acos", "asin", "cosh", "erfinv", "exp", "expm1", "log", "log10", "log2", "log1p", "reciprocal", "rsqrt", "sinh", "tan",
    "pow",
    "__pow__", "softplus", "layer_norm", "group_norm", "cosine_similarity", "nll_loss", "kl_div", "l1_loss", "smooth_l1_loss",
    "mse_loss", "cross_entropy", "binary_cross_entropy_with_logits", "dist", "cdist", "renorm", "logsumexp", "prod", "softmax",
    "log_softmax", "cumprod", "cumsum", "vector_norm", "matrix_norm", "sum", "norm", "normalize", "interpolate", "upsample",
}  # fmt: skip
WIDEST = {
    "addcdiv", "addcmul", "atan2", "bilinear", "cross", "dot", "vdot", "tensordot", "grid_sample", "grid_sampler", "index_put",
    "scatter_add",
}  # fmt: skip


def autocast(func: Any, args: Any, kwargs: Any, kind: type[torch.Tensor]) -> tuple[Any, Any]:
    """The arguments of `func`, with the tensors of `kind` in the lower precision, in float32 or in the widest type of all."""
    name = getattr(func, "__name__", "")
    if name not in LOWER | UPPER | WIDEST:
        return args, kwargs
    flat, spec = tree_flatten((args, kwargs))
    floats = [t for t in flat if isinstance(t, kind) and t.is_floating_point() and t.dtype != torch.float64]
    if name in LOWER:
        to = torch.get_autocast_dtype("cuda")
    elif name in UPPER or any(t.dtype == torch.float32 for t in floats):
        to = torch.float32
    else:
        return args, kwargs
    mine = {id(t) for t in floats}
    return tree_unflatten([t.to(to) if id(t) in mine and t.dtype != to else t for t in flat], spec)
