import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import { bodyRoom } from './body-room.js';

const LIMIT = 100;

describe('bodyRoom', () => {
  const room = () => bodyRoom(LIMIT, 250);

  /** Lets a request in, or not. */
  function enter(handler: ReturnType<typeof bodyRoom>, headers: Record<string, string>) {
    const response = new EventEmitter();
    let refusal: unknown;
    void handler({ headers } as unknown as Request, response as unknown as Response, (error?: unknown) => {
      refusal = error;
    });
    return { refusal, leave: () => response.emit('close') };
  }

  it('refuses what has no room beside what is being answered, until some of that has left', () => {
    const handler = room();
    const first = enter(handler, { 'content-length': '100' });
    expect(first.refusal).toBeUndefined();
    expect(enter(handler, { 'content-length': '100' }).refusal).toBeUndefined();
    const { refusal } = enter(handler, { 'content-length': '51' });
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code: 'service_overloaded', retryAfterSeconds: 1 });
    expect(enter(handler, { 'content-length': '50' }).refusal).toBeUndefined();
    first.leave();
    expect(enter(handler, { 'content-length': '51' }).refusal).toBeUndefined();
  });

  it('takes nothing for requests without a body, refused ones, and ones that are too large to be read', () => {
    const handler = room();
    for (let count = 0; count < 1_000; count++) {
      expect(enter(handler, {}).refusal).toBeUndefined();
      enter(handler, { 'content-length': '101' });
    }
    expect(enter(handler, { 'content-length': '100' }).refusal).toBeUndefined();
  });

  it('counts a body of unknown length for the largest there can be', () => {
    const handler = room();
    enter(handler, { 'transfer-encoding': 'chunked' });
    enter(handler, { 'transfer-encoding': 'chunked' });
    expect(enter(handler, { 'transfer-encoding': 'chunked' }).refusal).toBeDefined();
  });
});
