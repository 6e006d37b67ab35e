import { ownFrame } from './sse-framing.js';

describe('ownFrame', () => {
  it.each([
    ['the blank line that comes with the headers', '\n', ''],
    ["a frame with Nest's own id", 'id: 1\ndata: {"text":"a"}\n\n', 'data: {"text":"a"}\n\n'],
    ["a frame with Nest's own id of several digits", 'id: 1234\ndata: x\n\n', 'data: x\n\n'],
    ['a comment', ': \n\n', ''],
    ['a comment with an id', 'id: 7\n: ping\n\n', ''],
    ['a frame with an id of ours', 'id: 0193-7a:1\ndata: x\n\n', 'id: 0193-7a:1\ndata: x\n\n'],
    ['a frame without an id', 'data: x\n\n', 'data: x\n\n'],
    ['data that looks like an id', 'id: 3\ndata: id: 4\n\n', 'data: id: 4\n\n'],
  ])('%s', (_name, chunk, own) => {
    expect(ownFrame(chunk)).toBe(own);
  });
});
