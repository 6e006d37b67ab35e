/** The capabilities of the AI SDK, with the model of any of its providers. */
/* global AbortController */
import { generateText, Output, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import { IMAGE, play, TOOL_RESULT } from './trial.mjs';

const PERSON = z.object({ name: z.string(), age: z.number().int() });

const WEATHER = tool({
  description: 'The weather of a city',
  inputSchema: z.object({ city: z.string() }),
  execute: () => TOOL_RESULT,
});

/** @param model as a provider makes it */
export function playAiSdk(model) {
  const ask = async (prompt) => (await generateText({ model, prompt })).text;

  async function* pieces(prompt, abortSignal) {
    for await (const part of streamText({ model, prompt, abortSignal, onError: () => {} }).fullStream) {
      if (part.type === 'error') throw part.error;
      if (part.type === 'text-delta') yield part.text;
    }
  }

  const all = async (prompt) => {
    const texts = [];
    for await (const piece of pieces(prompt)) texts.push(piece);
    return texts;
  };

  return play({
    ask,
    stream: all,
    stop: async (prompt) => {
      const stopping = new AbortController();
      for await (const piece of pieces(prompt, stopping.signal)) {
        stopping.abort();
        return piece;
      }
      return '';
    },
    tools: async (prompt) => {
      const stopWhen = stepCountIs(3);
      return (await generateText({ model, prompt, tools: { get_weather: WEATHER }, stopWhen })).text;
    },
    structured: async (prompt) => {
      return (await generateText({ model, prompt, output: Output.object({ schema: PERSON }) })).output;
    },
    image: async (text) => {
      const content = [
        { type: 'text', text },
        { type: 'image', image: IMAGE },
      ];
      return (await generateText({ model, messages: [{ role: 'user', content }] })).text;
    },
    error: ask,
    cut: all,
  });
}
