import type { Behind, Suite, UseCases } from '@sealpost/domain';
import { DiscoveryRounds } from './discovery-rounds.ts';
import type { Requester } from './requester.ts';
import { type ServerPush, stockPush } from './server-push.ts';

type IntroductionUseCases = Pick<
  UseCases,
  'checkBundles' | 'discover' | 'identifyCaller' | 'incarnation'
>;

/**
 * What a new connection is told: its stock of keys and which conversations go on beyond its cursors, then that this was
 * all. It begins when the connection is already given every push, so nothing falls between. A step that rejects can be
 * tried again. Whose session was revoked meanwhile is told nothing more.
 */
export class Introduction {
  readonly #of: Pick<Requester, 'ref' | 'session'>;
  readonly #suites: Suite[];
  readonly #useCases: IntroductionUseCases;
  readonly #rounds = new DiscoveryRounds();
  #done = false;

  constructor(
    of: Pick<Requester, 'ref' | 'session'>,
    suites: readonly Suite[],
    useCases: IntroductionUseCases,
  ) {
    this.#of = of;
    this.#suites = [...new Set(suites)];
    this.#useCases = useCases;
  }

  /** Whether the last step was taken. */
  get done(): boolean {
    return this.#done;
  }

  /** One question to the stores, and what to tell of its answer. */
  async step(): Promise<readonly ServerPush[]> {
    const { ref, session } = this.#of;
    const [suite] = this.#suites;
    if (suite !== undefined) {
      const stock = await this.#useCases.checkBundles.stock(ref, suite);
      if (!(await this.#useCases.identifyCaller.isLive(session))) return this.#end();
      this.#suites.shift();
      return [stockPush(stock)];
    }
    const page = await this.#useCases.discover.page(ref, this.#rounds.after);
    if (!(await this.#useCases.identifyCaller.isLive(session))) return this.#end();
    const fresh = this.#rounds.take(page);
    this.#done = this.#rounds.done;
    return this.#tell(fresh);
  }

  #end(): [] {
    this.#done = true;
    return [];
  }

  #tell(conversations: readonly Behind[]): ServerPush[] {
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
    if (this.#done) pushes.push({ event: 'caught_up', payload: { incarnation } });
    return pushes;
  }
}
