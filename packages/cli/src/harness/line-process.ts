import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';

/** The script `name` beside the module whose `import.meta.url` is given, in the form in which that module runs. */
export const scriptBeside = (moduleUrl: string, name: string): string =>
  fileURLToPath(new URL(`./${name}${moduleUrl.endsWith('.ts') ? '.ts' : '.js'}`, moduleUrl));

/** One of our scripts in a process of its own. Orders go to it and reports come from it, each one line of JSON. */
export class LineProcess<Order, Report> {
  readonly #child: ChildProcess;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;

  constructor(script: string, args: readonly string[], heard: (report: Report) => void) {
    const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    this.gone = new Promise((resolve) => child.once('exit', () => resolve()));
    // An order to a process that has just gone is nobody's fault.
    child.stdin.on('error', () => undefined);
    createInterface({ input: child.stdout }).on('line', (line) =>
      heard(JSON.parse(line) as Report),
    );
  }

  tell(order: Order): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** Cuts it off in the middle of whatever it does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.gone;
  }
}
