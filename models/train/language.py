"""The voice: object candidates become tokens, a small causal decoder reads and writes text.

[Note: What an object token carries] A decoder this small has to copy, not to compute.
Each candidate becomes one vector, the sum of: the word embeddings of its class, its
colour (weighted by their probabilities) and its size, tied to the decoder's own words; a
learned code for every one of the eighteen digits its box and its centre would be written
with, so that writing a box is reading twelve slots; a coverage code of the box (which 1/32 columns and
rows it spans), so that "which object contains this point" is a dot product; and how many
of its kind are left of it, above it, larger than it ("the leftmost dog"); and its own rank
and the ranks of its nearest neighbours on the four sides ("and to its left?"). Tokens come
sorted from left to right. Nothing is mixed into them after that: two attention blocks
tried here drowned the names under vectors twenty times longer.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from classes import COLOURS, LARGE_FROM, NAMES, SMALL_TO
from vision import CANDIDATES, CLASS_COUNT, COLOUR_COUNT

WIDTH = 256
LAYERS = 6
HEADS = 4
HEAD_WIDTH = WIDTH // HEADS
ROTARY = HEAD_WIDTH // 2  # only half of a head turns with position; the rest matches content
HIDDEN = 576
BINS = 32
MAX_POSITIONS = 1024
GEOMETRY = 4 * BINS + 8 + 32
# Which layers are taught where to look: a noun at the objects it names, a region in a question
# (and the end of the question) at its object, every answer position at the object it is about.
MATCH_LAYER, QUESTION_LOOK, ANSWER_LOOK = 0, 3, 4
LOOK_HEADS = 3  # how many heads of the latter two are taught
SLOT_LAYER, PLACE_LAYER = 1, 2
SCORE_FLOOR = 0.2
COMPARISONS = 28


def geometry_code(boxes):
    """Normalized xyxy [.., 4] -> what a place looks like to a dot product [.., GEOMETRY]."""
    bins = (torch.arange(BINS, dtype=boxes.dtype, device=boxes.device) + 0.5) / BINS
    x0, y0, x1, y1 = (boxes[..., i : i + 1] for i in range(4))
    cover_x = torch.sigmoid((bins - x0) * 60) * torch.sigmoid((x1 - bins) * 60)
    cover_y = torch.sigmoid((bins - y0) * 60) * torch.sigmoid((y1 - bins) * 60)
    cx, cy, w, h = (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0
    bump_x = torch.exp(-((bins - cx) * BINS / 1.4) ** 2)
    bump_y = torch.exp(-((bins - cy) * BINS / 1.4) ** 2)
    turns = torch.cat([boxes * (2 * math.pi * f) for f in (0.5, 1.0, 2.0, 4.0)], -1)
    sizes = torch.cat([cx, cy, w, h, (w * h + 1e-6).sqrt(), w * h, cx * cx, cy * cy], -1)
    return torch.cat([cover_x, cover_y, bump_x, bump_y, turns.sin(), turns.cos(), sizes], -1)


def place_code(boxes):
    """The target of the place probe: where the centre of a region is."""
    return geometry_code(boxes)[..., 2 * BINS : 4 * BINS]


def comparisons(boxes, kept, names, colours):
    """Per candidate: how many of its kind are left, right, above, below, larger, smaller, there at all.

    Two kinds of kind: same name, and same name and colour; sameness is the cosine of the
    detector's probabilities. float [n, k, COMPARISONS]: each count as c/4 and as exp(-2c).
    """
    alike = F.normalize(names, dim=-1)
    alike = (alike @ alike.transpose(1, 2)) ** 2
    tinted = F.normalize(colours, dim=-1)
    tinted = alike * (tinted @ tinted.transpose(1, 2)) ** 2
    others = kept.transpose(1, 2) * (1.0 - torch.eye(boxes.shape[1], dtype=boxes.dtype, device=boxes.device))
    cx, cy = (boxes[..., 0] + boxes[..., 2]) / 2, (boxes[..., 1] + boxes[..., 3]) / 2
    area = ((boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1]) + 1e-6).log()
    counts = []
    for same in (alike * others, tinted * others):
        counts.append(same.sum(-1))
        for value, steep in ((cx, 60.0), (cy, 60.0), (area, 8.0)):
            before = torch.sigmoid((value.unsqueeze(2) - value.unsqueeze(1)) * steep)  # j is before (less than) i
            counts += [(same * before).sum(-1), (same * (1 - before)).sum(-1)]
    counts = torch.stack(counts, -1)
    return torch.cat([counts / 4, torch.exp(-2 * counts)], -1)


def neighbours(boxes, kept):
    """Per candidate, its own rank and the rank of its nearest neighbour left, right, above and below, as
    one-hot rows [n, k, 5 * k]; no neighbour, no one. The same cone as in tasks.py."""
    count = boxes.shape[1]
    cx, cy = (boxes[..., 0] + boxes[..., 2]) / 2, (boxes[..., 1] + boxes[..., 3]) / 2
    dx, dy = cx.unsqueeze(1) - cx.unsqueeze(2), cy.unsqueeze(1) - cy.unsqueeze(2)  # from i (rows) to j (columns)
    far = (dx * dx + dy * dy + 1e-12).sqrt()
    own = torch.eye(count, dtype=boxes.dtype, device=boxes.device).expand(boxes.shape[0], count, count)
    rows = [own]
    for along, across in ((-dx, dy), (dx, dy), (-dy, dx), (dy, dx)):
        there = (along > 0.02).to(boxes.dtype) * (across.abs() < 1.15 * along).to(boxes.dtype) * kept.transpose(1, 2)
        cost = far + (1 - there) * 10
        least = cost.min(-1, keepdim=True).values
        rows.append((cost <= least).to(boxes.dtype) * (least < 9).to(boxes.dtype))
    return torch.cat(rows, -1)


class Block(nn.Module):
    """Pre-norm gated attention and gated MLP; returns keys and values so that a cache can grow.

    What attention fetched is multiplied by a gate of the reader's own state: "of this
    object, slot 7" is then one product instead of something an MLP has to memorize.
    """

    def __init__(self, hidden):
        super().__init__()
        self.norm_attention, self.norm_mlp = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.gate = nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 2 * hidden), nn.Linear(hidden, WIDTH)
        nn.init.ones_(self.gate.bias)
        # Blocks begin as whispers: words and digit codes must survive the untrained layers.
        for layer in (self.out, self.down):
            nn.init.normal_(layer.weight, std=0.004)
            nn.init.zeros_(layer.bias)

    def turn(self, x, cos, sin):
        turned, kept = x[..., :ROTARY], x[..., ROTARY:]
        a, b = turned[..., : ROTARY // 2], turned[..., ROTARY // 2 :]
        return torch.cat([a * cos - b * sin, b * cos + a * sin, kept], -1)

    def forward(self, x, bias, turns, past=None, look=False):
        """`bias` is added to attention scores [n, 1, s, past + s]; `look` also returns probabilities."""
        n, s, _ = x.shape
        normed = self.norm_attention(x)
        q, k, v = (t.view(n, s, HEADS, HEAD_WIDTH).transpose(1, 2) for t in self.qkv(normed).split(WIDTH, -1))
        q, k = self.turn(q, *turns), self.turn(k, *turns)
        if past is not None:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        weights = ((q * HEAD_WIDTH**-0.5) @ k.transpose(-1, -2) + bias.to(q.dtype)).softmax(-1)
        seen = weights if look else None
        mixed = weights.to(v.dtype) @ v
        x = x + self.out(mixed.transpose(1, 2).reshape(n, s, WIDTH) * self.gate(normed))
        passed, gated = self.up(self.norm_mlp(x)).chunk(2, -1)
        return x + self.down(passed * F.gelu(gated)), (k, v), seen


class ObjectTokens(nn.Module):
    """Candidates of the detector -> object tokens [n, CANDIDATES, WIDTH], sorted left to right."""

    def __init__(self, words):
        super().__init__()
        self.digits = nn.Embedding(180, WIDTH)
        self.geometry = nn.Sequential(nn.Linear(GEOMETRY, WIDTH), nn.GELU(), nn.Linear(WIDTH, WIDTH))
        self.geometry_direct = nn.Linear(GEOMETRY, WIDTH)
        self.compare = nn.Linear(COMPARISONS, WIDTH)
        self.ranks = nn.Linear(5 * CANDIDATES, WIDTH, bias=False)
        nn.init.normal_(self.compare.weight, std=0.06)
        nn.init.normal_(self.ranks.weight, std=0.05)
        nn.init.orthogonal_(self.digits.weight, 0.8)
        for layer in (self.geometry[2], self.geometry_direct):
            nn.init.normal_(layer.weight, std=0.02)
        self.name_scale, self.colour_scale = nn.Parameter(torch.tensor(3.0)), nn.Parameter(torch.tensor(2.5))
        self.size_scale = nn.Parameter(torch.tensor(2.0))
        self.nothing = nn.Parameter(torch.randn(WIDTH) * 0.05)
        # words: which token ids spell each class name / colour, and with what weight.
        for name, table in words.items():
            self.register_buffer(name, table, persistent=False)
        self.register_buffer("slot", torch.arange(18).view(6, 3) * 10, persistent=False)

    def forward(self, found, embedding, tables=None):
        """`tables` are the class and colour words as vectors, when already folded with `embedding`."""
        names_of, colours_of, sizes_of = tables or [t @ embedding for t in (self.name_words, self.colour_words, self.size_words)]
        scores, boxes = found["scores"], found["boxes"]
        kept = (scores > SCORE_FLOOR).to(boxes.dtype)
        # Left to right, candidates that are no objects last.
        order = (-(boxes[..., 0] + boxes[..., 2]) + 10.0 * kept + 0.001 * scores).topk(boxes.shape[1], dim=1).indices

        def sort(values):
            return values.gather(1, order.unsqueeze(-1).expand(-1, -1, values.shape[-1]))

        boxes, scores, kept = sort(boxes), sort(scores.unsqueeze(-1)), sort(kept.unsqueeze(-1))
        name_rows, colour_rows = sort(found["class_probabilities"]), sort(found["colour_probabilities"])
        names, colours = name_rows @ names_of, colour_rows @ colours_of
        wide = ((boxes[..., 2:3] - boxes[..., 0:1]) * (boxes[..., 3:4] - boxes[..., 1:2]) + 1e-9).sqrt()
        sizes = torch.cat([torch.sigmoid((SMALL_TO - wide) * 300), torch.sigmoid((wide - LARGE_FROM) * 300)], -1) @ sizes_of
        middle = (boxes[..., 0:2] + boxes[..., 2:4]) / 2
        thousandths = (torch.cat([boxes, middle], -1) * 1000).round().clamp(0, 999)
        hundreds = (thousandths / 100).floor()
        tens = (thousandths / 10).floor() - hundreds * 10
        ones = thousandths - hundreds * 100 - tens * 10
        written = self.digits(torch.stack([hundreds, tens, ones], -1).long() + self.slot).sum((2, 3))
        code = geometry_code(boxes)
        x = self.name_scale * names + self.colour_scale * colours + self.size_scale * sizes + written
        x = x + self.geometry(code) + self.geometry_direct(code) + self.compare(comparisons(boxes, kept, name_rows, colour_rows))
        x = x + self.ranks(neighbours(boxes, kept))
        x = kept * x + (1 - kept) * self.nothing
        return x, boxes, scores.squeeze(-1), order


class Language(nn.Module):
    def __init__(self, vocabulary, words):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, WIDTH)
        nn.init.normal_(self.embedding.weight, std=0.06)
        self.objects = ObjectTokens(words)
        self.blocks = nn.ModuleList([Block(HIDDEN) for _ in range(LAYERS)])
        self.norm = nn.LayerNorm(WIDTH)
        angles = torch.arange(MAX_POSITIONS)[:, None] * (200.0 ** -(torch.arange(0, ROTARY, 2) / ROTARY))[None]
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        self.prepare_copying()
        # Probes: used in training only, never exported.
        self.place_probe = nn.Linear(WIDTH, 2 * BINS)
        self.slot_probe = nn.Linear(WIDTH, 18)
        self.next_slot_probe = nn.Linear(WIDTH, 18)
        self.rank_probe = nn.Linear(WIDTH, 7)

    @torch.no_grad()
    def prepare_copying(self):
        """Starts the answering layer as a copier: two heads fetch the 12x10 digit codes of the
        object they look at, and each code writes its digit; which slot is wanted is left to
        learn (the gate). A starting point only; training may change every weight of it."""
        block, codes = self.blocks[ANSWER_LOOK], self.objects.digits.weight
        codes = codes[:120]
        block.qkv.weight[2 * WIDTH : 2 * WIDTH + 120] = codes / codes.norm(dim=1, keepdim=True)
        digits = self.embedding.weight[self.objects.digit_words]  # [10, WIDTH]
        digits = digits / digits.norm(dim=1, keepdim=True)
        block.out.weight[:, :120] = 0.2 * digits.repeat(12, 1).t()
        self.prepare_points()

    @torch.no_grad()
    def prepare_points(self):
        """The same for the six digits of an object's centre, in the third head."""
        block, codes = self.blocks[ANSWER_LOOK], self.objects.digits.weight[120:]
        first = 2 * HEAD_WIDTH
        block.qkv.weight[2 * WIDTH + first : 2 * WIDTH + first + 60] = codes / codes.norm(dim=1, keepdim=True)
        digits = self.embedding.weight[self.objects.digit_words]
        digits = digits / digits.norm(dim=1, keepdim=True)
        block.out.weight[:, first : first + 60] = 0.2 * digits.repeat(6, 1).t()

    @torch.no_grad()
    def prepare_matching(self, found, plurals):
        """Starts the first layer as a matcher of words: query and key share one projection, so a
        noun looks at the object tokens that carry its own embedding (and at itself when there is
        none), and brings a faint copy of what it finds. Plurals start beside their singulars.

        `found`: a batch of candidates to measure what object tokens have in common.
        """
        words = self.embedding.weight
        shift = torch.randn(WIDTH) * 0.03
        for singular, plural in plurals:
            words[plural] = words[singular] + shift
        block = self.blocks[MATCH_LAYER]
        normed = block.norm_attention(self.objects(found, words)[0]).flatten(0, 1)
        kept = normed[(found["scores"].sort(1, descending=True).values > SCORE_FLOOR).flatten()]
        common = F.normalize(kept.mean(0) - block.norm_attention(words).mean(0), dim=0)
        bonus = (kept @ common).mean()
        names = block.norm_attention(self.objects.name_words @ words)
        axes = torch.linalg.svd(names - names.mean(0), full_matrices=False)[2]  # what tells names apart
        block.qkv.weight.zero_()
        block.qkv.bias.zero_()
        for head in range(HEADS):
            first = head * HEAD_WIDTH + ROTARY  # the half of a head that does not turn
            kernel = torch.zeros(ROTARY, WIDTH)
            mine = axes[head::HEADS][: ROTARY - 1]
            kernel[: len(mine)] = 1.5 * mine
            block.qkv.weight[first : first + ROTARY] = kernel
            block.qkv.weight[WIDTH + first : WIDTH + first + ROTARY] = kernel
            # One dimension lifts objects over text: by 18 in score, less than a word's match with itself.
            block.qkv.weight[WIDTH + first + ROTARY - 1] = common
            block.qkv.bias[first + ROTARY - 1] = 18.0 * HEAD_WIDTH**0.5 / bonus
        block.qkv.weight[2 * WIDTH :] = torch.eye(WIDTH)
        block.out.weight.copy_(0.05 * torch.eye(WIDTH))
        block.gate.weight.mul_(0.1)

    def logits(self, hidden):
        """The last layer's states [.., WIDTH] -> scores of every word."""
        return self.norm(hidden) @ self.embedding.weight.t()

    def decode(self, x, positions, bias, past=None, look=False):
        """Embeddings [n, s, WIDTH] -> logits, the grown cache, and (for training, which asks for few logits itself) hidden states and looks."""
        turns = self.cos[positions].unsqueeze(1), self.sin[positions].unsqueeze(1)
        present, hidden, looks = [], [], {}
        for i, block in enumerate(self.blocks):
            wanted = look and i in (MATCH_LAYER, QUESTION_LOOK, ANSWER_LOOK)
            x, cache, seen = block(x, bias, turns, past[i] if past else None, wanted)
            present.append(cache)
            hidden.append(x)
            if wanted:
                looks[i] = seen if i == MATCH_LAYER else seen[:, :LOOK_HEADS]
        return None if look else self.logits(x), present, hidden, looks


