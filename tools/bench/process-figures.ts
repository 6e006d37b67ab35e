import { readdirSync, readFileSync } from 'node:fs';

/** Of Linux; `getconf CLK_TCK` is 100 on all its common machines. */
const TICKS_A_SECOND = 100;
const PAGE_KIB = 4;

function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold blanks.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Processor time of a process, its threads and the children that it has waited for, in seconds. */
export function cpuSeconds(pid: number): number {
  const [user, system, childUser, childSystem] = statOf(pid).slice(11, 15).map(Number);
  return ((user ?? 0) + (system ?? 0) + (childUser ?? 0) + (childSystem ?? 0)) / TICKS_A_SECOND;
}

/** The same of a process and those that it has started and that still run. */
export function cpuSecondsOfFamily(pid: number): number {
  let sum = cpuSeconds(pid);
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (Number(statOf(Number(name))[1]) === pid) sum += cpuSeconds(Number(name));
    } catch {
      // It has ended meanwhile, and is counted with its parent.
    }
  }
  return sum;
}

/** Resident memory in KiB. */
export function residentKib(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_KIB;
}
