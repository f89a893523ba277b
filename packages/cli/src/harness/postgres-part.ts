import { runPostgres } from '@sealpost/app';
import type { Part } from './part.ts';

/** A PostgreSQL on a folder of its own. */
export class PostgresPart implements Part {
  readonly #folder: string;
  #running: Awaited<ReturnType<typeof runPostgres>>;

  private constructor(folder: string, running: Awaited<ReturnType<typeof runPostgres>>) {
    this.#folder = folder;
    this.#running = running;
  }

  static async start(folder: string): Promise<PostgresPart> {
    return new PostgresPart(folder, await runPostgres(folder));
  }

  get url(): string {
    return this.#running.url;
  }

  async restart(): Promise<void> {
    await this.#running.stop();
    this.#running = await runPostgres(this.#folder);
  }

  /** It is started again by whoever looks after it, and recovers from its log. */
  async kill(): Promise<void> {
    process.kill(this.#running.pid, 'SIGKILL');
  }

  stop(): Promise<void> {
    return this.#running.stop();
  }
}
