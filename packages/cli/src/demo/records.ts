import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs';

/** What a device noted when its application sent a message. */
export interface SentLine {
  readonly conversation: string;
  readonly clientId: string;
  readonly mark: string;
}

/** What a device noted when its application read an entry. */
export interface ReceivedLine {
  readonly conversation: string;
  readonly seq: number;
  readonly sender: string;
  readonly clientId: string;
  readonly mark: string | null;
  readonly kind: string;
}

/** Lines of a file; one that a crash cut off does not count. */
export function readLines<T>(file: string): T[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** A file that lines are added to, each durable when the call returns. */
export class LineFile<T> {
  readonly #descriptor: number;

  constructor(file: string) {
    if (existsSync(file)) truncateSync(file, readFileSync(file, 'utf8').lastIndexOf('\n') + 1);
    this.#descriptor = openSync(file, 'a', 0o600);
  }

  add(line: T): void {
    writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
    fsyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
