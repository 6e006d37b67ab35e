import { Subject, type Subscription, takeUntil } from 'rxjs';
import { RunningTurn } from '../../src/chat/answering/running-turn.js';
import { TurnAnswerer } from '../../src/chat/answering/turn-answerer.js';
import type { GenerationPlan } from '../../src/chat/answering/generation-plan.js';
import { TurnGenerator } from '../../src/chat/answering/turn-generator.js';
import { PromptComposer } from '../../src/chat/prompting/prompt-composer.js';
import type { TurnLeaseRepository } from '../../src/chat/turn/turn-lease.repository.js';
import type { TurnHistory } from '../../src/chat/prompting/turn-history.js';
import { EventLog } from '../../src/chat/turn/event-log.js';
import type { EventLogRepository } from '../../src/chat/turn/event-log.repository.js';
import { StoredEvents } from '../../src/chat/turn/stored-events.js';
import { TurnEventSource } from '../../src/chat/reading/turn-event-source.js';
import { TurnStreams } from '../../src/chat/reading/turn-streams.js';
import { TurnRecorder } from '../../src/chat/answering/turn-recorder.js';
import { RepeatedEnds } from '../../src/chat/reading/repeated-ends.js';
import type { TurnRegistry } from '../../src/chat/answering/turn-registry.js';
import type { TurnRepository } from '../../src/chat/turn/turn.repository.js';
import type { TurnText } from '../../src/chat/domain/turn-fold.js';
import { AppError } from '../../src/common/errors/app-error.js';
import type { AppConfig } from '../../src/config/app-config.js';
import { DatabaseShares } from '../../src/database/database-shares.js';
import type { Retriever } from '../../src/knowledge/retriever.js';
import type { ExtractiveModel } from '../../src/llm/builtin/extractive-model.js';
import { LlmService } from '../../src/llm/llm.service.js';
import { ChatModel } from '../../src/llm/chat-model.js';
import type { OpenAiClient } from '../../src/llm/openai/openai-client.js';
import { SYSTEM_TIMING } from '../../src/llm/retry/timing.js';
import { passTimeUntil } from '../support/time/virtual-time.js';
import { OPENAI_TRAITS } from '../../src/chat/wire/openai/traits.js';
import { Caller } from './caller.js';
import { MemoryStore } from './memory-store.js';
import type { Blow, Schedule } from './schedule.js';
import { ScriptedModel } from './scripted-model.js';

