import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { playing, type PlayStep } from '../../support/model/server-play.js';
import { deltaEvent, DONE, ROLE, STOP, textEvent } from '../../support/model/server-play.frames.js';
import {
  startServiceWithModel,
  type ServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { ALL_WAYS, ask, type Told, type Way } from '../../support/service/ways-to-ask.js';

const letters = (text: string): PlayStep[] => [...text].map(textEvent);

/** Real: the service, its database, HTTP both ways. Stand-in: a model server that plays what was met in the field. */
describe('A model whose tags are read as its `thinking` says:', () => {
  let running: ServiceWithModel;

  function useThinking(thinking: string): void {
    beforeAll(async () => {
      running = await startServiceWithModel({ LLM_THINKING: thinking, LLM_MAX_RETRIES: '0' });
    });
    afterAll(() => stopServiceWithModel(running));
  }

  function askOf(way: Way, ...steps: readonly PlayStep[]): Promise<Told> {
    running.model.always(playing(() => [ROLE, ...steps, STOP, DONE]));
    return ask(running.service, way);
  }

  describe('open', () => {
    useThinking('open');

    it.each(ALL_WAYS)('open-webui/open-webui#13343: no opening tag, by %s', async (way) => {
      const told = await askOf(way, ...letters('Let me think.\n</think>\n\nHello world.'));
      expect(told).toMatchObject({ status: 200, text: 'Hello world.' });
      expect(told.receipt).toMatchObject({ status: 'completed', text: 'Hello world.' });
    });

    it.each(ALL_WAYS)('an opening tag all the same, by %s', async (way) => {
      const told = await askOf(way, textEvent('<think>\nhm\n</think>\n\n'), textEvent('Hello world.'));
      expect(told).toMatchObject({ status: 200, text: 'Hello world.' });
    });

    it.each(ALL_WAYS)('a server that separates the thinking after all, by %s', async (way) => {
      const told = await askOf(way, deltaEvent({ reasoning_content: 'hm' }), textEvent('Hello world.'));
      expect(told).toMatchObject({ status: 200, text: 'Hello world.' });
    });
  });

  describe('none', () => {
    useThinking('none');

    it.each(ALL_WAYS)('tags are text, by %s', async (way) => {
      const text = '<think>\nhm\n</think>\n\nHello world.';
      expect(await askOf(way, ...letters(text))).toMatchObject({ status: 200, text });
    });

    it.each(ALL_WAYS)('what the server separates is thinking, by %s', async (way) => {
      const told = await askOf(way, deltaEvent({ reasoning: 'hm' }), textEvent('Hello world.'));
      expect(told).toMatchObject({ status: 200, text: 'Hello world.' });
    });
  });

  describe('auto', () => {
    useThinking('auto');

    it('a closing tag that nothing opened is text, and the log names the setting once', async () => {
      const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
      const warnings = () =>
        warn.mock.calls.filter(([message]) => String(message).includes('thinking: open'));
      try {
        const text = 'Let me think.\n</think>\n\nHello world.';
        await askOf('stream', textEvent('Write <think> and </think>.'));
        expect(warnings()).toEqual([]);
        for (const way of ALL_WAYS) expect(await askOf(way, ...letters(text))).toMatchObject({ text });
        expect(warnings()).toHaveLength(1);
        expect(String(warnings()[0]![0])).toMatch(/^The answers of 127\.0\.0\.1:\d+\/test-model have /);
      } finally {
        warn.mockRestore();
      }
    });
  });
});
