/** Which feedback is wanted; what is absent narrows nothing. */
export interface FeedbackFilter {
  /** 1..5, inclusive. Feedback without stars has neither more nor fewer, and is left out. */
  readonly minStars?: number;
  readonly maxStars?: number;
  /** When it was last sent: from `since` on, and before `until`. */
  readonly since?: Date;
  readonly until?: Date;
  /** The model that answered. */
  readonly model?: string;
  /** The template that it was answered with. */
  readonly promptName?: string;
  readonly promptVersion?: number;
}
