import { edgeNames } from '@sealpost/protocol/reference';
import { randomUUID } from 'node:crypto';
import { password } from '../../support/people.ts';
import { type Reply, send } from './requests.ts';

export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** Attributes in lower case; those without a value are there and empty. */
  readonly attributes: ReadonlyMap<string, string>;
}

export function cookiesOf({ headers }: Reply): SetCookie[] {
  return headers.getSetCookie().map((line) => {
    const [first = '', ...rest] = line.split(/; */);
    const [name, value] = pair(first);
    const attributes = rest.map(pair).map(([key, text]) => [key.toLowerCase(), text] as const);
    return { name, value, attributes: new Map(attributes) };
  });
}

function pair(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** A browser with a page of the server's own origin in it: it holds cookies and sends them wherever a page calls. */
export class Browser {
  readonly url: string;
  readonly origin: string;
  readonly held = new Map<string, string>();
  csrf = '';
  handle = '';
  session = '';
  device = '';

  constructor(url: string, origin = url) {
    this.url = url;
    this.origin = origin;
  }

  /** Registers somebody, whose tokens the browser holds as cookies. */
  static async registered(url: string, origin = url): Promise<Browser> {
    const browser = new Browser(url, origin);
    browser.handle = `browser-${randomUUID().slice(0, 8)}`;
    await browser.enter('/v1/accounts', { handle: browser.handle, password, deviceName: 'page' });
    return browser;
  }

  async logIn(handle: string): Promise<Reply> {
    this.handle = handle;
    const who = { handle, password, deviceName: 'page', proof: null };
    return this.enter('/v1/sessions', who);
  }

  async enter(path: string, body: unknown): Promise<Reply> {
    const headers = { [edgeNames.cookiesHeader]: '1', origin: this.origin };
    const reply = await this.call(['POST', path], { body, headers });
    if (reply.status !== 200) throw new Error(`${path}: ${JSON.stringify(reply.value)}`);
    const { csrfToken, session, device } = reply.value as Record<string, string>;
    Object.assign(this, { csrf: csrfToken, session, device });
    return reply;
  }

  get cookie(): string {
    return [...this.held].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** What the browser sends with a call that its own page makes. */
  get own(): Record<string, string> {
    return { origin: this.origin, [edgeNames.csrfHeader]: this.csrf };
  }

  /** Any page's call: the cookies go along. */
  async call(
    what: readonly [string, string],
    given: { readonly headers?: Record<string, string>; readonly body?: unknown } = {},
  ): Promise<Reply> {
    const cookie = this.cookie === '' ? {} : { cookie: this.cookie };
    const reply = await send(this.url, what, {
      ...given,
      headers: { ...cookie, ...given.headers },
    });
    for (const { name, value, attributes } of cookiesOf(reply)) {
      if (attributes.get('max-age') === '0') this.held.delete(name);
      else this.held.set(name, value);
    }
    return reply;
  }
}
