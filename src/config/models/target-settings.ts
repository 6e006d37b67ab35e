import { z } from 'zod';
import type { TargetSettings } from '../app-config.js';
import type { SecretPlace, SecretReader } from './secret-places.js';

/** Set by the HTTP connection and by the form of the body: another value would break the request. */
const FIXED_HEADERS: ReadonlySet<string> = new Set(
  (
    'accept accept-encoding connection content-encoding content-length content-type expect host keep-alive ' +
    'proxy-authorization proxy-connection te trailer transfer-encoding upgrade'
  ).split(' '),
);

/** Members of a request that no setting may change: they are the question, and how its answer is read. */
const FIXED_MEMBERS: readonly string[] = ['messages', 'model', 'stream'];

const MAX_EXTRA_BODY_CHARS = 32_000;

const NOT_SENT = 'drop';

const headerName = z
  .string()
  .max(100)
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be the name of a header')
  .refine((name) => !FIXED_HEADERS.has(name.toLowerCase()), 'is a header that the service sets itself');

const VALUE_OF_HEADER =
  'values stay out of this file: {env: NAME} names the variable that holds it, {file: PATH} the file';

const secretPlace: z.ZodType<SecretPlace> = z
  .strictObject({ env: z.string().min(1).optional(), file: z.string().min(1).optional() }, VALUE_OF_HEADER)
  .refine(({ env, file }) => (env === undefined) !== (file === undefined), VALUE_OF_HEADER);

const extraBody = z.record(z.string().min(1), z.unknown()).superRefine((body, context) => {
  for (const name of FIXED_MEMBERS.filter((fixed) => Object.hasOwn(body, fixed)))
    context.addIssue({ code: 'custom', path: [name], message: 'cannot be set: the service sets it itself' });
  if (JSON.stringify(body).length > MAX_EXTRA_BODY_CHARS)
    context.addIssue({
      code: 'custom',
      message: `is longer than ${MAX_EXTRA_BODY_CHARS} characters as JSON`,
    });
});

const parameterName = z
  .string()
  .regex(/^\w{1,64}$/, 'must be the name of a parameter, or drop')
  .refine((name) => ![...FIXED_MEMBERS, 'stream_options'].includes(name), 'is no parameter of an answer');

const milliseconds = z.int().min(1).max(86_400_000);

/** The members of a model, and of each of its targets, that say how its server is asked. */
export const targetSettings = {
  headers: z.record(headerName, secretPlace).optional(),
  api_key_header: headerName.optional(),
  extra_body: extraBody.optional(),
  parameters: z
    .record(
      parameterName.refine((name) => name !== 'max_completion_tokens', 'is called max_tokens here'),
      parameterName,
    )
    .optional(),
  system_role: z.enum(['system', 'developer', 'user'], 'must be system, developer or user').optional(),
  stream: z.boolean().optional(),
  stream_options: z.boolean().optional(),
  connect_timeout_ms: milliseconds.optional(),
  first_token_timeout_ms: milliseconds.optional(),
  idle_timeout_ms: milliseconds.optional(),
};

type FileSettings = z.infer<z.ZodObject<typeof targetSettings>>;

/** What of the settings one target of a model has: what it does not say is as its model says. */
export function mergeSettings(model: FileSettings, target: FileSettings): FileSettings {
  const said = Object.fromEntries(Object.entries(target).filter(([, value]) => value !== undefined));
  return {
    ...model,
    ...said,
    headers: merge(model.headers, target.headers),
    extra_body: merge(model.extra_body, target.extra_body),
    parameters: merge(model.parameters, target.parameters),
  };
}

function merge<T>(
  model: Record<string, T> | undefined,
  target: Record<string, T> | undefined,
): Record<string, T> | undefined {
  return model || target ? { ...model, ...target } : undefined;
}

/** The settings, without those that are not given. @param path of the target, for the fault of a header */
export function toTargetSettings(file: FileSettings, path: string, read: SecretReader): TargetSettings {
  const settings: TargetSettings = {
    headers: file.headers && readHeaders(file.headers, `${path}.headers`, read),
    apiKeyHeader: file.api_key_header?.toLowerCase(),
    extraBody: file.extra_body,
    parameters: file.parameters && toSentNames(file.parameters),
    systemRole: file.system_role,
    stream: file.stream,
    streamOptions: file.stream_options,
    connectTimeoutMs: file.connect_timeout_ms,
    firstTokenTimeoutMs: file.first_token_timeout_ms,
    idleTimeoutMs: file.idle_timeout_ms,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function readHeaders(
  headers: Readonly<Record<string, SecretPlace>>,
  path: string,
  read: SecretReader,
): Record<string, string> {
  const values = Object.entries(headers).map(([name, place]) => {
    const value = read({ place, path: `${path}.${name}`, findFault: findHeaderFault });
    return [name.toLowerCase(), value ?? ''] as const;
  });
  return Object.fromEntries(values);
}

/** What is wrong with a header's value, or null; to be read after "the variable that". */
function findHeaderFault(value: string | undefined): string | null {
  if (value === undefined || value === '') return 'is not set';
  return /^[\x20-\x7e]+$/.test(value) ? null : 'holds characters that a header cannot have';
}

function toSentNames(parameters: Readonly<Record<string, string>>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, sent]) => [name, sent === NOT_SENT ? null : sent]),
  );
}
