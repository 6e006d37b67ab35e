import { latestRounds, ownContextOf, sentContextOf } from './own-context.js';
import type { TurnRequest } from './turn-request.js';

const request = (rest: Partial<TurnRequest>): TurnRequest => ({
  wire: {
    name: 'any',
    canVoid: true,
    cutsMessages: true,
    keepsMessages: false,
    readersReturn: true,
    callersRepeat: false,
  },
  question: 'And by post?',
  history: { from: 'conversation', rounds: 10 },
  prompt: { kind: 'template', name: 'qa' },
  retrieval: 'always',
  ...rest,
});
const said = (role: 'user' | 'assistant' | 'system', content: string) => ({ role, content });
const round = [said('user', 'How do I return it?'), said('assistant', 'By courier.')];

describe('what a request brings itself', () => {
  it('is nothing where all of it is stored elsewhere', () => {
    expect(ownContextOf(request({}))).toBeNull();
    expect(sentContextOf(request({}))).toBeNull();
    expect(sentContextOf(request({ history: { from: 'request', messages: [] } }))).toBeNull();
    expect(ownContextOf(request({ prompt: { kind: 'verbatim', text: '' } }))).toBeNull();
  });

  it('is its instructions, and apart from them its history', () => {
    const prompt = { kind: 'inline', text: 'Answer briefly: {context}' } as const;
    const asked = request({ prompt, history: { from: 'request', messages: round } });
    expect(ownContextOf(asked)).toEqual({ instructions: prompt });
    expect(sentContextOf(asked)).toEqual({ messages: round, includesQuestion: false, tools: [] });
  });

  it('is the tools that it offers', () => {
    const tools = [{ type: 'function', function: { name: 'find' } }];
    expect(sentContextOf(request({ parameters: { tools } }))).toMatchObject({ messages: [], tools });
    expect(sentContextOf(request({ parameters: { tools: [] } }))).toBeNull();
  });

  it('is whether several tools might be called at once, where it says so', () => {
    const saying = (parallel_tool_calls: unknown) => request({ parameters: { parallel_tool_calls } });
    expect(ownContextOf(saying(false))).toEqual({ parallelToolCalls: false });
    expect(ownContextOf(saying(true))).toEqual({ parallelToolCalls: true });
    expect(ownContextOf(saying(null))).toBeNull();
  });

  it('is how much of its conversation it wanted, where that is unusual', () => {
    const conversation = { externalId: 'c', name: 'c' };
    const wanting = (rounds: number) => request({ conversation, history: { from: 'conversation', rounds } });
    expect(ownContextOf(wanting(10))).toBeNull();
    expect(ownContextOf(wanting(0))).toEqual({ rounds: 0 });
    expect(ownContextOf({ ...wanting(3), conversation: { name: 'new' } })).toBeNull();
  });
});

describe('the latest rounds of messages', () => {
  const messages = [said('system', 'Be kind.'), ...round, said('user', 'When?'), said('assistant', 'Today.')];

  it('begin with a question', () => {
    expect(latestRounds(messages, 1)).toEqual(messages.slice(3));
  });

  it('are all where there are no more', () => {
    expect(latestRounds(messages, 2)).toEqual(messages);
    expect(latestRounds(messages, 100)).toEqual(messages);
  });

  it('are none when none are wanted', () => {
    expect(latestRounds(messages, 0)).toEqual([]);
  });
});
