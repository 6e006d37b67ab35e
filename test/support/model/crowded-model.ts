import { setTimeout as pass } from 'node:timers/promises';
import { type Behaviour, gate, type Step } from './model-server.exchange.js';
import { delta, done, end, finish, head } from './model-server.steps.js';

/** What the model has in mind: the half that it says before the fault, and the rest. */
export const HALF = 'One half of it,';
export const REST = ' and then the other half of it.';

/** For how long a repetition has no token. */
const SILENT_MS = 40;
/** For how long it makes the answer after its first token. */
const SPEAKS_MS = 80;

/** A model server at which a number of first attempts fail at the same moment, and all repetitions are answered. */
export class CrowdedModel {
  /** Repetitions that had no token yet, at most at once, and requests that were under way then. */
  readonly worst = { silent: 0, underWay: 0 };
  repetitions = 0;
  private arrived = 0;
  private underWay = 0;
  private silent = 0;
  private readonly together = gate();

  /**
   * @param size how many first attempts fail: none before all have arrived
   * @param beforeTheFault what the server does with each of them until all have arrived
   * @param fault how it fails then
   */
  constructor(
    private readonly size: number,
    private readonly beforeTheFault: Step,
    private readonly fault: Step,
  ) {}

  readonly behaviour: Behaviour = async (exchange) => {
    this.underWay++;
    if (this.arrived < this.size) await this.fail(exchange);
    else await this.answer(exchange);
    this.underWay--;
  };

  private readonly fail: Step = async (exchange) => {
    this.arrived++;
    await this.beforeTheFault(exchange);
    if (this.arrived === this.size) this.together.open();
    await this.together.wait(exchange);
    await this.fault(exchange);
  };

  private readonly answer: Step = async (exchange) => {
    this.repetitions++;
    this.silent++;
    if (this.silent > this.worst.silent)
      Object.assign(this.worst, { silent: this.silent, underWay: this.underWay });
    await head()(exchange);
    await pass(SILENT_MS);
    // Before the token is sent: the service may send the next repetition as soon as it has it.
    this.silent--;
    const goesOn = exchange.request.body?.messages?.some(
      ({ role, content }) => role === 'assistant' && content === HALF,
    );
    for (const text of goesOn ? [REST] : [HALF, REST]) await delta(text)(exchange);
    await pass(SPEAKS_MS);
    for (const step of [finish(), done(), end()]) await step(exchange);
  };
}
