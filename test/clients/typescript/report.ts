/** What the runner hands to every program, and how a program says what it got: a line of JSON for each step. */
declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

export const url = setting('CLIENT_URL');
export const key = setting('CLIENT_KEY');
export const user = setting('CLIENT_USER');
export const uid = setting('CLIENT_UID');
export const question = setting('CLIENT_QUESTION');
export const slowQuestion = setting('CLIENT_SLOW_QUESTION');
export const noModel = setting('CLIENT_NO_MODEL');
export const newTurn = setting('CLIENT_NEW_TURN');

/** One thing that the program does; that it cannot be done keeps no other from being tried. */
export async function step(name: string, act: () => Promise<object>): Promise<void> {
  try {
    say({ step: name, ...(await act()) });
  } catch (error) {
    say({ step: name, failed: String(error) });
  }
}

/** To be called as soon as the first words of the slow answer are there. */
export function sayFirstWords(): void {
  say({ step: 'first_words' });
}

function say(line: object): void {
  console.log(JSON.stringify(line));
}
