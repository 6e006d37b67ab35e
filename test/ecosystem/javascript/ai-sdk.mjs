/** The capabilities of the AI SDK, with the model of any of its providers. */
import { generateText, Output, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import { allOf, firstOf, IMAGE, play, TOOL_RESULT } from './trial.mjs';

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

  return play({
    ask,
    stream: (prompt) => allOf(pieces(prompt)),
    stop: (prompt) => firstOf((signal) => pieces(prompt, signal)),
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
    cut: (prompt) => allOf(pieces(prompt)),
  });
}
