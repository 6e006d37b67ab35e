import { CONVERSATION_ERRORS } from './errors.js';

describe('Errors in the form of the Conversation API', () => {
  it.each<[string, unknown, boolean]>([
    ['/chat', undefined, true],
    ['/chat/', {}, true],
    ['/CHAT/stream', { question: 'q' }, true],
    ['/api/chat', { query: 'q' }, true],
    ['/api/chat', { query: 'q', question: 'q' }, true],
    // Refused before the body was read: by its key, its size or its type.
    ['/api/chat', undefined, true],
    ['/api/chat', Buffer.from('{'), true],
    ['/api/chat', null, true],
    ['/api/chat', { question: 'q', query: null }, false],
    ['/api/chat/01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11', undefined, false],
    ['/api/feedback', { query: 'q' }, false],
    ['/chats', undefined, false],
    ['/', undefined, false],
  ])('answer %s with %j: %j', (path, body, expected) => {
    expect(CONVERSATION_ERRORS.isFor({ path, body })).toBe(expected);
  });
});