def word_tables(tokenizer):
    """How class names and colours are spelled: rows of weights over the vocabulary."""
    size = tokenizer.get_vocab_size()
    tables = {"name_words": torch.zeros(CLASS_COUNT, size), "colour_words": torch.zeros(COLOUR_COUNT, size), "size_words": torch.zeros(2, size)}
    for table, listed in (("name_words", NAMES), ("colour_words", COLOURS), ("size_words", ["small", "large"])):
        for row, text in enumerate(listed):
            ids = tokenizer.encode(" " + text).ids
            tables[table][row, ids] = 1.0 / len(ids)
    tables["digit_words"] = torch.tensor([tokenizer.token_to_id(str(d)) for d in range(10)])
    return tables


def greedy(model, object_tokens, prompt, stop, limit=120):
    """The likeliest continuation of one prompt (token ids after the image) for one image [1, K, WIDTH]."""
    with torch.no_grad():
        past, length = None, 0
        x = torch.cat([object_tokens, model.embedding(torch.tensor([prompt]))], 1)
        out = []
        while len(out) < limit:
            s = x.shape[1]
            positions = torch.arange(length, length + s)[None]
            key = torch.arange(length + s)
            bias = torch.where(key[None] <= positions[0][:, None], 0.0, -1e4)[None, None]
            logits, past, _, _ = model.decode(x, positions, bias, past)
            length += s
            token = int(logits[0, -1].argmax())
            if token == stop:
                break
            out.append(token)
            x = model.embedding(torch.tensor([[token]]))
        return out
