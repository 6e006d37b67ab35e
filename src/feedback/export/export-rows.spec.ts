import type { TurnTranscript } from '../../chat/reading/turn-views.js';
import { type RatedTranscript, toEvalCase, toPreferenceRow, toSftRow } from './export-rows.js';

const SYSTEM = { role: 'system', content: 'Be brief.' } as const;
const EARLIER = [
  { role: 'user', content: 'Earlier?' },
  { role: 'assistant', content: 'So.' },
] as const;
const QUESTION = { role: 'user', content: 'What?' } as const;

/** A turn that was answered well and in full. */
function turnWith(fields: Partial<TurnTranscript> = {}): TurnTranscript {
  return {
    id: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11',
    variant: 'conversation',
    question: 'What?',
    answer: 'This.',
    toolCalls: [],
    status: 'completed',
    finishReason: 'stop',
    model: 'm',
    promptName: 'p',
    promptVersion: 2,
    sources: [{ text: 'passage', metadata: { source: 's.md', title: 't', score: 0.5 } }],
    history: EARLIER,
    tools: [],
    parallelToolCalls: null,
    prompt: [SYSTEM, ...EARLIER, QUESTION],
    ...fields,
  };
}

function rated(
  feedback: Partial<RatedTranscript['feedback']> = {},
  turn: Partial<TurnTranscript> = {},
): RatedTranscript {
  const nothing = { stars: null, reason: null, betterAnswer: null, updatedAt: new Date(0) };
  return { turn: turnWith(turn), feedback: { ...nothing, ...feedback } };
}

const OPENAI = { format: 'openai', prompt: 'rendered', goodStars: 4 } as const;
const answered = (content: string) => ({ role: 'assistant', content });

describe('The answer that is expected', () => {
  const CASES: [string, RatedTranscript, string | null][] = [
    ['is a good one', rated({ stars: 5 }), 'This.'],
    ['is an answer that is just good enough', rated({ stars: 4 }), 'This.'],
    ['is none that is not', rated({ stars: 3 }), null],
    ['is none without stars', rated({ reason: 'so' }), null],
    ['is the better one, whatever the stars', rated({ stars: 1, betterAnswer: 'That.' }), 'That.'],
    ['is the better one in place of a good one', rated({ stars: 5, betterAnswer: 'That.' }), 'That.'],
    ['is the better one without stars', rated({ betterAnswer: 'That.' }), 'That.'],
    ['is as it was written', rated({ betterAnswer: ' That.\n' }), ' That.\n'],
    ['is no blank one', rated({ stars: 3, betterAnswer: ' \n' }), null],
    ['is the good one beside a blank one', rated({ stars: 4, betterAnswer: '' }), 'This.'],
    ['is none that was cut off', rated({ stars: 5 }, { finishReason: 'length' }), null],
    ['is none that was filtered', rated({ stars: 5 }, { finishReason: 'content_filter' }), null],
    [
      'is none that was stopped',
      rated({ stars: 5 }, { status: 'cancelled', finishReason: 'cancelled' }),
      null,
    ],
    ['is none that failed', rated({ stars: 5 }, { status: 'failed', finishReason: null }), null],
    ['is none that says nothing', rated({ stars: 5 }, { answer: ' \n' }), null],
    ['is a better one than a failure', rated({ betterAnswer: 'That.' }, { status: 'failed' }), 'That.'],
    ['is not known yet', rated({ betterAnswer: 'That.' }, { status: 'running', finishReason: null }), null],
  ];

  it.each(CASES)('%s', (_what, one, expected) => {
    const row = toSftRow(one, OPENAI);
    expect(row && 'messages' in row ? row.messages.at(-1) : null).toEqual(expected && answered(expected));
    expect(toEvalCase(one, OPENAI)?.expected_answer ?? null).toBe(expected);
  });

  it('is good from as many stars on as is said', () => {
    expect(toSftRow(rated({ stars: 4 }), { ...OPENAI, goodStars: 5 })).toBeNull();
    expect(toSftRow(rated({ stars: 3 }), { ...OPENAI, goodStars: 3 })).not.toBeNull();
  });
});

