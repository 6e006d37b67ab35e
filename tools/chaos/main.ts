/** Runs the service under everything that can happen to it, and checks what its callers received: see `options.ts`. */
import { type Options, readOptions, USAGE } from './options.js';
import { run } from './run.js';
import { Workspace } from './stage/workspace.js';
import { checkTheChecker } from './verdict/self-check.js';
import { ALL_CATEGORIES, countIn, type Verdict } from './verdict/verdict.js';

function judgeRun(verdict: Verdict, { isControl }: Options): boolean {
  if (!isControl) return verdict.findings.length === 0 && verdict.acknowledged > 0;
  return countIn(verdict, 'lost') > 0;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  checkTheChecker();
  const begunAt = Date.now();
  const workspace = new Workspace();
  process.stdout.write(`seed ${options.seed}, ${options.seconds} s, ${options.clients} clients\n`);
  try {
    const verdict = await run(options, workspace);
    const isGood = judgeRun(verdict, options);
    if (options.keeps || (!isGood && !options.isControl)) workspace.keep();
    const found = ALL_CATEGORIES.filter((category) => countIn(verdict, category) > 0);
    process.stdout.write(
      `${isGood ? 'as it must be' : 'NOT as it must be'}, found: ${found.join(', ') || 'nothing'}; `,
    );
    process.stdout.write(`${Math.round((Date.now() - begunAt) / 1_000)} s\n`);
    if (options.keeps || (!isGood && !options.isControl)) process.stdout.write(`logs: ${workspace.folder}\n`);
    return isGood ? 0 : 1;
  } catch (error) {
    workspace.keep();
    process.stderr.write(
      `${error instanceof Error ? error.stack : String(error)}\nlogs: ${workspace.folder}\n`,
    );
    return 2;
  } finally {
    await workspace.close();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // What waits for the end of this process tidies up after it.
  process.once(signal, () => process.exit(130));
}
if (process.argv.includes('--help')) process.stdout.write(`${USAGE}\n`);
else process.exit(await main());
