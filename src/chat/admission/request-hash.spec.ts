import type { TurnRequest } from '../domain/turn-request.js';
import { hashRequest, isRepetition, type SamePrompts } from './request-hash.js';

const prompts: SamePrompts = {
  canonicalName: (text) => text.replace(/^alias(?=@|$)/, 'default').replace(/@production$/, ''),
  keptNames: (text) => {
    const name = text.replace(/@.*/, '');
    return name === 'alias' ? ['alias', 'default'] : [name];
  },
};

const REQUEST: TurnRequest = {
  wire: {
    name: 'first-wire',
    canVoid: false,
    cutsMessages: false,
    keepsMessages: false,
    readersReturn: true,
    callersRepeat: false,
  },
  question: 'q',
  history: { from: 'conversation', rounds: 10 },
  prompt: { kind: 'template', name: 'default' },
  retrieval: 'when-used',
};
const prompt = (name: string) => ({ prompt: { kind: 'template', name } as const });

/** The turn that answers `REQUEST` and `over`, asked when `defaultModel` was the default. */
const turnOf = (
  over: Partial<TurnRequest> & { defaultModel?: string; promptName?: string },
): Parameters<typeof isRepetition>[1] => {
  const { defaultModel = 'first', promptName = 'default', ...rest } = over;
  const request = { ...REQUEST, ...rest };
  return {
    requestHash: hashRequest(request, { defaultModel, prompts }),
    model: request.model ?? defaultModel,
    promptName: request.prompt.kind === 'inline' ? null : promptName,
  };
};

describe('A request repeats a turn', () => {
  const repeats = (over: Partial<TurnRequest>, turn: ReturnType<typeof turnOf>) =>
    isRepetition({ ...REQUEST, ...over }, turn, prompts);

  it.each<[string, Partial<TurnRequest>, ReturnType<typeof turnOf>, boolean]>([
    ['the same', {}, turnOf({}), true],
    ['another question', { question: 'p' }, turnOf({}), false],
    ['the default model by its name', { model: 'first' }, turnOf({}), true],
    ['the default model without its name', {}, turnOf({ model: 'first' }), true],
    ['another model', { model: 'second' }, turnOf({}), false],
    ['the default model, where another was asked', {}, turnOf({ model: 'second' }), false],
    ['the same model by its name', { model: 'second' }, turnOf({ model: 'second' }), true],
    ['an alias', prompt('alias'), turnOf({}), true],
    ['the name that the alias means', {}, turnOf(prompt('alias')), true],
    ['another prompt', prompt('other'), turnOf({}), false],
    ["the alias, which was a template's name", prompt('alias'), turnOf({ promptName: 'alias' }), true],
    ["the default, where the alias was a template's name", {}, turnOf({ promptName: 'alias' }), false],
    ['the label production, which need not be named', prompt('default@production'), turnOf({}), true],
    ['no label', {}, turnOf(prompt('default@production')), true],
    ['a label', prompt('default@beta'), turnOf(prompt('default@beta')), true],
    ['a label of an alias', prompt('alias@beta'), turnOf(prompt('default@beta')), true],
    ['another label', prompt('default@beta'), turnOf(prompt('default@gamma')), false],
    ['a label, where none was named', prompt('default@beta'), turnOf({}), false],
    ['a version', prompt('default@3'), turnOf(prompt('default@3')), true],
    ['another version', prompt('default@3'), turnOf(prompt('default@4')), false],
    [
      "the alias's label, where it was a template's name",
      prompt('default@beta'),
      turnOf({ ...prompt('alias@beta'), promptName: 'alias' }),
      false,
    ],
    [
      'instructions of its own',
      { prompt: { kind: 'inline', text: 't' } },
      turnOf({ prompt: { kind: 'inline', text: 't' } }),
      true,
    ],
    [
      'other instructions of its own',
      { prompt: { kind: 'inline', text: 't' } },
      turnOf({ prompt: { kind: 'inline', text: 'u' } }),
      false,
    ],
  ])('asking for %s', (_, over, turn, expected) => expect(repeats(over, turn)).toBe(expected));

  it('whatever the default model has become since', () => {
    const named = turnOf({ model: 'second', defaultModel: 'first' });
    const unnamed = turnOf({ defaultModel: 'first' });
    // Nothing but the turn is asked: there is no default of today in it.
    expect([repeats({ model: 'second' }, named), repeats({}, named)]).toEqual([true, false]);
    expect([repeats({ model: 'first' }, unnamed), repeats({}, unnamed)]).toEqual([true, true]);
  });
});

describe('The hash of a request', () => {
  it('is the same whatever the order of its members, and where some are not given', () => {
    const reversed = Object.fromEntries(Object.entries(REQUEST).reverse()) as unknown as TurnRequest;
    const options = { prompts };
    const hash = hashRequest(REQUEST, options);
    expect(hashRequest({ ...reversed, temperature: undefined }, options)).toEqual(hash);
    expect(hashRequest({ ...REQUEST, temperature: 0 }, options)).not.toEqual(hash);
    const wire = { ...REQUEST.wire, name: 'second-wire' };
    expect(hashRequest({ ...REQUEST, wire }, options)).not.toEqual(hash);
  });

  // Turns and keys of the release before are recognized by it.
  it('stays the same from release to release, whatever is asked of a wire', () => {
    const wire = { ...REQUEST.wire, name: 'conversation', canVoid: true };
    expect(hashRequest({ ...REQUEST, wire }, { prompts }).toString('hex')).toBe(
      'a6fe1a7bd081cd69dd6faebeda52df077070f105687bff3cbc76a43dca34a4c1',
    );
  });
});
