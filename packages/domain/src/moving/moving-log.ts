import type { ConversationId, Seq, Timestamp } from '../shared/ids.ts';
import { Recent } from '../shared/recent.ts';
import type {
  Adoption,
  Append,
  AppendOutcome,
  ConversationLog,
  Cut,
  Expiring,
  Head,
} from '../log/conversation-log.port.ts';
import { type Place, type Tenure, whereItIs } from '../log/tenure.ts';

/** An append goes from one log to the other this often before it is answered `closed`. */
const rounds = 3;

/**
 * The history of conversations while it is moved between two stores: each conversation is read and written where it
 * is now. A process finds out by asking: a log that is not open sends it to the other one. What it remembers is only
 * whom to ask first.
 *
 * A conversation that is just being handed over answers appends `closed`, for milliseconds; it can be read all the while.
 */
export class MovingLog implements ConversationLog {
  readonly #logs: Readonly<Record<Place, ConversationLog>>;
  readonly #last: Recent<ConversationId, Place>;

  /** `here` has the conversations that no move has touched yet. */
  constructor(here: ConversationLog, there: ConversationLog, remembered = 50_000) {
    this.#logs = { here, there };
    this.#last = new Recent(remembered);
  }

  async append(batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
    const outcomes: AppendOutcome[] = batch.map(() => ({ code: 'closed' }));
    let places = await this.#places(batch, [...batch.keys()], false);
    for (let round = 0; round < rounds && places.size > 0; round++) {
      const shares = Map.groupBy(places.keys(), (index) => places.get(index) ?? 'here');
      await Promise.all(
        [...shares].map(async ([place, own]) => {
          const answers = await this.#logs[place].append(own.flatMap((at) => batch[at] ?? []));
          own.forEach((at, index) => (outcomes[at] = answers[index] ?? { code: 'closed' }));
        }),
      );
      const closed = [...places.keys()].filter((at) => outcomes[at]?.code === 'closed');
      places = await this.#places(batch, closed, true);
    }
    return outcomes;
  }

  load: ConversationLog['load'] = (conversation, from) =>
    this.#read(conversation, (log) => log.load(conversation, from));

  page: ConversationLog['page'] = (conversation, after, limit) =>
    this.#read(conversation, (log) => log.page(conversation, after, limit));

  async heads(
    conversations: readonly ConversationId[],
  ): Promise<ReadonlyMap<ConversationId, Head>> {
    const here = await this.#logs.here.heads(conversations);
    const rest = conversations.filter((each) => here.get(each)?.tenure.state !== 'open');
    if (rest.length === 0) return here;
    const there = await this.#logs.there.heads(rest);
    const found = new Map(here);
    for (const conversation of rest) {
      const head = there.get(conversation);
      const own = here.get(conversation);
      if (!head) continue;
      // A copy whose original was not there yet when that was asked.
      const isHalf = !own && head.tenure.state !== 'open';
      const counts = isHalf ? await this.#headOf(conversation) : head;
      if (counts && (!own || whereItIs(own.tenure, head.tenure) === 'there'))
        found.set(conversation, counts);
    }
    return found;
  }

  async movedSince(since: Timestamp, limit: number): Promise<ReadonlyMap<ConversationId, Head>> {
    const { here, there } = this.#logs;
    const [one, other] = [
      await here.movedSince(since, limit),
      await there.movedSince(since, limit),
    ];
    const heads = [...(await this.heads([...new Set([...one.keys(), ...other.keys()])]))];
    const moved = heads.filter(([, { acceptedAt }]) => acceptedAt >= since);
    return new Map(moved.toSorted(([, a], [, b]) => b.acceptedAt - a.acceptedAt).slice(0, limit));
  }

  async conversations(page: {
    readonly after: ConversationId | null;
    readonly limit: number;
  }): Promise<readonly ConversationId[]> {
    const { here, there } = this.#logs;
    const all = new Set([
      ...(await here.conversations(page)),
      ...(await there.conversations(page)),
    ]);
    return [...all].toSorted((a, b) => (a < b ? -1 : 1)).slice(0, page.limit);
  }

