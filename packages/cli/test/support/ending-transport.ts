import { type Sealpost, type Transport, WebTransport } from '@sealpost/client';

/** The transport of a device that ends the other sessions of its account, for which the SDK has no call. */
export class EndingTransport implements Transport {
  readonly #inner: WebTransport;
  #token: string | null = null;

  constructor(url: string) {
    this.#inner = new WebTransport(url);
  }

  call: Transport['call'] = (name, input, token) => {
    this.#token = token ?? this.#token;
    return this.#inner.call(name, input, token);
  };

  connect: Transport['connect'] = (...to) => this.#inner.connect(...to);

  /** All but those of the device that speaks here. */
  async endOthers(own: Sealpost): Promise<void> {
    const me = await own.me();
    const listed = await this.#inner.call('sessions', {}, this.#token);
    if (!listed.ok) throw new Error(`no list of sessions: ${listed.error.code}`);
    for (const { id: session, device } of listed.value.sessions) {
      if (device === me?.device) continue;
      const ended = await this.#inner.call('logOut', { params: { session } }, this.#token);
      if (!ended.ok) throw new Error(`not ended: ${ended.error.code}`);
    }
  }
}
