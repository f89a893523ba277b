import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';

/** The terminal: prints above the line that is being typed, and asks. */
export class Screen {
  readonly #lines: Interface;
  readonly #waiting: ((line: string | null) => void)[] = [];
  readonly #read: (string | null)[] = [];
  #muted = false;

  constructor(name: string) {
    const output = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (!this.#muted) process.stdout.write(chunk);
        done();
      },
    });
    this.#lines = createInterface({
      input: process.stdin,
      output,
      terminal: process.stdin.isTTY,
      prompt: `${name}> `,
    });
    this.#lines.on('line', (line) => this.#take(line));
    this.#lines.on('close', () => this.#take(null));
  }

  print(line: string): void {
    if (!process.stdin.isTTY) process.stdout.write(`${line}\n`);
    else {
      process.stdout.write(`\r\u001b[K${line}\n`);
      this.#lines.prompt(true);
    }
  }

  /** One line that replaces itself; the last one stays. */
  progress(line: string): void {
    process.stdout.write(process.stdin.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  }

  /** The next line that was typed; null at the end of the input. */
  line(): Promise<string | null> {
    const read = this.#read.shift();
    return read === undefined
      ? new Promise((resolve) => this.#waiting.push(resolve))
      : Promise.resolve(read);
  }

  async ask(question: string): Promise<string> {
    process.stdout.write(`${question} `);
    return (await this.line()) ?? '';
  }

  /** Asks without showing what is typed. */
  async askSecretly(question: string): Promise<string> {
    process.stdout.write(`${question} `);
    this.#muted = true;
    const answer = await this.line();
    this.#muted = false;
    process.stdout.write('\n');
    return answer ?? '';
  }

  close(): void {
    this.#lines.close();
  }

  #take(line: string | null): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(line);
    else this.#read.push(line);
  }
}
