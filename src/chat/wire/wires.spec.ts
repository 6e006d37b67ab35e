import { WIRES } from './wires.js';

const isOnce = (values: readonly string[]) => new Set(values).size === values.length;

describe('The list of wires', () => {
  it('has names that a turn can be stored with, and that tell wires apart', () => {
    const names = WIRES.map(({ traits }) => traits.name);
    for (const name of names) expect(name).toMatch(/^[a-z-]{1,20}$/);
    expect(isOnce(names)).toBe(true);
    expect(isOnce(WIRES.map(({ document }) => document.tag.name))).toBe(true);
    expect(isOnce(WIRES.flatMap(({ streams }) => streams))).toBe(true);
  });

  it('has a wire in whose frames any turn can be followed', () => {
    expect(WIRES.some(({ follow }) => follow !== undefined)).toBe(true);
  });

  it('documents the form of errors that the filter answers with', () => {
    for (const { document, errors, streams } of WIRES) {
      if (!document.errors) continue;
      const { paths } = document.errors;
      expect(streams.map((path) => `/${path}`).every((path) => path.startsWith(paths))).toBe(true);
      expect(errors?.isFor({ path: `${paths}unknown` })).toBe(true);
    }
  });
});