describe('A row for supervised fine-tuning', () => {
  it("is what the model was given, with what is to be learnt at its end, and what is not marked so, for OpenAI's", () => {
    expect(JSON.stringify(toSftRow(rated({ stars: 5 }), OPENAI))).toBe(
      '{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Earlier?"},' +
        '{"role":"assistant","content":"So.","weight":0},{"role":"user","content":"What?"},' +
        '{"role":"assistant","content":"This."}]}',
    );
  });

  it('is a prompt and its completion, for TRL', () => {
    expect(JSON.stringify(toSftRow(rated({ stars: 5 }), { ...OPENAI, format: 'trl' }))).toBe(
      '{"prompt":[{"role":"system","content":"Be brief."},{"role":"user","content":"Earlier?"},' +
        '{"role":"assistant","content":"So."},{"role":"user","content":"What?"}],' +
        '"completion":[{"role":"assistant","content":"This."}]}',
    );
  });

  it('is only what was said, when that is wanted', () => {
    const row = toSftRow(rated({ stars: 5 }), { ...OPENAI, format: 'trl', prompt: 'plain' });
    expect(row).toEqual({ prompt: [...EARLIER, QUESTION], completion: [answered('This.')] });
  });
});

describe('A row for preference optimization', () => {
  const BETTER = rated({ stars: 1, betterAnswer: 'That.' });

  it("has the better answer before the given one, in OpenAI's format and in TRL's", () => {
    const messages =
      '[{"role":"system","content":"Be brief."},{"role":"user","content":"Earlier?"},' +
      '{"role":"assistant","content":"So."},{"role":"user","content":"What?"}]';
    const [better, given] = ['That.', 'This.'].map((text) => JSON.stringify([answered(text)]));
    expect(JSON.stringify(toPreferenceRow(BETTER, OPENAI))).toBe(
      `{"input":{"messages":${messages}},"preferred_output":${better},"non_preferred_output":${given}}`,
    );
    expect(JSON.stringify(toPreferenceRow(BETTER, { ...OPENAI, format: 'trl' }))).toBe(
      `{"prompt":${messages},"chosen":${better},"rejected":${given}}`,
    );
  });

  it.each([
    ['no better answer', rated({ stars: 5 })],
    ['a blank one', rated({ betterAnswer: ' ' })],
    ['the same one', rated({ betterAnswer: ' This.\n' })],
    ['an answer that failed', rated({ betterAnswer: 'That.' }, { status: 'failed', finishReason: null })],
    ['an answer that was cut off', rated({ betterAnswer: 'That.' }, { finishReason: 'length' })],
    ['no answer', rated({ betterAnswer: 'That.' }, { answer: '' })],
    ['an answer that is not there yet', rated({ betterAnswer: 'That.' }, { status: 'running', answer: '' })],
  ])('is none with %s', (_what, one) => {
    expect(toPreferenceRow(one, OPENAI)).toBeNull();
  });
});

describe('A case for an evaluation', () => {
  it('has the question with all that is known of its answer, and no data of the end user', () => {
    const feedback = { stars: 2, reason: 'wrong', betterAnswer: 'That.', updatedAt: new Date(1_000) };
    expect(toEvalCase(rated(feedback), OPENAI)).toEqual({
      chat_id: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11',
      question: 'What?',
      history: EARLIER,
      expected_answer: 'That.',
      answer: 'This.',
      is_corrected: true,
      stars: 2,
      reason: 'wrong',
      sources: [{ source: 's.md', text: 'passage' }],
      variant: 'conversation',
      status: 'completed',
      model_name: 'm',
      prompt_name: 'p',
      prompt_version: 2,
      feedback_at: '1970-01-01T00:00:01.000Z',
    });
  });

  it('has every member in every row', () => {
    const one = toEvalCase(rated({ stars: 5 }, { promptName: null, promptVersion: null }), OPENAI);
    const other = toEvalCase(rated({ stars: 5, reason: 'r', betterAnswer: 'b' }), OPENAI);
    expect(Object.keys(one!)).toEqual(Object.keys(other!));
    expect(one).toMatchObject({ is_corrected: false, reason: null, prompt_name: null, prompt_version: null });
  });
});
