import { readdirSync, readFileSync } from 'node:fs';

/** Of `/proc/<pid>/stat`, in the clock ticks of Linux' user interface, of which there are always 100 in a second. */
const ticksPerSecond = 100;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  /** User and system time, that of children that ended included. */
  readonly cpuSeconds: number;
}

function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name, which may hold anything, in parentheses.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid, parent: Number(fields[1]), cpuSeconds: ticks / ticksPerSecond };
  } catch {
    // It ended while we looked.
    return null;
  }
}

/** The processes that descend from these, and these themselves. */
function treeOf(roots: readonly number[]): readonly Stat[] {
  const all = readdirSync('/proc').flatMap((name) =>
    /^\d+$/.test(name) ? (statOf(Number(name)) ?? []) : [],
  );
  const children = Map.groupBy(all, ({ parent }) => parent);
  const found = all.filter(({ pid }) => roots.includes(pid));
  // Grows while it is walked.
  for (const { pid } of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** CPU seconds, user and system, that these processes and all that descend from them have used so far. */
export const cpuSecondsOf = (roots: readonly number[]): number =>
  treeOf(roots).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);

/** MiB of memory that they hold together; what several share is counted once. */
export const memoryMiBOf = (roots: readonly number[]): number =>
  treeOf(roots).reduce((sum, { pid }) => sum + proportionalKiB(pid), 0) / 1024;

/** CPU seconds that the whole machine was busy so far. */
export function machineCpuSeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n');
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  // The fourth and fifth are when nobody had anything to do.
  const busy = ticks.filter((_, at) => at !== 3 && at !== 4);
  return busy.reduce((sum, one) => sum + one, 0) / ticksPerSecond;
}

function proportionalKiB(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
