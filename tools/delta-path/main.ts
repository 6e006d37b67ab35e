/**
 * Prints the functions of `src` that a delta enters on its way from the model to the caller, by V8's precise coverage
 * of the built service. Exit code 1 when a bound is broken.
 */
import { describePath, isWithinBounds, measureDeltaPaths } from './delta-path.js';

const paths = await measureDeltaPaths();
for (const path of paths) {
  for (const [file, steps] of Map.groupBy(path.steps, (step) => step.file)) {
    console.log(`  ${file}`);
    for (const { line, name, callsADelta } of steps)
      console.log(`    ${callsADelta.toFixed(2).padStart(6)}  ${name}:${line}`);
  }
  console.log(`${describePath(path)}\n`);
}
process.exitCode = paths.every(isWithinBounds) ? 0 : 1;
