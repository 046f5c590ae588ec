"""The training step of test/bench/speed.ts in PyTorch: BERT layers with LoRA on query and value, cross-entropy, AdamW.

step.py LAYERS BATCH TOKENS THREADS: for each line on stdin one step, and its milliseconds on stdout.
"""

import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

layers, batch, tokens, threads = (int(argument) for argument in sys.argv[1:])
hidden, heads, inner, vocabulary, classes, rank = 384, 12, 1536, 30522, 4, 8
torch.set_num_threads(threads)
torch.manual_seed(1)


class Lora(nn.Module):
    def __init__(self, linear):
        super().__init__()
        self.linear = linear
        self.a = nn.Parameter(torch.randn(linear.in_features, rank) / math.sqrt(3 * linear.in_features))
        self.b = nn.Parameter(torch.zeros(rank, linear.out_features))

    def forward(self, x):
        return self.linear(x) + (x @ self.a * 2) @ self.b


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.attended = (nn.Linear(hidden, hidden) for _ in range(4))
        self.up, self.down = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.norm1, self.norm2 = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.requires_grad_(False)
        self.query, self.value = Lora(self.query), Lora(self.value)

    def forward(self, x, bias):
        q, k, v = (
            part(x).view(batch, tokens, heads, -1).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        weights = F.softmax(q @ k.transpose(-1, -2) / math.sqrt(hidden / heads) + bias, dim=-1)
        context = (weights @ v).transpose(1, 2).reshape(batch, tokens, hidden)
        x = self.norm1(x + self.attended(context))
        return self.norm2(x + self.down(F.gelu(self.up(x))))


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(vocabulary, hidden).requires_grad_(False)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.head = nn.Linear(hidden, classes)

    def forward(self, ids, mask):
        bias = (1 - mask)[:, None, None, :] * -1e4
        x = self.words(ids)
        for layer in self.layers:
            x = layer(x, bias)
        pooled = (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return self.head(F.layer_norm(pooled, (hidden,)))


model = Classifier()
trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=1e-3)
ids = torch.randint(0, vocabulary, (batch, tokens))
mask = torch.ones(batch, tokens)
labels = torch.arange(batch) % classes

for _ in sys.stdin:
    start = time.perf_counter()
    optimizer.zero_grad()
    F.cross_entropy(model(ids, mask), labels).backward()
    nn.utils.clip_grad_norm_(trained, 1.0)
    optimizer.step()
    print((time.perf_counter() - start) * 1000, flush=True)
