import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import { toOpenApi30 } from '../../src/app/openapi/openapi-3.0.js';
import { CHECKS, type Evidence, NO_MODEL, type Observation, sendsNull, takesNewCodes } from './checks.js';
import { run } from './command.js';
import type { Generator, Workshop } from './generator.js';
import type { LiveService } from './live-service.js';
import { TURN_OF_TOMORROW } from './recorder.js';

/** What became of one generator. */
export interface Trial {
  readonly generator: string;
  readonly version: string;
  readonly language: string;
  readonly stream: Generator['stream'];
  /** Why it was not tried; absent: it was. */
  readonly skipped?: string;
  /** Whether the client could be made and compiled; else what was said. */
  readonly compiles?: true | string;
  /** By the titles of the checks: true, or what was wrong. */
  readonly checks?: Readonly<Record<string, true | string>>;
  /** Whether it sends null for a field that is null, or leaves the field out. */
  readonly sendsNull?: boolean;
  /** Whether an error with a code that is newer than the client can be read. */
  readonly takesNewCodes?: boolean;
}

export interface TrialOptions {
  readonly services: readonly LiveService[];
  /** Leaves the clients where they were made. */
  readonly isKept: boolean;
  readonly say: (text: string) => void;
}

/** Makes a client with `generator`, compiles it, and has it talk to every service. */
export async function tryOut(generator: Generator, options: TrialOptions): Promise<Trial> {
  const { name, version, language, stream } = generator;
  const trial = { generator: name, version, language, stream };
  const missing = await generator.missing();
  if (missing !== null) return { ...trial, skipped: missing };
  const workshop = await openWorkshop(name);
  try {
    await generator.generate(workshop);
    await generator.compile(workshop);
    return { ...trial, compiles: true, ...(await useClient(generator, workshop, options)) };
  } catch (error) {
    return { ...trial, compiles: (error as Error).message };
  } finally {
    if (options.isKept) options.say(`${name} is in ${workshop.folder}`);
    else await rm(workshop.folder, { recursive: true });
  }
}

async function openWorkshop(name: string): Promise<Workshop> {
  const root = await mkdtemp(join(tmpdir(), 'llm-chat-client-'));
  const folder = join(root, name.replace(/[^\w-]+/g, '-'));
  await mkdir(folder);
  const document = join(folder, 'openapi.json');
  await copyFile(resolve('openapi.json'), document);
  const olderDocument = join(folder, 'openapi-3.0.json');
  const older = toOpenApi30(JSON.parse(await readFile(document, 'utf8')) as OpenAPIObject);
  await writeFile(olderDocument, JSON.stringify(older));
  return { folder, document, olderDocument };
}

async function useClient(
  generator: Generator,
  workshop: Workshop,
  { services }: TrialOptions,
): Promise<Pick<Trial, 'checks' | 'sendsNull' | 'takesNewCodes'>> {
  const runs: Evidence[] = [];
  for (const service of services) runs.push(await talk(generator, workshop, service));
  const checks = CHECKS.map(({ title, fault }) => {
    const faults = runs.flatMap((evidence) => {
      const found = fault(evidence);
      return found === null ? [] : [`with ${evidence.service.name}: ${found}`];
    });
    return [title, faults.length === 0 || faults.join('; ')] as const;
  });
  return {
    checks: Object.fromEntries(checks),
    sendsNull: runs.every(sendsNull),
    takesNewCodes: runs.every(takesNewCodes),
  };
}

/** Runs the program against one service. */
async function talk(generator: Generator, workshop: Workshop, service: LiveService): Promise<Evidence> {
  const user = `user-${crypto.randomUUID()}`;
  const observed = new Map<string, Observation>();
  let isLive = false;
  const hear = (line: string) => {
    const { step, ...observation } = JSON.parse(line) as Observation & { step: string };
    if (step === 'first_words') isLive = service.firstWordsAreRead();
    else observed.set(step, observation);
  };
  const { recorder, key, question, slowQuestion } = service;
  const env = {
    CLIENT_URL: recorder.url,
    CLIENT_KEY: key,
    CLIENT_USER: user,
    CLIENT_UID: crypto.randomUUID(),
    CLIENT_QUESTION: question,
    CLIENT_SLOW_QUESTION: slowQuestion,
    CLIENT_NO_MODEL: NO_MODEL,
    CLIENT_NEW_TURN: TURN_OF_TOMORROW,
  };
  const program = generator.program(workshop);
  const crash = await run({ ...program, env: { ...program.env, ...env } }, hear).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { observed, isLive, recorded: recorder.requests, service, user, generator, crash };
}
