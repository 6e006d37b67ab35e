import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

interface Part {
  [name: string]: Part;
}

const run = promisify(execFile);
const REDOCLY = join('node_modules', '@redocly', 'cli', 'bin', 'cli.js');
const COMPARE = join('tools', 'openapi', 'compare.mjs');
const ENVIRONMENT = {
  PATH: process.env['PATH'],
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
};

const DOCUMENT = readFileSync('openapi.json', 'utf8');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openapi-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The present document, changed. */
function changed(change: (document: Part) => void): string {
  const document = JSON.parse(DOCUMENT) as Part;
  change(document);
  const file = join(folder, 'changed.json');
  writeFileSync(file, JSON.stringify(document));
  return file;
}

/** What a command of the check says; it throws when the command ends badly. */
async function check(...command: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, command, { env: ENVIRONMENT });
  return stdout + stderr;
}

const compare = (document: string) => check(COMPARE, 'openapi.json', document);

const schema = (document: Part, name: string) => document['components']!['schemas']![name]!;
const names = (list: Part | undefined) => list as unknown as string[];

function withoutField(document: Part, name: string, field: string): void {
  const { properties, required } = schema(document, name);
  delete properties![field];
  names(required).splice(names(required).indexOf(field), 1);
}

describe('npm run openapi:compare', () => {
  it.each<[string, RegExp, (document: Part) => void]>([
    ['a route is removed', /removed/, (document) => delete document['paths']!['/api/models']],
    [
      'a method is removed',
      /removed/,
      (document) => delete document['paths']!['/api/prompts/{name}']!['delete'],
    ],
    [
      'an answer loses a field',
      /properties\/usage/,
      (document) => withoutField(document, 'ChatAnswer', 'usage'),
    ],
    [
      'a frame loses a field',
      /properties\/usage/,
      (document) => withoutField(document, 'QaEndedFrame', 'usage'),
    ],
    [
      'a field of an answer is not sure to be there',
      /required/,
      (document) => names(schema(document, 'ChatAnswer')['required']).pop(),
    ],
    [
      'a body needs a new field',
      /required/,
      (document) => {
        schema(document, 'FeedbackRequest')['properties']!['mood'] = { type: 'string' } as unknown as Part;
        names(schema(document, 'FeedbackRequest')['required']).push('mood');
      },
    ],
    [
      'a body needs what was optional',
      /required/,
      (document) => names(schema(document, 'ChatRequest')['required']).push('user_id'),
    ],
    [
      'an enum of a body is narrowed',
      /enum/,
      (document) => names(schema(document, 'HistoryRole')['enum']).pop(),
    ],
    [
      'null is refused where it was taken',
      /type/,
      (document) =>
        Object.assign(schema(document, 'ChatRequest')['properties']!['user_id']!, { type: 'string' }),
    ],
    [
      'a limit is lowered',
      /maxLength/,
      (document) =>
        Object.assign(schema(document, 'QaRequest')['properties']!['question']!, { maxLength: 100 }),
    ],
    [
      'a method of clients gets another name',
      /operationId/,
      (document) => Object.assign(document['paths']!['/chat']!['post']!, { operationId: 'ask' }),
    ],
  ])('fails when %s', async (_, saying, change) => {
    const failed = await compare(changed(change)).catch((error: { stdout: string }) => error);
    expect(failed).toMatchObject({ code: 1 });
    expect((failed as { stdout: string }).stdout).toMatch(saying);
  });

  it.each<[string, (document: Part) => void]>([
    ['nothing has changed', () => undefined],
    [
      'there is a new route',
      (document) => {
        const route = structuredClone(document['paths']!['/api/models']!);
        document['paths']!['/api/new'] = route;
        Object.assign(route['get']!, { operationId: 'listNew' });
      },
    ],
    [
      'an answer has a new field',
      (document) =>
        Object.assign(schema(document, 'ChatAnswer')['properties']!, { mood: { type: 'string' } }),
    ],
    [
      'a text is rewritten',
      (document) => {
        const [key] = document['paths']!['/chat']!['post']!['parameters'] as unknown as Part[];
        Object.assign(key!, { description: 'Something else altogether, and in quite other words.' });
      },
    ],
    [
      'there is a new error code',
      (document) => names(schema(document, 'ErrorCode')['enum']).push('new_code'),
    ],
  ])('passes when %s', async (_, change) => {
    expect(await compare(changed(change))).toContain('Diff passed');
  });
});

describe('npm run openapi:lint', () => {
  it.each<[string, string, (document: Part) => void]>([
    [
      'an example does not fit its schema',
      'no-invalid-schema-examples',
      (document) =>
        Object.assign(schema(document, 'Usage')['properties']!['input_tokens']!, { example: 'ten' }),
    ],
    [
      'an example of a body does not fit',
      'no-invalid-media-type-examples',
      (document) => {
        const body = document['paths']!['/chat']!['post']!['requestBody']!['content']!['application/json']!;
        Object.assign(body['examples']!['english']!['value']!, { query: 5 });
      },
    ],
    [
      'a schema is used by nothing',
      'no-unused-components',
      (document) => {
        document['components']!['schemas']!['Unused'] = { type: 'string' } as unknown as Part;
      },
    ],
    [
      'an operation has no id',
      'operation-operationId',
      (document) => delete document['paths']!['/chat']!['post']!['operationId'],
    ],
    [
      'an operation has no description',
      'operation-description',
      (document) => delete document['paths']!['/api/ping']!['get']!['description'],
    ],
    ['there is no contact', 'info-contact', (document) => delete document['info']!['contact']],
    ['there is no server', 'no-empty-servers', (document) => delete document['servers']],
  ])('fails when %s', async (_, rule, change) => {
    const failed = await check(REDOCLY, 'lint', changed(change), '--config', 'redocly.yaml').catch(
      (error: object) => error,
    );
    expect(failed).toMatchObject({ code: 1 });
    const { stdout, stderr } = failed as { stdout: string; stderr: string };
    expect(stdout + stderr).toContain(rule);
  });
});
