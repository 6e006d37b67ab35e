import type { ChatMessage } from '../../llm/completion.js';
import { writePassages } from './turn-passages.js';
import { composeMessages, type PromptParts } from './turn-prompt.js';

const sources = [
  { text: 'Feedback goes to /api/feedback.', metadata: { source: 'feedback.md' } },
  { text: 'Stars are 1 to 5.', metadata: { source: 'stars.md' } },
];
const history: ChatMessage[] = [
  { role: 'user', content: 'first question' },
  { role: 'assistant', content: 'first answer' },
  { role: 'user', content: 'second question' },
  { role: 'assistant', content: 'second answer' },
];

function compose(parts: Partial<PromptParts>): ChatMessage[] {
  return composeMessages({
    instructions: { kind: 'template', text: 'Be helpful.' },
    question: 'How?',
    context: '',
    history: [],
    contextTokens: 4_096,
    ...parts,
  });
}

describe('composeMessages', () => {
  it('puts instructions first, then history, then the question', () => {
    expect(compose({ history })).toEqual([
      { role: 'system', content: 'Be helpful.' },
      ...history,
      { role: 'user', content: 'How?' },
    ]);
  });

  it('makes a template that holds the question the last message', () => {
    expect(compose({ instructions: { kind: 'template', text: 'Q: {{ input }}' }, history })).toEqual([
      ...history,
      { role: 'user', content: 'Q: How?' },
    ]);
  });

  it('writes history into a template that asks for it, and sends no messages for it', () => {
    const text = '{{history}}\nUser: {{question}}';
    expect(compose({ instructions: { kind: 'template', text }, history: history.slice(0, 2) })).toEqual([
      { role: 'user', content: 'User: first question\nAssistant: first answer\nUser: How?' },
    ]);
  });

  it('fills passages in where a template asks for them', () => {
    const [system] = compose({
      instructions: { kind: 'template', text: 'Use:\n{{context}}' },
      context: writePassages(sources),
    });
    expect(system!.content).toBe(
      'Use:\n[1] (feedback.md)\n> Feedback goes to /api/feedback.\n\n[2] (stars.md)\n> Stars are 1 to 5.',
    );
  });

  it('appends passages to instructions of a request that do not place them', () => {
    expect(
      compose({
        instructions: { kind: 'inline', text: 'Be brief.' },
        context: writePassages(sources.slice(1)),
      }),
    ).toEqual([
      { role: 'system', content: 'Be brief.\n\n[1] (stars.md)\n> Stars are 1 to 5.' },
      { role: 'user', content: 'How?' },
    ]);
  });

  it('fills in the places of instructions of a request, once', () => {
    const [message] = compose({
      instructions: { kind: 'inline', text: '{context} / {question} / {other}' },
      context: writePassages([{ text: '{question}', metadata: { source: 's' } }]),
    });
    expect(message).toEqual({ role: 'user', content: '[1] (s)\n> {question} / How? / {other}' });
  });

  it('drops the oldest rounds first when the context is too small', () => {
    const long = 'x'.repeat(400);
    const rounds: ChatMessage[] = [
      { role: 'user', content: `old ${long}` },
      { role: 'assistant', content: long },
      { role: 'user', content: `new ${long}` },
      { role: 'assistant', content: long },
    ];
    const sent = compose({ history: rounds, contextTokens: 400, maxTokens: 100 });
    expect(sent.slice(1, -1)).toEqual(rounds.slice(2));
  });

  it('sends the question even when nothing else fits', () => {
    expect(
      compose({ history, contextTokens: 256, question: 'x'.repeat(5_000) }).at(-1)!.content,
    ).toHaveLength(5_000);
  });

  it('has room for a history that a template writes twice', () => {
    const text = '{{history}}|{{history}}|{{question}}';
    const round: ChatMessage[] = [
      { role: 'user', content: 'x'.repeat(1_000) },
      { role: 'assistant', content: 'y'.repeat(1_000) },
    ];
    const long = Array.from({ length: 5 }, () => round).flat();
    const [message] = compose({
      instructions: { kind: 'template', text },
      history: long,
      contextTokens: 2_048,
    });
    // About 1,500 tokens are left, 750 for each of the two.
    expect(message!.content.split('User: ')).toHaveLength(1 + 2);
  });

  it('leaves braces of history and question literal', () => {
    const braces = '{{context}} {question} $& {"a": {}}';
    const sent = compose({
      instructions: { kind: 'template', text: '{{history}}|{{question}}' },
      question: braces,
      history: [{ role: 'user', content: braces }],
    });
    expect(sent).toEqual([{ role: 'user', content: `User: ${braces}|${braces}` }]);
  });
});
