import { type CompletedEvent, createChatClient } from '../../../clients/typescript/src/chat-client.js';
import { listEvents } from '../../support/callers/answer-events.js';
import { answerOf } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { delta, think } from '../../support/model/model-server.steps.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { UID } from '../../support/service/ways-to-ask.js';

/** Real: the complete service, its database, HTTP both ways, the package. Stand-in: a model that reasons. */
describe('The TypeScript client, of an answer with reasoning', () => {
  let model: ModelServer;
  let service: TestService;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel());
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  it.each([{ query: 'q' }, { question: 'q', uid: UID }])(
    'gives it to a caller that asks for it, and follows it: %j',
    async (question) => {
      const client = createChatClient({ baseUrl: service.url, key: service.key });
      model.next(answerOf(think('Hm.'), delta('Yes.')));
      const events = await listEvents(client.ask(question, { reasoning: true }));
      expect(events).toContainEqual({ type: 'reasoning', reasoning: 'Hm.' });
      const { answer } = events.at(-1) as CompletedEvent;
      expect(answer).toMatchObject({ text: 'Yes.', reasoning: 'Hm.' });
      expect(await client.follow(answer.chatId, { reasoning: true })).toEqual(answer);
      expect(await client.follow(answer.chatId)).toMatchObject({ text: 'Yes.', reasoning: '' });
      expect(await client.receipt(answer.chatId)).toMatchObject({ text: 'Yes.', reasoning: 'Hm.' });
    },
  );
});
