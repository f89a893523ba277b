import { lookedUpAtOnce, type WireAccountRecord } from '@sealpost/protocol';
import type { Core } from '../core/ports.ts';
import { at, type ConversationRecord } from '../core/records.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import { acceptAccountKey, pinFirstSeen, readPins } from '../identity/pins.ts';
import { type DirectoryAccount, judgeConversation } from '../identity/trust.ts';
import type { Session } from '../session/session.ts';

function directoryAccount({ accountKey, devices }: WireAccountRecord): DirectoryAccount | null {
  if (accountKey === null) return null;
  return {
    accountKey,
    devices: devices.map(({ device, signatureKey, certificate, certifiedAt, revokedAt }) => ({
      device,
      signatureKey,
      certificate,
      createdAtMs: certifiedAt,
      revoked: revokedAt !== null,
    })),
  };
}

/**
 * Holds the devices in the keys against what their accounts certified. A device that does not verify puts the
 * conversation in quarantine: everything is still read, nothing is sent until a person decides.
 */
export class JudgeDevices {
  readonly #core: Core;
  readonly #session: Session;

  constructor(core: Core, session: Session) {
    this.#core = core;
    this.#session = session;
  }

  async execute(conversation: string): Promise<void> {
    const status = await this.#core.engine.status(this.#core.vault.records, conversation);
    if (!status) return;
    const accounts = [...new Set(status.devices.map(({ account }) => account))];
    const directory = await this.#directory(accounts);
    const pins = await readPins(this.#core.vault.records, accounts);
    const verdict = await judgeConversation(status.devices, directory, pins);
    // A revoked device is the roster's affair: the server owes its removal, and whoever sends next commits it.
    const suspects = verdict.because
      .filter(({ judgement }) => judgement !== 'revoked')
      .map(({ account, device }) => ({ account, device }));
    const now = this.#core.clock.now();
    const changed = await this.#core.vault.transact(async (draft) => {
      for (const [key, value] of await pinFirstSeen(draft, verdict.firstSeen, now))
        draft.put(key, value);
      const record = await draft.read<ConversationRecord>(at.conversation(conversation));
      const keys = await this.#core.engine.status(draft, conversation);
      // Keys that changed meanwhile are judged by whoever processed the change.
      if (!record || keys?.generation !== status.generation || keys.epoch !== status.epoch)
        return false;
      draft.write(at.conversation(conversation), { ...record, suspects, unjudged: false });
      return record.suspects.length > 0 || suspects.length > 0;
    });
    if (!changed) return;
    this.#core.events.emit('conversation', { conversation });
    if (suspects.length > 0) this.#core.events.emit('quarantine', { conversation, suspects });
  }

  /** A person says that an account's key of now is really its own. */
  async accept(account: string): Promise<void> {
    const record = await this.account(account);
    const { accountKey } = record ?? {};
    if (!accountKey) return;
    await this.#core.vault.transact(async (draft) => {
      for (const [key, value] of acceptAccountKey({ account, accountKey }, this.#core.clock.now()))
        draft.put(key, value);
    });
  }

  async #directory(accounts: readonly string[]): Promise<ReadonlyMap<string, DirectoryAccount>> {
    const directory = new Map<string, DirectoryAccount>();
    for (let from = 0; from < accounts.length; from += lookedUpAtOnce) {
      const body = { accounts: accounts.slice(from, from + lookedUpAtOnce) };
      const answer = await this.#session.need('accounts', { body });
      for (const found of answer.accounts) {
        const entry = directoryAccount(found);
        if (entry) directory.set(found.account, entry);
      }
    }
    return directory;
  }

  /** What the directory says of an account; null: it has none such. Any other refusal says nothing of the account. */
  async account(account: string): Promise<WireAccountRecord | null> {
    const result = await this.#session.call('account', { params: { account } });
    if (result.ok) return result.value;
    if (result.error.code === 'not_found') return null;
    throw SealpostError.refused(result.error);
  }
}
