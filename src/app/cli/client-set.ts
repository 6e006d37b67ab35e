import { parseArgs } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { ClientService } from '../../auth/client.service.js';
import type { ClientSettings, ClientSettingsChange } from '../../auth/client-settings.js';
import { UsageError } from './usage-error.js';

type Name = keyof ClientSettings;
type Value = string | number | boolean;

/** One option of `client:set`. */
interface Option {
  readonly setting: Name;
  /** What it takes, for messages. */
  readonly takes: string;
  /** The value that was typed; undefined: it is none. */
  readonly read: (typed: string) => Value | undefined;
}

const DEFAULT = 'default';

const OPTIONS: Readonly<Record<string, Option>> = {
  break: oneOf('breakEnabled', { on: true, off: false }),
  'break-min-chars': wholeNumber('breakMinChars', { min: 1, max: 100_000 }),
  'break-after-ms': wholeNumber('breakAfterMs', { min: 1, max: 3_600_000 }),
  'break-max-bytes': wholeNumber('breakMaxBytes', { min: 64, max: 10_000_000 }),
  'break-first-ms': wholeNumber('breakFirstMs', { min: 0, max: 3_600_000 }),
  'whole-answer': oneOf('wholeAnswer', { json: 'json', sse: 'sse' }),
};

/** What a channel needs. WeChat takes 2,048 bytes a message, and its readers wait for the first one. */
const CHANNELS: ReadonlyMap<string, ClientSettingsChange> = new Map([
  ['wechat', { breakEnabled: true, breakMaxBytes: 2_048, breakFirstMs: 4_000 }],
  ['web', { breakEnabled: false }],
]);

/** What `client:set` takes. */
export const CLIENT_SET_USAGE = `Usage: npm run client:set -- NAME [OPTION VALUE]...
Changes what is set for a client, and shows all that is set. Without an option it only shows it.
  --channel wechat|web    wechat: BREAK, messages of at most 2048 bytes, the first one after 4 s; web: no BREAK
  --break on|off          whether answers of the QA API are cut into messages by BREAK
  --break-min-chars N     the smallest message, where there is no limit in bytes (default: BREAK_MIN_CHARS)
  --break-after-ms N      how long a message may be open, where there is no limit in bytes (default: BREAK_AFTER_MS)
  --break-max-bytes N     the longest message in bytes of UTF-8: 64 or more (default: any; 0 is the default, too)
  --break-first-ms N      end the first message with its sentence after so many ms (default: 0, never)
  --whole-answer json|sse how the Conversation API sends an answer that is not streamed (default: json)
The value "default" takes a setting back to its default. An option wins over --channel.
`;

/**
 * Reads the arguments of `client:set`.
 * @throws UsageError that names the option
 */
export function readClientSet(args: readonly string[]): (app: INestApplicationContext) => Promise<string> {
  const { name, typed } = parse(args);
  const change: ClientSettingsChange = {
    ...readChannel(typed['channel']),
    ...Object.fromEntries(
      Object.entries(OPTIONS)
        .filter(([option]) => typed[option] !== undefined)
        .map(([option, { setting }]) => [setting, readOption(option, typed[option] ?? '')]),
    ),
  };
  return async (app) => {
    const settings = await app.get(ClientService).changeSettings(name, change);
    if (!settings) throw new UsageError('There is no client of that name.');
    return show(name, settings);
  };
}

function parse(args: readonly string[]): {
  name: string;
  typed: Readonly<Record<string, string | undefined>>;
} {
  const options = Object.fromEntries(
    ['channel', ...Object.keys(OPTIONS)].map((option) => [option, { type: 'string' as const }]),
  );
  let parsed: { values: Record<string, string | undefined>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${CLIENT_SET_USAGE}`);
  }
  const [name, ...others] = parsed.positionals;
  if (name === undefined || others.length > 0) throw new UsageError(CLIENT_SET_USAGE);
  return { name, typed: parsed.values };
}

function readChannel(typed: string | undefined): ClientSettingsChange {
  if (typed === undefined) return {};
  const channel = CHANNELS.get(typed);
  if (!channel) throw new UsageError(`--channel takes ${[...CHANNELS.keys()].join(' or ')}`);
  return channel;
}

function readOption(name: string, typed: string): Value | null {
  const option = OPTIONS[name];
  if (typed === DEFAULT || (name === 'break-max-bytes' && typed === '0')) return null;
  const value = option?.read(typed);
  if (value === undefined) throw new UsageError(`--${name} takes ${option?.takes ?? ''}, or ${DEFAULT}`);
  return value;
}

function show(name: string, settings: ClientSettings): string {
  const lines = Object.entries(OPTIONS).map(
    ([option, { setting }]) => `  --${option.padEnd(16)} ${write(settings[setting])}`,
  );
  return [`Settings of client ${name}:`, ...lines].join('\n');
}

function write(value: Value | undefined): string {
  if (value === undefined) return DEFAULT;
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value);
}

function wholeNumber(setting: Name, { min, max }: { min: number; max: number }): Option {
  const read = (typed: string) => {
    const value = /^\d{1,9}$/.test(typed) ? Number(typed) : NaN;
    return value >= min && value <= max ? value : undefined;
  };
  return { setting, takes: `a whole number from ${min} to ${max}`, read };
}

function oneOf(setting: Name, values: Readonly<Record<string, Value>>): Option {
  const read = (typed: string) => (Object.hasOwn(values, typed) ? values[typed] : undefined);
  return { setting, takes: Object.keys(values).join(' or '), read };
}
