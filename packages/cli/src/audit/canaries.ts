import { randomBytes } from 'node:crypto';
import type { PlaceKind } from './places/source.ts';
import type { Canary } from './search/searcher.ts';

export interface PlacedCanary extends Canary {
  /** Where the server may know it by its task; `docs/metadata.md` says why. */
  readonly mayStandIn: (kind: PlaceKind, place: string) => boolean;
}

const nowhere = (): boolean => false;

/** Stored in clear in these columns, and so in the files that hold them. */
const onlyInColumns =
  (...columns: readonly string[]): PlacedCanary['mayStandIn'] =>
  (kind, place) =>
    kind === 'file' || (kind === 'column' && columns.includes(place));

/** Ids are how server and client speak of things; logs and metrics know none. */
const notForOperators: PlacedCanary['mayStandIn'] = (kind) => kind !== 'log' && kind !== 'metrics';

/** What goes through the features of a server, and must not be found there. */
export class Canaries {
  readonly #all = new Map<string, PlacedCanary>();

  get all(): readonly PlacedCanary[] {
    return [...this.#all.values()];
  }

  get names(): ReadonlySet<string> {
    return new Set(this.all.map(({ name }) => name));
  }

  /** A text as people write them, with a mark of its own that is searched for: no program that quotes it changes that. */
  text(name: string): string {
    const mark = this.word(name);
    return `${mark} – "schön", said \\ she & he: 100 % ☂`;
  }

  /** The mark alone. */
  word(name: string): string {
    const mark = randomBytes(20).toString('base64url');
    this.secret(name, mark);
    return mark;
  }

  /** Something that others made: a token, a private key. */
  secret(name: string, value: string | Uint8Array): void {
    this.#add(name, value, nowhere);
  }

  handle(): string {
    const handle = `audit-${randomBytes(10).toString('hex')}`;
    this.#add('handle', handle, onlyInColumns('accounts.handle', 'handles.handle'));
    return handle;
  }

  deviceName(): string {
    const name = `audit ${randomBytes(12).toString('base64url')}`;
    this.#add('name of a device', name, onlyInColumns('devices.name'));
    return name;
  }

  id(name: string, id: string): void {
    this.#add(name, id, notForOperators);
  }

  #add(name: string, value: string | Uint8Array, mayStandIn: PlacedCanary['mayStandIn']): void {
    const bytes = Buffer.from(value);
    const known = `${name} ${bytes.toString('hex')}`;
    if (!this.#all.has(known)) this.#all.set(known, { name, bytes, mayStandIn });
  }
}
