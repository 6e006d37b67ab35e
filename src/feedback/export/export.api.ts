import type { Type } from '@nestjs/common';
import { getSchemaPath } from '@nestjs/swagger';
import { Endpoint } from '../../common/api/endpoint.js';
import { JSON_LINES, toJsonLine } from '../../common/http/json-lines.js';
import { DpoRowDto, DpoTrlRowDto, EvalCaseDto, SftRowDto, SftTrlRowDto } from './export-rows.dto.js';

type Export = Readonly<{ summary: string; about: string; rows: readonly Type[]; example?: object }>;

const QUESTION = { role: 'user', content: '退货期限是多久？' };
const BETTER = { role: 'assistant', content: '退货期限是 30 天。' };
const GIVEN = { role: 'assistant', content: '退货期限是 7 天。' };

const LINES = `One JSON object a line (JSON Lines, also called NDJSON), in the order of the questions: at most one for each
question. When an answer has several feedbacks, one counts: first a feedback with a better answer, then one with stars, then
the last. The filters apply to the feedback that counts. The same request gives the same bytes as long as nothing changes.
When a response is cut off before its last chunk, the export failed. No row names an end user; questions and answers are as
people wrote them. A client can have two exports at once; a third one is 429: read the others to their end first.`;

/** Documents `GET /api/exports/sft`. */
export const ApiExportSft = () =>
  ApiExport({
    summary: 'Export good and corrected answers for supervised fine-tuning 导出微调数据',
    about: `The answers with \`good_stars\` or more, or the \`better_answer\` in place of an answer, each after what it
answers. Answers that broke off, were stopped or failed are left out unless they were corrected.`,
    rows: [SftRowDto, SftTrlRowDto],
    example: { messages: [QUESTION, BETTER] },
  });

/** Documents `GET /api/exports/dpo`. */
export const ApiExportDpo = () =>
  ApiExport({
    summary: 'Export pairs of answers for preference optimization 导出偏好数据',
    about: `The \`better_answer\` as the preferred answer, and the given answer as the other, for each answer that has both and was
given to its end.`,
    rows: [DpoRowDto, DpoTrlRowDto],
    example: { input: { messages: [QUESTION] }, preferred_output: [BETTER], non_preferred_output: [GIVEN] },
  });

/** Documents `GET /api/exports/eval`. */
export const ApiExportEval = () =>
  ApiExport({
    summary: 'Export cases for an evaluation 导出评测数据',
    about: `Questions whose right answer is known, from a \`better_answer\` or from \`good_stars\`: with that answer, the given
answer, its chunks, model and prompt, and its feedback.`,
    rows: [EvalCaseDto],
  });

/**
 * A body of lines. To generated clients it is a file: were it described as its rows, they would parse all of it as
 * one JSON document, or know no way to read it at all.
 */
function ApiExport({ summary, about, rows, example }: Export): MethodDecorator {
  const refs = rows.map((row) => ({ $ref: getSchemaPath(row) }));
  const schema = {
    type: 'string',
    format: 'binary',
    description: 'Each line is of the content schema',
    contentMediaType: JSON_LINES,
    contentSchema: refs.length === 1 ? refs[0] : { oneOf: refs },
  };
  const content = { [JSON_LINES]: { schema, ...(example && { example: toJsonLine(example) }) } };
  return Endpoint({
    summary,
    description: `${about}\n\n${LINES}`,
    answers: { 200: [content, 'The rows, a line each; empty when there are none'] },
    problems: ['too_many_requests', 'service_overloaded'],
    models: rows,
  });
}
