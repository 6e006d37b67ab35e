import type { ChatMessage } from '../../../llm/completion.js';
import { answeredRounds } from '../../domain/answered-rounds.js';
import type { TurnRequest } from '../../domain/turn-request.js';
import type { QaRequestDto } from './request.dto.js';
import { QA_TRAITS } from './traits.js';

/** Translates a body of the QA API into a request of the core. */
export function decodeQaRequest(body: QaRequestDto): TurnRequest {
  return {
    wire: QA_TRAITS,
    question: body.question,
    endUser: body.uid,
    history: { from: 'request', messages: answeredRounds((body.history ?? []).flatMap(decodePair)) },
    prompt: body.qa_prompt ? { kind: 'inline', text: body.qa_prompt } : { kind: 'template', name: 'qa' },
    promptPointer: '/qa_prompt',
    retrieval: 'always',
    temperature: body.temperature ?? undefined,
  };
}

function decodePair([question, answer]: [string, string]): ChatMessage[] {
  return [
    { role: 'user', content: question },
    { role: 'assistant', content: answer },
  ];
}