  entry: ConversationLog['entry'] = async (conversation, seq) =>
    (await this.#at(conversation)).entry(conversation, seq);

  find: ConversationLog['find'] = async (conversation, device, clientId) =>
    (await this.#at(conversation)).find(conversation, device, clientId);

  kept: ConversationLog['kept'] = async (conversation) =>
    (await this.#at(conversation)).kept(conversation);

  async saveSnapshot(conversation: ConversationId, version: Seq, state: string): Promise<void> {
    await (await this.#at(conversation)).saveSnapshot(conversation, version, state);
  }

  /** In both: what is handed over later takes the notes along. */
  async markRestored(incarnation: number): Promise<void> {
    await this.#logs.here.markRestored(incarnation);
    await this.#logs.there.markRestored(incarnation);
  }

  async expiring(
    before: Timestamp,
    page: {
      readonly after: ConversationId | null;
      readonly conversations: number;
      readonly entries: number;
    },
  ): Promise<Expiring> {
    const { here, there } = this.#logs;
    const both = [await here.expiring(before, page), await there.expiring(before, page)];
    const ends = both.flatMap(({ next }) => next ?? []).toSorted((a, b) => (a < b ? -1 : 1));
    const next = ends[0] ?? null;
    const found = both
      .flatMap((one) => one.found)
      .filter(({ conversation }) => next === null || conversation <= next)
      .toSorted((a, b) => (a.conversation < b.conversation ? -1 : 1));
    return { found, next };
  }

  async cut(cut: Cut): Promise<number> {
    return (await this.#at(cut.conversation)).cut(cut);
  }

  async tenure(conversation: ConversationId | null): Promise<Tenure | null> {
    if (conversation === null) return this.#logs[await this.#foundingPlace()].tenure(null);
    return (await this.#at(conversation)).tenure(conversation);
  }

  async changeTenure(
    conversation: ConversationId | null,
    from: number,
    to: Tenure,
  ): Promise<boolean> {
    const log =
      conversation === null
        ? this.#logs[await this.#foundingPlace()]
        : await this.#at(conversation);
    return log.changeTenure(conversation, from, to);
  }

  async adopt(adoption: Adoption): Promise<boolean> {
    return (await this.#at(adoption.conversation)).adopt(adoption);
  }

  /** Which log each of those items of a batch is to go to; with `asking` what is remembered is not trusted. */
  async #places(
    batch: readonly Append[],
    items: readonly number[],
    asking: boolean,
  ): Promise<Map<number, Place>> {
    const byConversation = Map.groupBy(items, (at) => batch[at]?.draft.conversation ?? '');
    const places = new Map<number, Place>();
    for (const [conversation, own] of byConversation) {
      const remembered = asking ? undefined : this.#last.get(conversation);
      const place = remembered ?? (await this.#placeFor(conversation));
      for (const at of own) places.set(at, place);
    }
    return places;
  }

  /**
   * Where new conversations are founded is read before the logs: what is not founded in a store that was closed for that
   * before is not founded there after.
   */
  async #placeFor(conversation: ConversationId): Promise<Place> {
    const forNew = await this.#foundingPlace();
    return (await this.#where(conversation)) ?? forNew;
  }

  async #foundingPlace(): Promise<Place> {
    const here = await this.#logs.here.tenure(null);
    const there = await this.#logs.there.tenure(null);
    return here && there ? whereItIs(here, there) : 'here';
  }

  /** Where the conversation's log is that counts; null: it has none. */
  async #where(conversation: ConversationId): Promise<Place | null> {
    for (let round = 0; ; round++) {
      const here = await this.#logs.here.tenure(conversation);
      const there = await this.#logs.there.tenure(conversation);
      const place = here && there ? whereItIs(here, there) : here ? 'here' : 'there';
      if (!here && !there) return null;
      // A copy whose original was not there yet when that was asked.
      if (!here && there?.state !== 'open' && round === 0) continue;
      this.#last.set(conversation, place);
      return place;
    }
  }

  async #at(conversation: ConversationId): Promise<ConversationLog> {
    const last = this.#last.get(conversation);
    const known = last && (await this.#logs[last].tenure(conversation));
    if (last && known?.state === 'open') return this.#logs[last];
    return this.#logs[await this.#placeFor(conversation)];
  }

  async #headOf(conversation: ConversationId): Promise<Head | undefined> {
    return (await (await this.#at(conversation)).heads([conversation])).get(conversation);
  }

  /** What an open log answers counts; a log that is handed over counts as long as no other one is open. */
  async #read<Answer extends { readonly head: Head }>(
    conversation: ConversationId,
    read: (log: ConversationLog) => Promise<Answer | null>,
  ): Promise<Answer | null> {
    const first = this.#last.get(conversation) ?? 'here';
    const answer = await read(this.#logs[first]);
    if (answer?.head.tenure.state === 'open') {
      this.#last.set(conversation, first);
      return answer;
    }
    const place = await this.#where(conversation);
    return place && read(this.#logs[place]);
  }
}
