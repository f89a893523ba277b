import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Canaries } from './canaries.ts';
import { dataFolder, logFile, sizeOf } from './places/files.ts';
import type { PlacedValue, PlaceKind, Source } from './places/source.ts';
import { storedValues } from './places/stored-values.ts';
import { planted } from './planted.ts';
import { searchPlaces } from './search-places.ts';

const source = (kind: PlaceKind, ...values: readonly PlacedValue[]): Source => ({
  kind,
  async *values() {
    yield* values;
  },
});
const at = (place: string, text: string): PlacedValue => ({ place, bytes: Buffer.from(text) });

describe('what is found', () => {
  it.each<PlaceKind>(['column', 'file', 'log', 'metrics', 'answer'])(
    'is a text of a message in a place of the kind %s',
    async (kind) => {
      const canaries = new Canaries();
      const text = canaries.text('text of a message');
      const { findings } = await searchPlaces(
        [source(kind, at('one', 'nothing'), at('other', text))],
        canaries.all,
      );
      expect(findings).toEqual([
        { kind, place: 'other', canary: 'text of a message', encoding: 'raw' },
      ]);
    },
  );

  it('counts each place that held anything, all files of a folder as one, and each canary there once', async () => {
    const canaries = new Canaries();
    const text = canaries.word('word');
    const { places, findings } = await searchPlaces(
      [
        source('log', at('log', text), at('log', text)),
        source('file', at('file a', ''), at('file b', text)),
        source('metrics'),
      ],
      canaries.all,
    );
    expect([...places.keys()]).toEqual(['log', 'files of the data folder']);
    expect(findings.map(({ place }) => place)).toEqual(['log', 'file b']);
  });
});

describe('what the server may know', () => {
  const canaries = new Canaries();
  const known = {
    handle: canaries.handle(),
    device: canaries.deviceName(),
    id: '0123456789abcdef0123456789abcdef',
  };
  canaries.id('id of an account', known.id);
  const placesOf = async (kind: PlaceKind, place: string): Promise<string[]> => {
    const everything = at(place, Object.values(known).join(' '));
    const { findings } = await searchPlaces([source(kind, everything)], canaries.all);
    return findings.map(({ canary }) => canary).toSorted();
  };
  const [handle, device, id] = ['handle', 'name of a device', 'id of an account'];

  it('stands in its own columns, and in the files that hold them', async () => {
    expect(await placesOf('column', 'accounts.handle')).toEqual([device]);
    expect(await placesOf('column', 'devices.name')).toEqual([handle]);
    expect(await placesOf('column', 'entries.change')).toEqual([handle, device]);
    expect(await placesOf('file', 'file x')).toEqual([]);
  });

  it('stands in no log and no metric', async () => {
    expect(await placesOf('log', 'log')).toEqual([handle, id, device]);
    expect(await placesOf('metrics', 'metrics')).toEqual([handle, id, device]);
    expect(await placesOf('answer', 'answer')).toEqual([handle, device]);
  });
});

describe('a deliberate leak', () => {
  it.each<[PlaceKind, string]>([
    ['log', 'base64 > gzip > raw'],
    ['metrics', 'hex'],
    ['answer', 'UTF-16LE'],
  ])('is found in the last place of the kind %s', async (kind, encoding) => {
    const canaries = new Canaries();
    canaries.word('leaked');
    const [leaked] = canaries.all;
    if (!leaked) throw new Error('there is one');
    const leaking = planted(source(kind, at('one', ''), at('last', '')), leaked);
    const { findings } = await searchPlaces([leaking], canaries.all);
    expect(findings).toEqual([{ kind, place: 'last', canary: 'leaked', encoding }]);
  });
});

describe('places', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'sealpost-audit-places-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const textOf = async (one: Source): Promise<string> => {
    const parts: string[] = [];
    for await (const { bytes } of one.values()) parts.push(Buffer.from(bytes).toString());
    return parts.join('|');
  };

  it('are what a log is given from some point on', async () => {
    const path = join(folder, 'log');
    expect(await sizeOf(path)).toBe(0);
    await writeFile(path, 'before');
    const log = logFile('log', path, await sizeOf(path));
    await writeFile(path, 'before, after');
    expect(await textOf(log)).toBe(', after');
  });

  it('are large files too, whatever stands across the ends of their parts', async () => {
    const canaries = new Canaries();
    const text = canaries.word('word');
    const large = Buffer.alloc(40 * 1024 * 1024);
    const ends = [16 * 1024 * 1024 - 10, 32 * 1024 * 1024 - 10, large.length - text.length];
    for (const end of ends) {
      large.fill(0).write(text, end);
      await writeFile(join(folder, 'large'), large);
      const { findings } = await searchPlaces([dataFolder(folder)], canaries.all);
      expect(findings.map(({ place }) => place)).toEqual(['file large']);
    }
  });

  it('are all values of a store, which is closed again', async () => {
    let isOpen = false;
    const stored = storedValues(async () => {
      isOpen = true;
      return {
        async *everyValue() {
          yield { table: 'a', column: 'b', value: 'text' };
          yield { table: 'a', column: 'c', value: Buffer.from('bytes') };
        },
        stop: async () => void (isOpen = false),
      };
    });
    expect(await textOf(stored)).toBe('text|bytes');
    expect(isOpen).toBe(false);
  });
});
