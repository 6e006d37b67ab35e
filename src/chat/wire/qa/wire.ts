import type { Wire } from '../wire.js';
import { ApiBase64Header, ApiThinkHeader, QA_FRAME } from './api.js';
import { QaController } from './controller.js';
import { QaPresenter } from './presenter.js';
import { QA_TRAITS } from './traits.js';

/** The QA API: questions to the documents. */
export const QA: Wire = {
  traits: QA_TRAITS,
  controllers: [QaController],
  providers: [QaPresenter],
  streams: ['api/chat'],
  numberIdPaths: /^\/api\/chat\/?$/i,
  follow: { presenter: QaPresenter, frames: QA_FRAME.anyOf, headers: [ApiBase64Header(), ApiThinkHeader()] },
  document: {
    tag: { name: 'qa', description: 'QA API: ask the documents; the answer names its sources (聊天功能)' },
    introduction:
      '**QA API** (variant B): `POST /api/chat`, server-sent events with the sources of the answer.',
    turnId: '`chat_id` of the QA API',
  },
};
