import type { Clock } from '../shared/clock.port.ts';
import type { Meter } from '../shared/meter.port.ts';
import type { RandomSource } from '../shared/random.port.ts';
import type { Timers } from '../shared/timers.port.ts';
import type { Finding } from './finding.ts';
import type { OptionsSchema } from './options-schema.ts';
import type { PortFamilies, PortFamily } from './port-families.ts';

/** What an adapter is given by the server that it works for. */
export interface AdapterHost {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: RandomSource;
  readonly meter: Meter;
  /** The server's folder for what it keeps on disk; may not exist yet. */
  readonly dataFolder: string;
  /** Told of a fault that no caller hears of, by the name of the part that had it. */
  failed(part: string, fault: unknown): void;
  /** Told of something that an operator may want to know, by a code. */
  noticed(severity: 'info' | 'warning', code: string): void;
}

/** What a technology needs before its adapter can be used: tables, indexes. */
export interface Preparation {
  /** Names of the steps that are due, oldest first. Rejects when what is there is newer than this release. */
  due(): Promise<readonly string[]>;
  /** Does them; harmless to repeat, also from several processes at once. */
  run(): Promise<void>;
  /** Whether a server does it when it starts; else an operator does, by `sealpost migrate`. */
  readonly atStart: boolean;
}

/** A value as it is stored: bytes, or anything else in text form. */
export interface StoredValue {
  /** Table, collection, or kind of key. */
  readonly table: string;
  /** Column or field. */
  readonly column: string;
  readonly value: string | Uint8Array;
}

/** An open adapter. */
export interface Adapter {
  /** What it provides; at least what its definition names. Every port throws its faults as `AdapterFailure`. */
  readonly ports: { readonly [Family in PortFamily]?: PortFamilies[Family] };
  /** Null: it can be used as it is. */
  readonly preparation: Preparation | null;
  /** Every stored value, for audits of what the server holds; null: it keeps nothing outside the process. */
  readonly everyValue: (() => AsyncIterable<StoredValue>) | null;
  /**
   * What is wrong at the moment; nothing: it is well. Asked every few seconds, answers within 5 seconds and never
   * rejects: what cannot be reached is a finding.
   */
  health(): Promise<readonly Finding[]>;
  /** Everything written is kept, and what waits to be told is told as far as that is quickly done; later calls are refused. */
  stop(): Promise<void>;
}

/** What an adapter's package exports by the name `adapter`: how a server learns what it is, and opens it. */
export interface AdapterDefinition<Options = unknown> {
  readonly name: string;
  /** What it provides, each with the `portVersions` that it was written for; another version is refused at start. */
  readonly ports: { readonly [Family in PortFamily]?: number };
  readonly options: OptionsSchema<Options>;
  /**
   * Opens it; connections may be made later, when they are needed. Rejects with nothing left open.
   *
   * @param options what `options` made of what the operator gave.
   */
  open(options: Options, host: AdapterHost): Promise<Adapter>;
}
