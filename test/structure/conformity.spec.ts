import { Conformity, conforming, type Exchange } from '../support/requests/conformity.js';

const SSE = 'text/event-stream; charset=utf-8';
const PONG: Exchange = { method: 'GET', path: '/api/ping', status: 200, contentType: 'application/json' };
const CHAT: Exchange = { method: 'POST', path: '/chat', status: 200, contentType: SSE };

const check = (exchange: Exchange, body: string) => () => Conformity.of(exchange)!.checkBody(body);

/** The tests of the complete service rely on this: an answer that is not as documented must not pass. */
describe('What is not as documented', () => {
  it('is a body with another member, another value, or without one', () => {
    expect(check(PONG, '{"message":"pong"}')).not.toThrow();
    for (const body of ['{"message":"pong","more":1}', '{"message":5}', '{}', '[]', 'null'])
      expect(check(PONG, body)).toThrow('is not as documented');
  });

  it('is a status or a content type that the document does not know', () => {
    expect(() => Conformity.of({ ...PONG, status: 202 })).toThrow('does not know');
    expect(() => Conformity.of({ ...PONG, contentType: 'text/plain' })).toThrow('does not know');
    expect(() => Conformity.of({ ...CHAT, path: '/api/feedback' })).toThrow('does not know');
  });

  it('is a body where there is to be none', () => {
    const deleted = { method: 'DELETE', path: '/api/prompts/x', status: 204, contentType: null };
    expect(check(deleted, '')).not.toThrow();
    expect(check(deleted, 'x')).toThrow('has a body');
  });

  it('is a frame of another variant, or none at all', () => {
    const good = 'data: {"text":"a","message_id":"01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11"}\n\n';
    expect(check(CHAT, good)).not.toThrow();
    expect(check(CHAT, `${good}data: {"data":"a"}\n\n`)).toThrow('is not as documented');
    expect(check(CHAT, `${good}: comment\n\n`)).toThrow('without data');
    // What was cut off is the connection's fault.
    expect(check(CHAT, `${good}data: {"te`)).not.toThrow();
  });

  it('is a stream without a charset, which Python and Java read as Latin-1', () => {
    expect(() => Conformity.of({ ...CHAT, contentType: 'text/event-stream' })).toThrow('has no charset');
  });

  it('breaks the response that it is read from', async () => {
    const response = (body: string) => new Response(body, { headers: { 'x-request-id': 'x' } });
    const more = conforming(PONG, response('{"message":"pong","more":1}'));
    await expect(more.text()).rejects.toThrow('is not as documented');
    expect(await conforming(PONG, response('{"message":"pong"}')).json()).toEqual({ message: 'pong' });
  });

  it('is a header that is not there, or comes where none is documented', () => {
    const having = (headers: Record<string, string>) => () =>
      Conformity.of({ ...PONG, headers: new Headers(headers) });
    expect(having({ 'X-Request-Id': 'x' })).not.toThrow();
    expect(having({})).toThrow('X-Request-Id');
    expect(having({ 'X-Request-Id': 'x', 'Retry-After': '1' })).toThrow('has Retry-After');
  });

  it('is nothing of what no route answers', () => {
    expect(Conformity.of({ ...PONG, path: '/nowhere', status: 404 })).toBeNull();
  });
});
