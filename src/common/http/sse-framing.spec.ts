import { toWire } from './sse-framing.js';

describe('toWire', () => {
  it.each([
    ['a frame without an id', { data: '{"text":"a"}' }, 'data: {"text":"a"}\n\n'],
    ['a frame with an id', { id: '0193-7a:1', data: 'x' }, 'id: 0193-7a:1\ndata: x\n\n'],
    ['data that looks like an id', { data: 'id: 4' }, 'data: id: 4\n\n'],
    ['an empty frame', { data: '' }, 'data: \n\n'],
  ])('%s', (_name, frame, wire) => {
    expect(toWire(frame)).toBe(wire);
  });
});
