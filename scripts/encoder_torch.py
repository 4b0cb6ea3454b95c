"""The encoder in PyTorch, from the same packed weights: only for tuning it, never for running it."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from encoder_weights import Weights
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

_DROPPED = 0.1
_MASKED = -1e4
PADDING = 1


class Layer(nn.Module):
    """One transformer layer, its norms after each half as in BERT."""

    def __init__(self, weights: Weights, number: int) -> None:
        super().__init__()
        shape = weights.shape
        self.heads = shape.heads
        name = f"l{number}"
        self.q, self.k, self.v = (_linear(weights, f"{name}.{part}", shape.hidden) for part in "qkv")
        self.ao = _linear(weights, f"{name}.ao", shape.hidden)
        self.fi = _linear(weights, f"{name}.fi", shape.hidden)
        self.fo = _linear(weights, f"{name}.fo", shape.feed_forward)
        self.aln, self.oln = (_norm(weights, f"{name}.{part}") for part in ("aln", "oln"))

    def forward(self, state: Tensor, bias: Tensor) -> Tensor:
        dropped = _DROPPED if self.training else 0.0
        split = (*state.shape[:2], self.heads, -1)
        query, key, value = (part(state).view(split).transpose(1, 2) for part in (self.q, self.k, self.v))
        looked = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias, dropout_p=dropped)
        joined = looked.transpose(1, 2).reshape(state.shape)
        state = self.aln(state + functional.dropout(self.ao(joined), dropped))
        widened = self.fo(functional.gelu(self.fi(state)))
        return self.oln(state + functional.dropout(widened, dropped))

    def tensors(self) -> Iterator[tuple[str, NDArray[np.float32]]]:
        """Everything that tuning may change, by the published names without the layer's number."""
        for name in ("q", "k", "v", "ao", "fi", "fo", "aln", "oln"):
            part = getattr(self, name)
            yield f"{name}.w", part.weight.detach().numpy()
            yield f"{name}.b", part.bias.detach().numpy()


class TorchEncoder(nn.Module):
    """Token ids and mask in, one vector of length 1 a text out. The word table is never tuned."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        hidden = weights.shape.hidden
        self._words = torch.from_numpy(weights.four_bit("emb.word", hidden).floats())
        places = weights.floats("emb.pos").reshape(-1, hidden) + weights.floats("emb.type")[:hidden]
        self._places = torch.from_numpy(places)
        self.norm = _norm(weights, "emb.ln")
        self.layers = nn.ModuleList(Layer(weights, number) for number in range(weights.shape.layers))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        state = self.norm(self._words[ids] + self._places[: ids.shape[1]])
        bias = torch.zeros(mask.shape).masked_fill(mask == 0, _MASKED)[:, None, None, :]
        for layer in self.layers:
            state = layer(state, bias.to(state.dtype))
        shares = mask[..., None].float()
        return functional.normalize((state.float() * shares).sum(1) / shares.sum(1), dim=1)


def padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), PADDING)
    mask = torch.zeros_like(ids)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = torch.tensor(row)
        mask[number, : len(row)] = 1
    return ids, mask


def _linear(weights: Weights, name: str, columns: int) -> nn.Linear:
    matrix = weights.matrix(f"{name}.w", columns)
    made = nn.Linear(columns, len(matrix))
    with torch.no_grad():
        made.weight.copy_(torch.from_numpy(matrix))
        made.bias.copy_(torch.from_numpy(weights.floats(f"{name}.b").copy()))
    return made


def _norm(weights: Weights, name: str) -> nn.LayerNorm:
    made = nn.LayerNorm(weights.shape.hidden, weights.shape.epsilon)
    with torch.no_grad():
        made.weight.copy_(torch.from_numpy(weights.floats(f"{name}.w").copy()))
        made.bias.copy_(torch.from_numpy(weights.floats(f"{name}.b").copy()))
    return made