const TURN = { id: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11', clientId: 'client' };
const LEASE_MS = 1_000;

/** A turn of the real service, but for the HTTP client of its model and the tables of its database. */
export class Play {
  readonly store: MemoryStore;
  readonly model: ScriptedModel;
  readonly turn: RunningTurn;
  readonly callers: readonly Caller[];
  /** Reads from the first event on, and never leaves. */
  readonly watcher?: Caller;
  private readonly death$ = new Subject<void>();
  private isDead = false;
  private hasEnded = false;
  private readonly connections = new Set<Subscription>();

  constructor(private readonly schedule: Schedule) {
    const { wire, database, fates, callers, isWatched } = schedule;
    this.store = new MemoryStore({ ...TURN, variant: wire.name }, database);
    this.model = new ScriptedModel(fates, schedule.continuation.mode === 'instruct');
    this.turn = this.prepare();
    this.callers = callers.map(() => new Caller());
    if (isWatched) this.watcher = new Caller();
  }

  /** To the end of the turn, and of everything that goes on about it. */
  async toTheEnd(): Promise<void> {
    const { callers, blow } = this.schedule;
    void this.turn.ended.then(() => (this.hasEnded = true));
    this.turn.start();
    if (this.watcher) await this.connect(this.watcher, false);
    let underWay = callers.length;
    callers.forEach((visits, index) => {
      void this.visit(this.callers[index]!, visits).finally(() => underWay--);
    });
    if (blow) setTimeout(() => this.strike(blow), blow.atMs);
    const isOver = () => this.store.row.status !== 'running' && (this.hasEnded || this.isDead);
    await passTimeUntil(() => isOver() && underWay === 0);
    for (const caller of this.allCallers()) if (!caller.isDone) await this.connect(caller, true);
    await passTimeUntil(() => this.allCallers().every(({ isDone }) => isDone));
  }

  allCallers(): Caller[] {
    return this.watcher ? [this.watcher, ...this.callers] : [...this.callers];
  }

  private prepare(): RunningTurn {
    const { store } = this;
    const { config, plan } = configure(this.schedule);
    const turns = { close: this.whileAlive(store.close), findOfClient: this.whileAlive(store.findOfClient) };
    const leases = {
      isReadElsewhere: store.isReadElsewhere,
      noteReaders: this.whileAlive(store.noteReaders),
    };
    const logs = { append: this.whileAlive(store.append), listAfter: this.whileAlive(store.listAfter) };
    const log = new EventLog(logs as unknown as EventLogRepository);
    const timing = { ...SYSTEM_TIMING, random: () => 0.5 };
    const models = new ChatModel(config, this.model as unknown as OpenAiClient, timing);
    const llm = new LlmService(config, models, {} as ExtractiveModel);
    const retriever = { search: () => Promise.resolve([]) } as unknown as Retriever;
    const shares = new DatabaseShares(config);
    const composer = new PromptComposer({} as TurnHistory, retriever, shares);
    const generator = new TurnGenerator(config, composer, llm);
    const mortal = {
      generate: (asked: GenerationPlan, told: () => TurnText) =>
        generator.generate(asked, told).pipe(takeUntil(this.death$)),
    };
    return new TurnAnswerer(
      config,
      mortal as unknown as TurnGenerator,
      log,
      new TurnRecorder(
        turns as unknown as TurnRepository,
        new StoredEvents(logs as unknown as EventLogRepository, [this.schedule.wire]),
      ),
      leases as unknown as TurnLeaseRepository,
    ).prepare(TURN.id, plan);
  }

  /** A statement that the owner sends; a statement that was sent before its death is carried out. */
  private whileAlive<A extends unknown[], R>(
    statement: (...args: A) => Promise<R>,
  ): (...args: A) => Promise<R> {
    return (...args) => (this.isDead ? new Promise(() => undefined) : statement(...args));
  }

  private async visit(caller: Caller, visits: Schedule['callers'][number]): Promise<void> {
    for (const { afterMs, staysMs, isRemote } of visits) {
      await pause(afterMs);
      if (caller.isDone) return;
      const connection = await this.connect(caller, isRemote);
      await pause(staysMs);
      connection.unsubscribe();
    }
  }

  private async connect(caller: Caller, isRemote: boolean): Promise<Subscription> {
    const isHere = !isRemote && !this.hasEnded && !this.isDead;
    const find = () => (isHere ? this.turn : undefined);
    const registry = { find, repeatedEnds: new RepeatedEnds() } as unknown as TurnRegistry;
    const store = this.store as unknown;
    const shares = new DatabaseShares(configure(this.schedule).config);
    const source = new TurnEventSource(
      store as TurnRepository,
      new StoredEvents(store as EventLogRepository, [this.schedule.wire]),
      store as TurnLeaseRepository,
      registry,
      shares,
    );
    const streams = new TurnStreams(store as TurnRepository, source, registry, shares);
    const { row } = this.store;
    const { events$ } = await streams.play(row, caller.seq);
    caller.begin(row.layout.length);
    const connection = events$.subscribe((event) => caller.take(event));
    if (!isHere) return connection;
    // A connection to the owner goes with it.
    this.connections.add(connection);
    if (this.isDead) connection.unsubscribe();
    return connection;
  }

  private strike({ kind }: Blow): void {
    switch (kind) {
      case 'stop':
        this.turn.cancel();
        return;
      case 'shutdown':
        this.turn.fail(new AppError('shutting_down', 'The service was shut down.'));
        return;
      case 'crash':
        this.isDead = true;
        for (const connection of this.connections) connection.unsubscribe();
        this.death$.next();
        setTimeout(() => this.store.sweep(), LEASE_MS);
        return;
      case 'lease lost':
        // Another replica takes the owner for dead; at its next renewal the owner hears of it.
        this.store.sweep();
        setTimeout(
          () => this.turn.fail(new AppError('turn_interrupted', 'Another process ended the turn.')),
          LEASE_MS / 3,
        );
    }
  }
}

function configure(schedule: Schedule): { config: AppConfig; plan: GenerationPlan } {
  const { wire, maxRetries, totalTimeoutMs, continuation, breakMaxBytes, breakFirstMs } = schedule;
  const { breakMinChars, breakAfterMs, disconnectGraceMs, recoveryWaitMs } = schedule;
  const target = { baseUrl: 'http://model/v1', model: 'm' };
  const model = { name: 'm', targets: [target], contextTokens: 8_192, continuation, defaults: {} };
  const config = {
    llm: {
      models: [model],
      maxRetries,
      totalTimeoutMs,
      maxInFlight: 10,
      recoveryWaitMs,
      firstRecoveryWaitMs: recoveryWaitMs,
    },
    turn: { breakMinChars, breakAfterMs, disconnectGraceMs },
    database: { kind: 'postgres', poolSize: 10, connectTimeoutMs: 5_000 },
    clientSharePercent: 100,
  } as unknown as AppConfig;
  const plan: GenerationPlan = {
    client: { id: TURN.clientId, name: 'client', breakMaxBytes, breakFirstMs },
    request: {
      wire,
      question: 'q',
      history: { from: 'request', messages: [] },
      prompt: { kind: 'template', name: 'default' },
      retrieval: 'when-used',
      ...(schedule.offersTools &&
        wire === OPENAI_TRAITS && { parameters: { tools: [{ type: 'function' }] } }),
    },
    instructions: { kind: 'template', text: 'Answer.' },
    model: { name: 'm', contextTokens: 8_192, builtin: false },
    retrieves: wire.canVoid,
    conversationId: null,
    admission: { place: null, release: () => undefined },
    mayBeReadAgain: true,
  };
  return { config, plan };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
