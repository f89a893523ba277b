import { mkdirSync } from 'node:fs';
import { LineProcess, scriptBeside } from '../harness/line-process.ts';
import type { Order, Report } from './orders.ts';

type Heard = Extract<Report, { is: 'heard' }>;

const script = scriptBeside(import.meta.url, 'actor');
const orderTimeoutMs = 60_000;

/** One device of the demo, in a process of its own. */
export class Player {
  readonly name: string;
  readonly folder: string;
  readonly #serverUrl: string;
  readonly #heard: (heard: Heard) => void;
  #process: LineProcess<Order, Report> | null = null;
  #reports: ((report: Report) => void)[] = [];
  #digits: ((digits: string) => void)[] = [];
  #shown: string[] = [];

  constructor(name: string, folder: string, serverUrl: string, heard: (heard: Heard) => void) {
    this.name = name;
    this.folder = folder;
    this.#serverUrl = serverUrl;
    this.#heard = heard;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  async enter(): Promise<void> {
    const ready = this.#next();
    this.#process = new LineProcess(script, [this.#serverUrl, this.folder], (report) =>
      this.#take(report),
    );
    await ready;
  }

  /** Gives an order and waits until it is carried out. */
  async tell(order: Order): Promise<string> {
    const answer = this.#next();
    this.#process?.tell(order);
    const report = await answer;
    if (report.is === 'failed')
      throw new Error(`${this.name} could not ${order.do}: ${report.why}`);
    return report.is === 'done' ? (report.value ?? '') : '';
  }

  /** The digits that this device shows. */
  digits(): Promise<string> {
    const shown = this.#shown.shift();
    return shown === undefined
      ? new Promise((resolve) => this.#digits.push(resolve))
      : Promise.resolve(shown);
  }

  /** The person's answer; nothing comes back. */
  answer(same: boolean): void {
    this.#process?.tell({ do: 'digits_match', same });
  }

  /** Cuts the process off in the middle of whatever it does. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  async leave(): Promise<void> {
    await this.tell({ do: 'quit' });
    await this.kill();
  }

  #next(): Promise<Report> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.name} did not answer in ${orderTimeoutMs} ms`)),
        orderTimeoutMs,
      );
      this.#reports.push((report) => {
        clearTimeout(timer);
        resolve(report);
      });
    });
  }

  #take(report: Report): void {
    if (report.is === 'heard') return this.#heard(report);
    if (report.is === 'digits') {
      const waiting = this.#digits.shift();
      if (waiting) waiting(report.digits);
      else this.#shown.push(report.digits);
      return;
    }
    this.#reports.shift()?.(report);
  }
}
