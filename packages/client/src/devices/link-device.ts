import { sleep } from '../core/backoff.ts';
import type { Core } from '../core/ports.ts';
import { at } from '../core/records.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import {
  type ApproverLink,
  answerLink,
  approveLink,
  approverDigits,
  takeReveal,
} from '../identity/link-approver.ts';
import { decodeLink, encodeLink } from '../identity/link-codec.ts';
import {
  beginLink,
  confirmDigits,
  type JoinerLink,
  joinerDigits,
  openLink,
  revealOf,
  takeAnswer,
} from '../identity/link-joiner.ts';
import type { Session } from '../session/session.ts';
import type { CertifySelf } from './certify-self.ts';

/** Shows six digits to the person, who says whether the other device shows the same. */
export type Compare = (digits: string) => Promise<boolean>;

const pollMs = 500;
const patienceMs = 10 * 60_000;

/**
 * Linking a new device to the account. Both devices show six digits that bind everything they told each other, so a
 * server in the middle is seen by whoever compares them; nothing is given away before both persons said yes.
 */
export class LinkDevice {
  readonly #core: Core;
  readonly #session: Session;
  readonly #self: CertifySelf;

  constructor(core: Core, session: Session, self: CertifySelf) {
    this.#core = core;
    this.#session = session;
    this.#self = self;
  }

  /** On the new device. Resolves when it is certified. */
  async join(compare: Compare): Promise<void> {
    const begun = await this.#begin();
    const answered = begun.answer ? begun : await this.#answered(begun);
    const nonce = revealOf(answered);
    if (nonce) await this.#session.call('revealLink', { body: { nonce } });
    const confirmed = answered.confirmed ? answered : await this.#confirmed(answered, compare);
    const sealed = await this.#poll(
      async () => (await this.#session.need('takeLinkPackage')).package,
    );
    const opened = await openLink(confirmed, sealed);
    if (!opened.ok) throw new SealpostError('trust', 'link_failed');
    await this.#self.certified(opened.accountKey);
    await this.#core.vault.transact(async (draft) => draft.put(at.link, null));
  }

  /** On a certified device: approves one that waits. Resolves when the package is on the server. */
  async approve(device: string, compare: Compare): Promise<void> {
    const accountKey = await this.#self.accountKey();
    if (!accountKey) throw new SealpostError('state', 'not_certified');
    const offered = await this.#offer(device, accountKey.publicKey);
    const reveal = await this.#poll(
      async () =>
        (await this.#session.need('linkState', { params: { device } })).link?.reveal ?? null,
    );
    const revealed = takeReveal(offered, reveal);
    if (!revealed.ok) return this.#fail(device);
    const digits = approverDigits(revealed.link);
    if (digits === null || !(await compare(digits))) return this.#fail(device);
    const approval = await approveLink(revealed.link, {
      accountKey,
      extras: new Uint8Array(),
      nowMs: this.#core.clock.now(),
    });
    if (!approval.ok) return this.#fail(device);
    const { certificate, createdAtMs, sealed } = approval;
    await this.#session.need('approveDevice', {
      params: { device },
      body: { certificate, certifiedAt: createdAtMs, package: sealed },
    });
    await this.#core.vault.transact(async (draft) => draft.put(at.approval(device), null));
  }

  /** A link that did not hold is dropped on both sides; the person starts over. */
  async #fail(device: string): Promise<never> {
    await this.#core.vault.transact(async (draft) => draft.put(at.approval(device), null));
    throw new SealpostError('trust', 'link_failed');
  }

  async #begin(): Promise<JoinerLink> {
    const { account, device } = await this.#session.me();
    const { signatureKey } = await this.#self.identity();
    const stored = await this.#core.vault.records.get(at.link);
    const known = stored && decodeLink(stored);
    const link =
      known?.role === 'joiner'
        ? known
        : await beginLink({ accountId: account, deviceId: device, signatureKey });
    await this.#keep(at.link, link);
    const { linkKey, commitment } = link.request;
    if (link.answer === null)
      await this.#session.need('publishLink', { body: { signatureKey, linkKey, commitment } });
    return link;
  }

  async #answered(link: JoinerLink): Promise<JoinerLink> {
    const { device } = await this.#session.me();
    const offer = await this.#poll(
      async () =>
        (await this.#session.need('linkState', { params: { device } })).link?.offer ?? null,
    );
    const { accountKey } = await this.#session.need('ownAccount');
    if (!accountKey) throw new SealpostError('trust', 'link_failed');
    const taken = takeAnswer(link, { accountKey, nonce: offer.nonce });
    if (!taken.ok) throw new SealpostError('trust', 'link_failed');
    // Stored before the nonce leaves: a second offer can then never be answered.
    await this.#keep(at.link, taken.link);
    return taken.link;
  }

  async #confirmed(link: JoinerLink, compare: Compare): Promise<JoinerLink> {
    const digits = joinerDigits(link);
    if (digits === null || !(await compare(digits))) {
      await this.#core.vault.transact(async (draft) => draft.put(at.link, null));
      throw new SealpostError('trust', 'link_failed');
    }
    const confirmed = confirmDigits(link);
    await this.#keep(at.link, confirmed);
    return confirmed;
  }

  async #offer(device: string, accountKey: Uint8Array): Promise<ApproverLink> {
    const { account } = await this.#session.me();
    const stored = await this.#core.vault.records.get(at.approval(device));
    const known = stored && decodeLink(stored);
    const link =
      known?.role === 'approver' ? known : await this.#answer(device, account, accountKey);
    await this.#keep(at.approval(device), link);
    await this.#session.need('offerLink', {
      params: { device },
      body: { nonce: link.answer.nonce },
    });
    return link;
  }

  async #answer(device: string, account: string, accountKey: Uint8Array): Promise<ApproverLink> {
    const state = await this.#session.need('linkState', { params: { device } });
    const { signatureKey } = state.device;
    if (!state.link || !signatureKey) throw SealpostError.refused({ code: 'not_published' });
    const { linkKey, commitment } = state.link;
    const answered = answerLink(
      { accountId: account, accountKey },
      { deviceId: device, signatureKey, linkKey, commitment },
    );
    if (!answered.ok) throw new SealpostError('trust', 'link_failed');
    return answered.link;
  }

  async #keep(key: string, link: JoinerLink | ApproverLink): Promise<void> {
    await this.#core.vault.transact(async (draft) => draft.put(key, encodeLink(link)));
  }

  async #poll<T>(look: () => Promise<T | null>): Promise<T> {
    const until = this.#core.clock.monotonic() + patienceMs;
    while (this.#core.clock.monotonic() < until) {
      const found = await look().catch(lostAnswer);
      if (found !== null) return found;
      await sleep(this.#core.timers, pollMs);
    }
    throw new SealpostError('offline', 'gave_up');
  }
}

/** One look without an answer is no reason to start over. */
function lostAnswer(error: unknown): null {
  if (error instanceof SealpostError && error.code === 'no_answer') return null;
  throw error;
}
