import type { Config } from '../config/schema.ts';
import { warning } from '../config/check/warning.ts';
import type { Machine } from './machine.ts';
import { type ExaminedPart, found } from './part.ts';

const MiB = 1024 * 1024;
/** Node with the server's code, at rest. */
const atRest = 160 * MiB;
const ofPassword = 19 * MiB;
/** Roughly, while it is idle. */
const ofConnection = 20 * 1024;
const lowShare = 0.05;
/** Calls, databases, files. */
const otherFiles = 1_000;

const inMiB = (bytes: number): string => `${Math.round(bytes / MiB)} MiB`;

/** @param running files that a server may open that runs; null: none runs, or it cannot say. */
export async function examineMachine(
  { sockets, http, passwords }: Pick<Config, 'sockets' | 'http' | 'passwords'>,
  machine: Machine,
  running: number | null,
): Promise<ExaminedPart> {
  const { all, free } = machine.memory();
  const files = running ?? (await machine.openFiles());
  const filesNeeded = sockets.maxConnections + otherFiles;
  const needed =
    atRest +
    passwords.atOnce * ofPassword +
    http.maxBodyBytesInFlight +
    sockets.maxConnections * ofConnection;
  return {
    part: 'machine',
    is: `Node ${machine.version}, ${inMiB(all)} of memory, ${files ?? 'unlimited'} open files`,
    findings: found([
      all < needed &&
        warning(
          'memory_too_small',
          `At the limits that are set a server takes ${inMiB(needed)} of memory; there are ${inMiB(all)}.`,
          'Lower sockets.maxConnections or http.maxBodyBytesInFlight, or give it more memory.',
        ),
      all >= needed &&
        free < all * lowShare &&
        warning(
          'memory_low',
          `Of ${inMiB(all)} of memory ${inMiB(free)} are free: the system may end the server.`,
          'See what takes it.',
        ),
      files !== null &&
        files < filesNeeded &&
        warning(
          'open_files_few',
          `A process may open ${files} files, and sockets.maxConnections ${sockets.maxConnections} need ${filesNeeded}: devices are turned away before that limit is reached.`,
          'Raise it (ulimit -n, LimitNOFILE=), or lower sockets.maxConnections.',
        ),
    ]),
  };
}
