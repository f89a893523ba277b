import { readFile, statfs } from 'node:fs/promises';
import { availableMemory, constrainedMemory } from 'node:process';
import { totalmem } from 'node:os';
import { SystemClock } from '@sealpost/adapter-system';
import type { Clock } from '@sealpost/domain';

/** What a doctor sees of the machine that it is on. */
export interface Machine {
  readonly clock: Clock;
  /** Of Node. */
  readonly version: string;
  /** In bytes: what this process may have, and what is free of it. */
  memory(): { readonly all: number; readonly free: number };
  /** Bytes that are free on the disk of an existing path. */
  roomAt(path: string): Promise<number>;
  /** Files that a process may have open; null: not known on this system. */
  openFiles(): Promise<number | null>;
}

/** Only Linux tells. */
export async function openFilesLimit(): Promise<number | null> {
  try {
    const limits = await readFile('/proc/self/limits', 'utf8');
    const [, most] = /^Max open files +(\S+)/m.exec(limits) ?? [];
    return most === undefined || most === 'unlimited' ? null : Number(most);
  } catch {
    return null;
  }
}

export const thisMachine: Machine = {
  clock: new SystemClock(),
  version: process.versions.node,
  memory: () => {
    const limit = constrainedMemory();
    return { all: limit > 0 ? Math.min(limit, totalmem()) : totalmem(), free: availableMemory() };
  },
  roomAt: async (path) => {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  },
  openFiles: openFilesLimit,
};
