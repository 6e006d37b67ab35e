import type { Provider, Type } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { AppErrorOptions } from '../../common/errors/app-error.js';
import type { ErrorCode } from '../../common/errors/error-codes.js';
import type { ErrorForm } from '../../common/errors/error-form.js';
import type { problemContextOf } from '../../common/http/request-context.js';
import type { FrameStream } from '../../common/http/sse/sse.js';
import type { TurnEvent } from '../domain/turn-event.js';
import type { WireTraits } from '../domain/wire-traits.js';
import type { ReadableTurn } from '../reading/readable-turn.js';

type Components = NonNullable<OpenAPIObject['components']>;

/** Everything that the service knows of a wire. A further wire is one more folder, and one more line of `wires.ts`. */
export interface Wire {
  readonly traits: WireTraits;
  readonly controllers: readonly Type[];
  /** Injected into its controllers. */
  readonly providers: readonly Provider[];
  /** The paths whose `POST` streams, or may: the service writes their frames itself. */
  readonly streams: readonly string[];
  /** Runs before the guard, on the `POST` of some paths: it may send a request to another handler, and refuses nothing. */
  readonly middleware?: { readonly handler: Middleware; readonly paths: readonly string[] };
  /** The URL that a client means which joined a base URL and a path with a slash too many. */
  readonly joinUrl?: (url: string) => string;
  /** Its paths whose bodies may have a number for an id; absent: none. */
  readonly numberIdPaths?: RegExp;
  /** Absent: its errors are problems. */
  readonly errors?: ErrorForm;
  /** Absent: its frames have no ids, so its turns are followed in the frames of the first wire that has this. */
  readonly follow?: Follow;
  readonly document: WireDocument;
}

type Middleware = (request: never, response: never, next: never) => void;

/** How `GET /api/chat/{chat_id}/stream` shows a turn again. */
export interface Follow {
  /** One of the wire's providers. */
  readonly presenter: Type<FollowPresenter>;
  /** What a stream is made of, for the OpenAPI document: the frames with most fields first. */
  readonly frames: readonly object[];
  /** Declares the headers by which a caller chooses the form of the frames. */
  readonly headers?: readonly MethodDecorator[];
}

export interface FollowPresenter {
  /**
   * The frames of a turn; null: the reader has all of them, and reconnects nevertheless.
   * @param withReasoning whether the reader asked for the reasoning as readers of all wires can
   */
  follow(turn: ReadableTurn, request: FollowRequest, withReasoning: boolean): FrameStream<TurnEvent> | null;
}

export type FollowRequest = Parameters<typeof problemContextOf>[0];

/** What the OpenAPI document says of a wire, beside its operations. */
export interface WireDocument {
  /** That of its operations. Generators name a class after it: `ChatApi`. */
  readonly tag: { readonly name: string; readonly description: string };
  /** Its line in the introduction. */
  readonly introduction: string;
  /** Where its callers find the id of a turn. */
  readonly turnId: string;
  /** What its problems have beside the members of all problems. */
  readonly problemMembers?: Readonly<Record<string, object>>;
  /** Absent: its errors are problems. */
  readonly errors?: ErrorDocument;
}

/** What the OpenAPI document says of errors that are no problems. */
export interface ErrorDocument {
  /** Its paths begin so. */
  readonly paths: string;
  /** A sentence for the introduction. */
  readonly introduction: string;
  readonly model: Type;
  /** Those that come with every error. */
  readonly headers: NonNullable<Components['headers']>;
  /** What a code is called there. */
  codeOf(code: ErrorCode): string;
  readonly answer: ErrorForm['answer'];
  /** What examples of some codes are about. */
  readonly examples: Partial<Record<ErrorCode, AppErrorOptions>>;
}
