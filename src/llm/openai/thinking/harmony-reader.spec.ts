import { ThinkingReader } from './thinking-reader.js';

interface Read {
  readonly text: string;
  readonly thinking: string;
}

function read(pieces: readonly string[], keptChars = 0): Read {
  const reader = new ThinkingReader({ messages: [], keptChars });
  let [text, thinking] = ['', ''];
  for (const piece of pieces) {
    text += reader.isDone ? piece : reader.push(piece);
    thinking += reader.thinking;
    if (reader.isDone) reader.thinking = '';
  }
  if (reader.isDone) return { text, thinking };
  text += reader.end();
  return { text, thinking: thinking + reader.thinking };
}

const THOUGHT = '<|channel|>analysis<|message|>hm';
const FINAL = '<|channel|>final<|message|>';

describe('HarmonyReader', () => {
  it.each<[string, string, string]>([
    // ggml-org/llama.cpp#15181
    [`${THOUGHT}<|end|>Hi`, 'hm', 'Hi'],
    [`${THOUGHT}<|end|>\n\nHi<|return|>`, 'hm', 'Hi'],
    [`${THOUGHT}<|end|><|start|>assistant${FINAL}Hi`, 'hm', 'Hi'],
    [`${THOUGHT}<|end|><|start|>assistant${FINAL}Hi<|return|>`, 'hm', 'Hi'],
    [`${THOUGHT}<|end|>\n<|start|>assistant${FINAL}Hi<|return|>\n`, 'hm', 'Hi'],
    [`${THOUGHT}<|start|>assistant${FINAL}Hi`, 'hm', 'Hi'],
    [`<|start|>assistant${THOUGHT}<|end|><|start|>assistant${FINAL}Hi`, 'hm', 'Hi'],
    [`${THOUGHT}<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>{}`, 'hm', '{}'],
    [
      `${THOUGHT}<|end|><|start|>assistant<|channel|>commentary<|message|>so<|end|><|start|>assistant${FINAL}Hi`,
      'hm\n\nso',
      'Hi',
    ],
    [`<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|>`, '{}', ''],
    [`${FINAL}Hi`, '', 'Hi'],
    [`${FINAL}Hi<|end|>`, '', 'Hi'],
    [`\n${FINAL} Hi`, '', 'Hi'],
    [`<|start|>assistant<|message|>Hi`, '', 'Hi'],
    [`${FINAL}A <|end|> marks an end.<|return|>`, '', 'A <|end|> marks an end.'],
    [`${FINAL}Hi <|re`, '', 'Hi <|re'],
    [THOUGHT, 'hm', ''],
    [`${THOUGHT}<|end|><|start|>assi`, 'hm', ''],
    ['<|channel|>analysis', '', ''],
    ['<|start|> and <|channel|> begin it.', '', '<|start|> and <|channel|> begin it.'],
    ['<|channel|> comes before <|message|> there', '', '<|channel|> comes before <|message|> there'],
    ['Write <|channel|>final<|message|>', '', 'Write <|channel|>final<|message|>'],
    [`<|start|>${' x'.repeat(600)}`, '', `<|start|>${' x'.repeat(600)}`],
  ])('reads %j, wherever it is cut', (said, thinking, text) => {
    expect(read([said])).toEqual({ thinking, text });
    expect(read([...said])).toEqual({ thinking, text });
    for (let at = 1; at < Math.min(said.length, 200); at++)
      expect(read([said.slice(0, at), said.slice(at)])).toEqual({ thinking, text });
  });

  it('keeps the white space of a continuation', () => {
    expect(read([`${THOUGHT}<|end|><|start|>assistant${FINAL} and`], 9)).toEqual({
      thinking: 'hm',
      text: ' and',
    });
  });

  it('gives text as soon as it can be no marker', () => {
    const reader = new ThinkingReader({ messages: [] });
    expect([FINAL, 'H', 'i <', '| ', '<|end|>', '<|ret'].map((piece) => reader.push(piece))).toEqual([
      '',
      'H',
      'i ',
      '<| ',
      '',
      '<|end|>',
    ]);
  });
});
