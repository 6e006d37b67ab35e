import { Injectable } from '@nestjs/common';
import { TranscriptBuilder } from '../../chat/reading/transcript-builder.js';
import { DatabaseShares } from '../../database/database-shares.js';
import type { FeedbackFilter } from '../feedback-filter.js';
import { type PassedFeedback, RatedTurnRepository, type Step } from '../rated-turn.repository.js';
import {
  type EvalCase,
  type GoodAnswers,
  isCorrected,
  mayBeExpected,
  type PreferenceRow,
  type RatedTranscript,
  type SftRow,
  toEvalCase,
  toPreferenceRow,
  toSftRow,
  type TrainingOptions,
} from './export-rows.js';

/** Feedback that is passed in one statement. */
const STEP = 200;

/** Turns that are read, and held, at once: a single one may have a million characters. */
const TURNS_AT_ONCE = 10;

/** Before every turn and feedback there is. */
const BEGINNING = {
  turnId: '00000000-0000-0000-0000-000000000000',
  id: '00000000-0000-0000-0000-000000000000',
};

/** How rows are made. */
interface Rows<Row> {
  /** Whether a turn may have one: else it is not read. */
  readonly mayHave: (feedback: PassedFeedback) => boolean;
  readonly toRow: (rated: RatedTranscript) => Row | null;
}

/** What is exported. */
export interface ExportRequest {
  readonly clientId: string;
  readonly filter: FeedbackFilter;
  /** How many rounds of its conversation before it come with each turn, at most. */
  readonly historyRounds: number;
}

/**
 * What feedback has made of turns: at most one row for each turn, in the order in which they were asked. Read a
 * step at a time, each by statements of its own, so that neither memory nor a transaction is held for an export,
 * however long its reader takes. Feedback that is first sent after the beginning is left out; what is
 * replaced or withdrawn meanwhile is as it is found when its turn comes.
 */
@Injectable()
export class ExportService {
  constructor(
    private readonly rated: RatedTurnRepository,
    private readonly transcripts: TranscriptBuilder,
    private readonly shares: DatabaseShares,
  ) {}

  /** Good and corrected answers, for supervised fine-tuning. */
  sft(request: ExportRequest, options: TrainingOptions & GoodAnswers): AsyncGenerator<SftRow> {
    const mayHave = (feedback: PassedFeedback) => mayBeExpected(feedback, options);
    return this.rows(request, { mayHave, toRow: (rated) => toSftRow(rated, options) });
  }

  /** Better answers beside those that were given, for direct preference optimization. */
  dpo(request: ExportRequest, options: TrainingOptions): AsyncGenerator<PreferenceRow> {
    return this.rows(request, { mayHave: isCorrected, toRow: (rated) => toPreferenceRow(rated, options) });
  }

  /** Questions with the answers that are expected, for an evaluation. */
  eval(request: ExportRequest, options: GoodAnswers): AsyncGenerator<EvalCase> {
    const mayHave = (feedback: PassedFeedback) => mayBeExpected(feedback, options);
    return this.rows(request, { mayHave, toRow: (rated) => toEvalCase(rated, options) });
  }

  private async *rows<Row>(request: ExportRequest, { mayHave, toRow }: Rows<Row>): AsyncGenerator<Row> {
    for await (const step of this.steps(request)) {
      const feedback = step.filter(mayHave);
      for (let start = 0; start < feedback.length; start += TURNS_AT_ONCE) {
        const read = await this.readTranscripts(request, feedback.slice(start, start + TURNS_AT_ONCE));
        for (const rated of read) {
          const row = toRow(rated);
          if (row !== null) yield row;
        }
      }
    }
  }

  private async *steps({ clientId, filter }: ExportRequest): AsyncGenerator<PassedFeedback[]> {
    const createdUntil = await this.shares.run(clientId, () => this.rated.readClock());
    let after: Step['after'] = BEGINNING;
    let lastTurnId = '';
    for (;;) {
      const step = { after, createdUntil, limit: STEP };
      const passed = await this.shares.runAccepted(clientId, () => this.rated.walk(clientId, filter, step));
      // Of one turn another feedback may count by now than did when the step before ended in its middle.
      const counting = passed.filter(({ counts, turnId }) => counts && turnId !== lastTurnId);
      yield counting;
      const last = passed.at(-1);
      if (!last || passed.length < STEP) return;
      after = last;
      lastTurnId = counting.at(-1)?.turnId ?? lastTurnId;
    }
  }

  private async readTranscripts(
    { clientId, historyRounds }: ExportRequest,
    feedback: readonly PassedFeedback[],
  ): Promise<RatedTranscript[]> {
    const byTurn = new Map(feedback.map((one) => [one.turnId, one]));
    const turns = await this.shares.runAccepted(clientId, () =>
      this.transcripts.read(clientId, [...byTurn.keys()], historyRounds),
    );
    // A feedback that was deleted between the two is in neither.
    return turns.map((turn) => ({ turn, feedback: byTurn.get(turn.id)! }));
  }
}
