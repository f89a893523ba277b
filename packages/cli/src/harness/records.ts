import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';

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

/** A file that lines are added to; each outlives the process when the call returns. */
export class LineFile<T> {
  readonly #descriptor: number;

  constructor(file: string) {
    if (existsSync(file)) truncateSync(file, wholeBytes(readFileSync(file)));
    this.#descriptor = openSync(file, 'a', 0o600);
  }

  add(line: T): void {
    writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

const wholeBytes = (bytes: Buffer): number => bytes.lastIndexOf('\n') + 1;
