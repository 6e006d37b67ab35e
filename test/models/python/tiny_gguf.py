"""Writes a llama model with random weights: 300 words of nonsense, some 20 MB, about a thousand tokens a second.

The bytes of text have all but no weight in the output, so that it consists of words.
"""

import sys

import gguf
import numpy as np

WIDTH, LAYERS, HEADS, FEED_FORWARD, CONTEXT = 256, 6, 4, 1024, 8192
CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"
WORDS = [f"{a}{e}{b}{o}" for a in CONSONANTS for e in VOWELS for b in "lnr" for o in VOWELS][:300]
TOKENS = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *(f"\u2581{word}" for word in WORDS)]
FIRST_WORD = len(TOKENS) - len(WORDS)

random = np.random.default_rng(7)


def noise(*shape):
    return random.normal(0, 0.05, shape).astype(np.float32)


def add_vocabulary(writer):
    kinds = gguf.TokenType
    types = [kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL, *[kinds.BYTE] * 256, *[kinds.NORMAL] * len(WORDS)]
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([token.encode() for token in TOKENS])
    writer.add_token_scores([0.0] * len(TOKENS))
    writer.add_token_types(types)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_vocab_size(len(TOKENS))


def add_weights(writer):
    output = np.zeros((len(TOKENS), WIDTH), np.float32)
    output[FIRST_WORD:] = random.normal(0, 0.5, (len(WORDS), WIDTH))
    writer.add_tensor("token_embd.weight", noise(len(TOKENS), WIDTH))
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    writer.add_tensor("output.weight", output)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"{block}{name}.weight", np.ones(WIDTH, np.float32))
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            writer.add_tensor(f"{block}{name}.weight", noise(WIDTH, WIDTH))
        writer.add_tensor(f"{block}ffn_gate.weight", noise(FEED_FORWARD, WIDTH))
        writer.add_tensor(f"{block}ffn_up.weight", noise(FEED_FORWARD, WIDTH))
        writer.add_tensor(f"{block}ffn_down.weight", noise(WIDTH, FEED_FORWARD))


def main(path):
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    add_vocabulary(writer)
    add_weights(writer)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main(sys.argv[1])
