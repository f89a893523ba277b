import type { Result } from '@sealpost/domain';
import {
  type AnswerOf,
  type BodyOf,
  type CallName,
  calls,
  type Calls,
  logInProofBytes,
  type WireCredentials,
  type WireRefusal,
} from '@sealpost/protocol';
import type { Core } from '../core/ports.ts';
import { at, type DeviceRecord } from '../core/records.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import { Queue, SingleFlight } from '../core/single-flight.ts';
import { EngineMisuse } from '../engine/engine.port.ts';
import { type CallInput, NoAnswer } from '../transport/transport.port.ts';

interface AccessToken {
  readonly token: string;
  /** By the server's clock. */
  readonly expiresAt: number;
  /** By this device's monotonic clock. */
  readonly takenAt: number;
}

/** A token is renewed so long before it ends. */
const renewBeforeMs = 60_000;
/** A token so young is used, whatever the device's clock says: where that is ahead, each call would renew. */
const youngMs = 60_000;
/** A connection that was cut shows so soon; after a silence the same is not asked again. */
const soonMs = 2_000;

/** Being logged in: holds the tokens and makes calls with them. */
export class Session {
  readonly #core: Core;
  readonly #flight = new SingleFlight();
  /** The kept tokens are changed by one at a time: a renewal that ends late would write over those of a new session. */
  readonly #tokens = new Queue();
  #access: AccessToken | null = null;
  #toldOver = false;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Null before the first log-in. */
  device(): Promise<DeviceRecord | null> {
    return this.#core.vault.read<DeviceRecord>(at.device);
  }

  /** Rejects with `not_logged_in`. */
  async me(): Promise<DeviceRecord> {
    const device = await this.device();
    if (!device) throw new SealpostError('state', 'not_logged_in');
    return device;
  }

  /** Takes over the credentials of a registration or log-in. */
  async begin(
    credentials: WireCredentials,
    who: {
      readonly handle: string;
      readonly deviceName: string;
      readonly accountKey: Uint8Array | null;
    },
  ): Promise<DeviceRecord> {
    const { account, device, session, certified, refreshToken } = credentials;
    const record: DeviceRecord = {
      account,
      device,
      session,
      certified,
      ...who,
      refreshTokens: refreshToken === null ? [] : [refreshToken],
    };
    await this.#core.vault.transact(async (draft) => draft.write(at.device, record));
    this.#take(credentials);
    return record;
  }

  /** Takes over the credentials of a new session that this device opens by a proof that it still is the device. */
  logBackIn(password: string): Promise<void> {
    return this.#tokens.run('tokens', () => this.#logBackIn(password));
  }

