import { NEVER } from 'rxjs';
import type { AppConfig } from '../../../config/app-config.js';
import { QaPresenter } from './presenter.js';

describe('QaPresenter', () => {
  it.each([
    [false, '{"data":""}'],
    [true, Buffer.from('{"data":""}').toString('base64')],
  ])('keeps an idle stream open with frames of its form (as Base64: %j)', (isBase64, data) => {
    const config = { turn: { heartbeatIntervalMs: 1 } } as AppConfig;
    const turn = { id: 'chat', variant: 'qa', model: 'test-model', events$: NEVER } as const;
    const framing = { context: { path: '/api/chat', requestId: 'r1' }, isBase64, withReasoning: false };
    expect(new QaPresenter(config).stream(turn, framing)).toMatchObject({
      heartbeat: { data },
      heartbeatMs: 1,
    });
  });
});
