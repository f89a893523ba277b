import type { WireBundle, WireStock } from '@sealpost/protocol';
import type { Core } from '../core/ports.ts';
import { SingleFlight } from '../core/single-flight.ts';
import type { KeyBundle } from '../engine/engine.port.ts';
import type { Session } from '../session/session.ts';

/** Where a server does not tell its limits. */
const usual = { oneTimeBundles: 100, refillBelow: 25 };

/** After so long another last-resort bundle takes the place of one that nobody used. */
const lastResortMs = 7 * 24 * 60 * 60_000;
/** When the last one was made. */
const lastResortMade = 'last-resort-made';

const onWire = ({ ref, body, expiresAt }: KeyBundle): WireBundle => ({ ref, body, expiresAt });

/** Keeps enough of this device's bundles in the directory for others to add it while it is away. */
export class RefillBundles {
  readonly #core: Core;
  readonly #session: Session;
  readonly #flight = new SingleFlight();
  #limits: typeof usual | null = null;

  constructor(core: Core, session: Session) {
    this.#core = core;
    this.#session = session;
  }

  /** Uploads what the stock lacks by the server's limits: one-time bundles, a last resort that is missing, was used, or is a week old. */
  async execute(stock: WireStock): Promise<void> {
    if (stock.suite !== this.#core.engine.suite) return;
    this.#limits ??= { ...usual, ...(await this.#session.open('serverInformation', {})).limits };
    const { oneTimeBundles, refillBelow } = this.#limits;
    const oneTime = stock.oneTime < refillBelow ? oneTimeBundles - stock.oneTime : 0;
    const lastResort = stock.lastResort !== 'fresh' || (await this.#isOld());
    if (oneTime === 0 && !lastResort) return;
    await this.#flight.run('refill', () => this.#upload(oneTime, lastResort));
  }

  /** For a device that has not connected yet. */
  async first(): Promise<void> {
    const { suite } = this.#core.engine;
    await this.execute(await this.#session.need('stock', { query: { suite } }));
  }

  async #isOld(): Promise<boolean> {
    const { vault, clock } = this.#core;
    const made = await vault.read<{ readonly at: number }>(lastResortMade);
    return made === null || clock.now() - made.at > lastResortMs;
  }

  /** The private halves are durable before the public ones leave. */
  async #upload(oneTime: number, lastResort: boolean): Promise<void> {
    const { engine, vault, clock } = this.#core;
    const bundles = await vault.transact(async (draft) => {
      if (lastResort) draft.write(lastResortMade, { at: clock.now() });
      draft.take(await engine.sweepBundles(draft, clock.now()));
      return draft.take(
        await engine.publishBundles(draft, { oneTime, lastResort, nowMs: clock.now() }),
      );
    });
    const last = bundles.find((bundle) => bundle.lastResort);
    await this.#session.need('uploadBundles', {
      body: {
        suite: engine.suite,
        oneTime: bundles.filter((bundle) => !bundle.lastResort).map(onWire),
        lastResort: last ? onWire(last) : null,
      },
    });
  }
}
