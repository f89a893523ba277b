import { open, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { PlacedValue, Source } from './source.ts';

const chunkBytes = 16 * 1024 * 1024;
/** What stands across two chunks is in one of them as a whole. */
const overlapBytes = 256 * 1024;

async function* chunksOf(path: string, from: number): AsyncGenerator<Uint8Array> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  for (let at = from; at < size; at += chunkBytes - overlapBytes) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, size - at));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    yield chunk.subarray(0, bytesRead);
    if (at + chunkBytes >= size) return;
  }
}

async function* placed(place: string, path: string, from: number): AsyncGenerator<PlacedValue> {
  for await (const bytes of chunksOf(path, from)) yield { place, bytes };
}

/** What was added to a log since it had `from` bytes. */
export const logFile = (place: string, path: string, from: number): Source => ({
  kind: 'log',
  values: () => placed(place, path, from),
});

/** 0: there is none yet. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

/**
 * All files of a data folder, as one place: of a database also its write-ahead log and what was deleted but not yet
 * overwritten, so that what stood in a table for a moment only is found too.
 */
export const dataFolder = (folder: string): Source => ({
  kind: 'file',
  async *values() {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      for await (const { bytes } of placed('', path, 0))
        yield { place: `file ${relative(folder, path)}`, bytes };
    }
  },
});
