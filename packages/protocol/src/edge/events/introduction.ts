import type {
  DeviceRef,
  DiscoveryPage,
  DiscoveryPosition,
  Suite,
  UseCases,
} from '@sealpost/domain';
import { type ServerPush, stockPush } from './server-push.ts';

/**
 * What a new connection is told: its stock of keys and which conversations go on beyond its cursors, then that this was
 * all. It begins when the connection is already given every push, so nothing falls between. A step that rejects can be
 * tried again.
 */
export class Introduction {
  readonly #device: DeviceRef;
  readonly #suites: Suite[];
  readonly #useCases: Pick<UseCases, 'checkBundles' | 'discover' | 'incarnation'>;
  #after: DiscoveryPosition | null = null;
  #done = false;

  constructor(
    device: DeviceRef,
    suites: readonly Suite[],
    useCases: Pick<UseCases, 'checkBundles' | 'discover' | 'incarnation'>,
  ) {
    this.#device = device;
    this.#suites = [...new Set(suites)];
    this.#useCases = useCases;
  }

  /** Whether the last step was taken. */
  get done(): boolean {
    return this.#done;
  }

  /** One question to the stores, and what to tell of its answer. */
  async step(): Promise<readonly ServerPush[]> {
    const [suite] = this.#suites;
    if (suite !== undefined) {
      const stock = await this.#useCases.checkBundles.stock(this.#device, suite);
      this.#suites.shift();
      return [stockPush(stock)];
    }
    const page = await this.#useCases.discover.page(this.#device, this.#after);
    this.#after = page.next;
    this.#done = page.next === null;
    return this.#told(page);
  }

  #told({ conversations, next }: DiscoveryPage): ServerPush[] {
    const incarnation = this.#useCases.incarnation();
    const heads = conversations.map(({ conversation, head, loud, delivered, incarnation: of }) => ({
      conversation,
      head,
      loud,
      // A cursor of before a restore says nothing about this log.
      delivered: of === incarnation ? delivered : 0,
    }));
    const pushes: ServerPush[] = [];
    if (heads.length > 0)
      pushes.push({ event: 'heads', payload: { incarnation, conversations: heads } });
    if (next === null) pushes.push({ event: 'caught_up', payload: { incarnation } });
    return pushes;
  }
}
