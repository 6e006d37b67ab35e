import { headingAnchor } from './heading-anchor.js';

describe('the anchor of a heading', () => {
  it.each([
    ['Send feedback', 'send-feedback'],
    ['Feedback > Sending it', 'sending-it'],
    ['Wire A: conversations (POST /chat)', 'wire-a-conversations-post-chat'],
    ['用 qa_prompt 指定提示词', '用-qa_prompt-指定提示词'],
  ])('%s: %s', (path, anchor) => {
    expect(headingAnchor(path)).toBe(anchor);
  });
});
