import { ApiParam } from '@nestjs/swagger';
import { Endpoint, streamOf } from '../../../common/api/endpoint.js';
import { EXAMPLE_UUID } from '../../../common/api/fields.js';
import { OptionalHeader } from '../asking.api.js';
import { WIRES } from '../wires.js';
import { FOLLOWED_WIRES } from './followed-wires.js';
import { StoppedTurnDto } from './turns.dto.js';

const FRAME = {
  title: 'TurnFrame',
  description: 'A frame of the API that got the question',
  anyOf: FOLLOWED_WIRES.flatMap(({ follow }) => follow.frames),
};

const ApiChatId = () =>
  ApiParam({
    name: 'chat_id',
    schema: { type: 'string', format: 'uuid', example: EXAMPLE_UUID },
    description: WIRES.map(({ document }) => document.turnId).join(', '),
  });

/** Documents `GET /api/chat/{chat_id}/stream`. */
export const ApiFollow = () =>
  Endpoint({
    summary: 'Read the stream of a turn again, or from where it broke off 续传',
    description: `The frames of the API that got the question (for a question on \`/v1\`, of the Conversation API), each with its
\`id:\`, after the frame of \`Last-Event-ID\`; without it, from the first frame. A running turn continues
live, on any replica. Nothing is generated again.`,
    answers: { 200: [streamOf(FRAME), "The frames of the turn's own API"] },
    problems: ['not_found'],
    takes: [
      ApiChatId(),
      OptionalHeader(
        'Last-Event-ID',
        `The \`id:\` of the last frame that you have, as it is; one of another turn: 404. The last frame comes again if you had
it; a reader that still asks after that gets 204 for a minute.`,
      ),
      ...FOLLOWED_WIRES.flatMap(({ follow }) => follow.headers ?? []),
    ],
  });

/** Documents `POST /api/chat/{chat_id}/stop`. */
export const ApiStop = () =>
  Endpoint({
    summary: 'Stop a turn 停止生成',
    description: `The model stops within a second, on any replica. The service keeps the text so far, and the readers of the turn
get its end with \`finish_reason\` \`cancelled\` (on \`/v1\`, which does not have \`cancelled\`, \`stop\`). A turn that has ended
already is left as it is.`,
    answers: { 200: [StoppedTurnDto, 'The state of the turn'] },
    problems: ['not_found'],
    takes: [ApiChatId()],
  });
