import type { ChatMessage } from '../../../llm/completion.js';
import type { TurnRequest } from '../../domain/turn-request.js';
import type { QaRequestDto } from './request.dto.js';
import { QA_TRAITS } from './traits.js';

/** What variant B means, in the core's words. */
export function decodeQaRequest(body: QaRequestDto): TurnRequest {
  return {
    wire: QA_TRAITS,
    question: body.question,
    endUser: body.uid,
    history: { from: 'request', messages: (body.history ?? []).flatMap(decodePair) },
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
