import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The Python that has what `test/python/requirements.txt` names. */
export const PYTHON =
  process.env['OPENAI_SDK_PYTHON'] ??
  join(process.env['HOME'] ?? '', '.cache/llm-chat-service/openai-sdk/bin/python');

/**
 * Runs a script of this folder.
 * @param input goes to its standard input, as JSON
 * @returns its lines, each parsed as JSON
 * @throws Error with what it wrote to standard error, when it ends badly
 */
export async function runPython<Line>(
  script: string,
  { input, env = {} }: { input?: unknown; env?: Record<string, string> } = {},
): Promise<Line[]> {
  const child = spawn(PYTHON, [join(import.meta.dirname, script)], { env: { ...env, PYTHONUTF8: '1' } });
  child.stdin.end(JSON.stringify(input ?? null));
  const ended = new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${errors}`);
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}
