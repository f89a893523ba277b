import { access, constants, mkdtemp, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Finding } from '@sealpost/domain';
import { isShared } from '../config/check/unwise-processes.ts';
import { warning } from '../config/check/warning.ts';
import type { Config } from '../config/schema.ts';
import { codeOf } from './ask.ts';
import type { Machine } from './machine.ts';
import { error, type ExaminedPart, found } from './part.ts';

const MiB = 1024 * 1024;
/** Postgres alone writes segments of 16 MiB, several before it removes one. */
const leastRoom = 256 * MiB;
const littleRoom = 2_048 * MiB;

/** Whether what a server keeps on disk can be written. Null: it keeps nothing there. */
export async function examineDataFolder(
  config: Config,
  machine: Machine,
): Promise<ExaminedPart | null> {
  if (isShared(config) && config.cookies.secret !== null) return null;
  if (config.storage.kind === 'memory') return null;
  const part = 'data folder';
  const folder = resolve(config.dataFolder);
  const nearest = await nearestThere(folder);
  const is = nearest === folder ? folder : `${folder}, made at the first start`;
  const cannot = await cannotWrite(nearest);
  if (cannot) return { part, is, findings: [cannot] };
  return { part, is, findings: roomFor(nearest, await machine.roomAt(nearest)) };
}

async function nearestThere(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (fault) {
    return codeOf(fault) === 'ENOENT' && dirname(path) !== path
      ? nearestThere(dirname(path))
      : path;
  }
}

/** Writes, since permissions do not tell all: file systems may be mounted for reading only. */
async function cannotWrite(folder: string): Promise<Finding | null> {
  try {
    const { uid } = await stat(folder);
    const self = process.geteuid?.() ?? uid;
    // Above a folder that is not made yet others may have theirs.
    if (uid !== self) await access(folder, constants.W_OK | constants.X_OK);
    await rm(await mkdtemp(join(folder, '.doctor-')), { recursive: true });
    return null;
  } catch (fault) {
    return refused(folder, codeOf(fault));
  }
}

const refused = (folder: string, code: string): Finding =>
  code === 'ENOTDIR'
    ? error(
        'data_folder_is_a_file',
        `${folder} is no folder: nothing can be kept in it.`,
        'Give the path of a folder as dataFolder.',
      )
    : code === 'ENOSPC' || code === 'EDQUOT'
      ? full(folder, 0)
      : error(
          'data_folder_not_writable',
          `${folder} cannot be written to (${code}).`,
          'Start as the user who owns it, give it to this user (chown -R), or choose another dataFolder.',
        );

const full = (folder: string, room: number): Finding =>
  error(
    'disk_full',
    `The disk of ${folder} has ${Math.floor(room / MiB)} MiB left: soon nothing can be accepted.`,
    'Make room there, or move dataFolder to another disk.',
  );

const roomFor = (folder: string, room: number): Finding[] =>
  found([
    room < leastRoom && full(folder, room),
    room >= leastRoom &&
      room < littleRoom &&
      warning(
        'disk_nearly_full',
        `The disk of ${folder} has ${Math.floor(room / MiB)} MiB left.`,
        'Make room there, or set retention.days.',
      ),
  ]);
