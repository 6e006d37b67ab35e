import type { PartKind } from '../../config/app-config.js';

/** OpenAI's `image_url`, `input_audio` and `file`, vLLM's `audio_url`, `video_url`, `image_embeds` and others. */
const KIND_OF_NAME: readonly (readonly [name: RegExp, kind: PartKind])[] = [
  [/image/, 'image'],
  [/audio/, 'audio'],
  [/video/, 'video'],
  [/file|document/, 'file'],
];

/**
 * The kind of a part, by its type, or by its members where it has none (vLLM takes `{"image_url": "…"}`). `text` is what
 * holds no media: texts, refusals, thinking, references.
 */
export function kindOfPart(part: unknown): PartKind {
  if (typeof part !== 'object' || part === null) return 'text';
  const { type } = part as { type?: unknown };
  const names = typeof type === 'string' ? [type] : Object.keys(part);
  const found = KIND_OF_NAME.find(([pattern]) => names.some((name) => pattern.test(name)));
  return found?.[1] ?? 'text';
}