  /** Tells the application, once, that the session is over. */
  over(reason: string): void {
    if (!this.#toldOver) this.#core.events.emit('loggedOut', { reason });
    this.#toldOver = true;
  }

  /** Makes a call as this device; renews the access token when it is about to end or no longer taken. */
  async call<N extends CallName>(
    name: N,
    input: CallInput<N> = {},
  ): Promise<Result<AnswerOf<Calls[N]>, WireRefusal>> {
    const token = await this.accessToken();
    const first = await this.#call(name, input, token);
    if (first.ok || !(await this.#isOfAnotherTime(first.error))) return first;
    this.forgetAccess(token);
    return this.#call(name, input, await this.accessToken());
  }

  /** Like `call`, but rejects with the refusal. */
  async need<N extends CallName>(name: N, input: CallInput<N> = {}): Promise<AnswerOf<Calls[N]>> {
    const result = await this.call(name, input);
    if (result.ok) return result.value;
    throw SealpostError.refused(result.error);
  }

  /** A call that needs no log-in. */
  async open<N extends CallName>(name: N, input: CallInput<N>): Promise<AnswerOf<Calls[N]>> {
    const result = await this.#call(name, input, null);
    if (result.ok) return result.value;
    throw SealpostError.refused(result.error);
  }

  async accessToken(): Promise<string> {
    if (!this.#isFresh()) await this.#flight.run('freshen', () => this.#freshen());
    if (this.#access) return this.#access.token;
    throw new SealpostError('state', 'not_logged_in');
  }

  /** This access token is not taken any more: the next call asks for a new one, unless there is one already. */
  forgetAccess(token: string): void {
    if (this.#access?.token === token) this.#access = null;
  }

  /** When the current access token ends; null: none. */
  get accessEndsAt(): number | null {
    return this.#access?.expiresAt ?? null;
  }

  renew(): Promise<void> {
    return this.#flight.run('renew', () => this.#tokens.run('tokens', () => this.#renew()));
  }

  /** Renews unless somebody has done so meanwhile. */
  #freshen(): Promise<void> {
    return this.#tokens.run('tokens', async () => {
      if (!this.#isFresh()) await this.#renew();
    });
  }

  /** Whether a refusal is of the token: it ended, or is of before this device was linked. */
  async #isOfAnotherTime({ code }: WireRefusal): Promise<boolean> {
    return code === 'unauthenticated' || (code === 'device_pending' && (await this.me()).certified);
  }

  #take(given: { readonly accessToken: string; readonly accessExpiresAt: number }): void {
    const takenAt = this.#core.clock.monotonic();
    this.#access = { token: given.accessToken, expiresAt: given.accessExpiresAt, takenAt };
  }

  #isFresh(): boolean {
    const { clock } = this.#core;
    return (
      this.#access !== null &&
      (this.#access.expiresAt - clock.now() > renewBeforeMs ||
        clock.monotonic() - this.#access.takenAt < youngMs)
    );
  }

  /**
   * The successor is chosen and stored before it is asked for, so a lost answer loses nothing: the tokens that may be
   * valid are tried from the newest back, and an older one is never shown once a newer one was taken. While an answer is
   * missing, the server must answer something else first: without it, each try would leave one more token behind.
   */
  async #renew(): Promise<void> {
    let { refreshTokens: candidates } = await this.me();
    if (candidates.length > 1) await this.#call('serverInformation', {}, null);
    for (const presented of candidates) {
      const next = this.#freshToken();
      await this.#keep({ refreshTokens: [next, ...candidates] });
      const result = await this.#call('refresh', { body: { refreshToken: presented, next } }, null);
      if (result.ok) {
        await this.#keep({ refreshTokens: [next], certified: result.value.certified });
        this.#take(result.value);
        return;
      }
      if (result.error.code !== 'invalid_token') throw SealpostError.refused(result.error);
      candidates = candidates.filter((token) => token !== presented);
      await this.#keep({ refreshTokens: candidates });
    }
    this.over('invalid_token');
    throw new SealpostError('state', 'not_logged_in');
  }

  async #logBackIn(password: string): Promise<void> {
    const { device, handle, deviceName, certified } = await this.me();
    const proof = await this.#proof(device);
    const body = { handle, password, deviceName, proof };
    const result = await this.#call('logIn', { body }, null);
    if (!result.ok && result.error.code === 'bad_proof' && !certified)
      throw new SealpostError('state', 'not_certified');
    if (!result.ok) throw SealpostError.refused(result.error);
    const { session, refreshToken } = result.value;
    const refreshTokens = refreshToken === null ? [] : [refreshToken];
    await this.#keep({ session, certified: result.value.certified, refreshTokens });
    this.#toldOver = false;
    this.#take(result.value);
  }

  /** By the server's time: this device's clock may be wrong by more than a proof may be old. */
  async #proof(device: string): Promise<BodyOf<Calls['logIn']>['proof']> {
    const { time: issuedAt } = await this.open('serverInformation', {});
    const message = logInProofBytes({ device, issuedAt });
    if (!message) throw SealpostError.refused({ code: 'bad_proof' });
    try {
      const signature = await this.#core.engine.sign(this.#core.vault.records, message);
      return { device, issuedAt, signature };
    } catch (error) {
      if (!(error instanceof EngineMisuse) || error.code !== 'no_identity') throw error;
      throw new SealpostError('state', 'not_certified');
    }
  }

  async #keep(change: Partial<DeviceRecord>): Promise<void> {
    await this.#core.vault.transact(async (draft) => {
      const record = await draft.read<DeviceRecord>(at.device);
      if (record) draft.write(at.device, { ...record, ...change });
    });
  }

  #freshToken(): string {
    return this.#core.random.id() + this.#core.random.id();
  }

  /**
   * A server that ends takes connections with it on which a call has just left, while others would answer it: what only
   * reads is asked once more.
   */
  async #call<N extends CallName>(
    name: N,
    input: CallInput<N>,
    token: string | null,
  ): Promise<Result<AnswerOf<Calls[N]>, WireRefusal>> {
    const { clock, transport } = this.#core;
    const began = clock.monotonic();
    try {
      return await transport.call(name, input, token).catch((error: unknown) => {
        const endedAtOnce = clock.monotonic() - began < soonMs;
        if (!(error instanceof NoAnswer && endedAtOnce && calls[name].onlyReads)) throw error;
        return transport.call(name, input, token);
      });
    } catch (error) {
      throw error instanceof NoAnswer ? new SealpostError('offline', 'no_answer') : error;
    }
  }
}
