import { EventSourceParserStream } from 'eventsource-parser/stream';

/** The frames of a response with an unread body: what a client without streams of its own needs beside it. */
export async function* readFrames<Frame>(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Frame> {
  const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { data } of events) yield (data === '[DONE]' ? data : JSON.parse(data)) as Frame;
}
